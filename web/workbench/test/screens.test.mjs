// Each page on a phone, a laptop and a wide screen, and enlarged to 400 %, in light and dark, with an English and an Arabic article: nothing runs off
// the side, and axe finds nothing.
// With CLAIMSPAN_SHOTS, a folder, each is kept there as a picture to look at.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { api, axeFindings, openBrowser, person, settled, startServer } from './server.mjs';

const { CLAIMSPAN_SHOTS } = process.env;
let server;
let browser;
let pages;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  if (CLAIMSPAN_SHOTS) await mkdir(CLAIMSPAN_SHOTS, { recursive: true });
  const ask = api(server, 'editor@sahel-desk.example');
  const reviewer = api(server, 'reviewer@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id articles(first: 1) { nodes { id claims(first: 9) { nodes { id state } } } } } }');
  const [english] = newsroom.articles.nodes;
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: {
      newsroom: newsroom.id,
      language: 'ar',
      publisher: 'وكالة الأنباء',
      title: 'مالي تقطع علاقاتها الدبلوماسية مع أوكرانيا',
      body: 'قطعت الحكومة الانتقالية في مالي علاقاتها الدبلوماسية مع أوكرانيا في 4 أغسطس 2024.\nما تقوله باماكو\nوقال المتحدث إن كييف شاركت في الكمين الذي قُتل فيه جنود ماليون قرب تين زواتين في أواخر يوليو.\nورفضت وزارة الخارجية الأوكرانية الاتهام وقالت إن مالي لم تقدم أي دليل (Reuters, 5 August).',
    },
  });
  const arabic = importArticle.article.id;
  const { markClaim } = await reviewer('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', {
    input: { article: arabic, statement: 'شاركت أوكرانيا في الكمين قرب تين زواتين.', claimant: 'حكومة مالي', ranges: [{ exact: 'كييف شاركت في الكمين' }] },
  });
  await ask('mutation($input: AssignClaimInput!) { assignClaim(input: $input) { claim { id } } }', {
    input: { claim: markClaim.claim.id, reviewers: [(await reviewer('{ viewer { id } }')).viewer.id], dueAt: '2030-01-01T12:00:00Z', note: 'Please check the recording.' },
  });
  const claim = (state) => english.claims.nodes.find((one) => one.state === state).id;
  pages = {
    admin: {
      home: '', articles: '/articles', claims: '/claims', rulings: '/rulings', sources: '/sources', claimants: '/claimants', desk: '/desk', import: '/import', account: '/account', members: '/admin/members', invitations: '/admin/invitations', policy: '/admin/policy', scale: '/admin/scale', tokens: '/admin/tokens', webhooks: '/admin/webhooks', log: '/admin/log',
      article: `/articles/${english.id}`, ready: `/articles/${english.id}?claim=${claim('READY')}`, published: `/articles/${english.id}?claim=${claim('PUBLISHED')}`, revisions: `/articles/${english.id}/revisions`,
    },
    reviewer: { work: '', open: `/articles/${english.id}?claim=${claim('OPEN')}`, arabic: `/articles/${arabic}`, 'arabic-claim': `/articles/${arabic}?claim=${markClaim.claim.id}` },
  };
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
});

// Axe looks at the whole page, so it need not look at each size in both schemes.
const SCREENS = {
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  laptop: { viewport: { width: 1280, height: 800 } },
  wide: { viewport: { width: 2200, height: 1100 } },
  // A window of 1280 × 1024 whose text is enlarged to 400 %.
  enlarged: { viewport: { width: 320, height: 256 } },
};
const LIGHT_ONLY = ['wide', 'enlarged'];
const WITHOUT_AXE = ['wide-light', 'phone-dark'];

for (const [screen, options] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark']) {
    if (LIGHT_ONLY.includes(screen) && colorScheme === 'dark') continue;
    test(`${screen}, ${colorScheme}`, { timeout: 600_000 }, async () => {
      const tooWide = [];
      const found = [];
      for (const [who, list] of Object.entries(pages)) {
        const { page, context, problems } = await person(browser, server, `${who}@sahel-desk.example`, { ...options, colorScheme });
        for (const [name, address] of Object.entries(list)) {
          await page.goto(`${server.origin}/n/sahel-desk${address}`);
          await settled(page);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > options.viewport.width) tooWide.push(`${name}: ${width}`);
          if (!WITHOUT_AXE.includes(`${screen}-${colorScheme}`)) found.push(...(await axeFindings(page)).map((finding) => `${name}: ${finding}`));
          if (CLAIMSPAN_SHOTS) await page.screenshot({ path: path.join(CLAIMSPAN_SHOTS, `${screen}-${colorScheme}-${name}.png`) });
        }
        assert.deepEqual(problems, []);
        await context.close();
      }
      assert.deepEqual(tooWide, []);
      assert.deepEqual(found, []);
    });
  }
}
