// A long article with many claims opens fast, scrolls without gaps, and is drawn again only where something changed.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { api, openBrowser, person, startServer } from './server.mjs';

let server;
let browser;
let article;
// With a release build: CLAIMSPAN_TEST_CLAIMS=1000 CLAIMSPAN_TEST_BYTES=1048000 CLAIMSPAN_TEST_OPEN_MS=1000. A debug build takes minutes to mark that many.
const { CLAIMSPAN_TEST_CLAIMS = 120, CLAIMSPAN_TEST_BYTES = 200_000, CLAIMSPAN_TEST_OPEN_MS = 30_000 } = process.env;
const CLAIMS = Number(CLAIMSPAN_TEST_CLAIMS);

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  const ask = api(server, 'editor@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  const sentence = 'The operator of the ferry says that its fares rose because fuel did, and that nobody was told before. ';
  const paragraphs = [];
  for (let n = 0, size = 0; size < Number(CLAIMSPAN_TEST_BYTES); n += 1) {
    const text = `Paragraph ${n}: claim number ${n} stands here. ${sentence.repeat(4)}`.trim();
    paragraphs.push(text);
    size += text.length + 1;
  }
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: 'A very long article', body: paragraphs.join('\n'), language: 'en' },
  });
  article = importArticle.article.id;
  for (let n = 0; n < CLAIMS; n += 5) {
    const inputs = Array.from({ length: 5 }, (_, at) => ({ article, statement: `Claim number ${n + at}.`, ranges: [{ exact: `claim number ${n + at} stands here` }] }));
    const names = inputs.map((_, at) => `$i${at}: MarkClaimInput!`).join(', ');
    const fields = inputs.map((_, at) => `m${at}: markClaim(input: $i${at}) { claim { id } }`).join(' ');
    await ask(`mutation(${names}) { ${fields} }`, Object.fromEntries(inputs.map((input, at) => [`i${at}`, input])));
  }
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('it opens fast, and all its claims are marked soon after', { timeout: 120_000 }, async (context) => {
  const { page, problems } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.locator(`a[href*="${article}"]`).first().waitFor();
  // From one page of the workbench to the article, as a reader goes.
  const opened = await page.evaluate(
    ([id, wanted]) =>
      new Promise((resolve) => {
        const begun = performance.now();
        const times = {};
        const look = () => {
          const paper = document.querySelector('.paper');
          if (paper && !times.text) times.text = performance.now() - begun;
          if (!times.marks && document.querySelector('.paper mark')) times.marks = performance.now() - begun;
          if (document.querySelectorAll('.paper mark').length >= wanted) resolve({ ...times, all: performance.now() - begun });
          else requestAnimationFrame(look);
        };
        document.querySelector(`a[href*="${id}"]`).click();
        look();
      }),
    [article, CLAIMS],
  );
  context.diagnostic(`text after ${Math.round(opened.text)} ms, first marks after ${Math.round(opened.marks)} ms, all ${CLAIMS} after ${Math.round(opened.all)} ms`);
  assert.ok(opened.text < Number(CLAIMSPAN_TEST_OPEN_MS), `opened after ${opened.text} ms`);
  const gap = await page.evaluate(async () => {
    // Jump through the article, and look whether words stand where one looks.
    let empty = 0;
    for (let at = 0; at < 40; at += 1) {
      window.scrollTo(0, (document.documentElement.scrollHeight * at) / 40);
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const found = document.elementsFromPoint(400, 400).some((element) => element.matches('.paper, .paper *') && element.textContent.length > 0);
      if (!found) empty += 1;
    }
    return empty;
  });
  assert.equal(gap, 0);
  const longest = await page.evaluate(async () => {
    // A claim is opened: only the blocks that it is marked in are drawn again.
    let changed = 0;
    const observer = new MutationObserver((list) => {
      changed += new Set(list.map((one) => one.target.closest?.('[data-block]')).filter(Boolean)).size;
    });
    observer.observe(document.querySelector('.paper'), { subtree: true, attributes: true, childList: true, attributeFilter: ['class'] });
    document.querySelector('.margin li:nth-child(60) button').click();
    // Once the panel is there and its own answers are in, the text was drawn as well.
    while (!document.querySelector('.reading-panel #discussion-title')) await new Promise(requestAnimationFrame);
    for (let frames = 0; frames < 30; frames += 1) await new Promise(requestAnimationFrame);
    observer.disconnect();
    return changed;
  });
  assert.ok(longest >= 1 && longest <= 2, `${longest} blocks were drawn again`);
  assert.deepEqual(problems, []);
});

test('the reading page with a claim loads less than 250 kB of scripts and styles, compressed', async (context) => {
  const visitor = await person(browser, server, 'reviewer@sahel-desk.example');
  const page = await visitor.context.newPage();
  const files = new Map();
  page.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname)) files.set(response.url(), response.body());
  });
  await page.goto(`${server.origin}/n/sahel-desk/articles/${article}`);
  await page.locator('.paper mark').first().click();
  await page.locator('#discussion').waitFor();
  await page.getByText('History', { exact: true }).waitFor();
  const sizes = (await Promise.all(files.values())).map((body) => gzipSync(body).length);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  context.diagnostic(`${files.size} files, ${Math.round(all / 1000)} kB`);
  assert.ok(files.size > 2 && all < 250_000, `${all} bytes`);
  await visitor.context.close();
});
