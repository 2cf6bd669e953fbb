// What somebody types is text and never code; scripts reach no token; nothing is loaded from elsewhere; axe finds nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { api, axeFindings, openBrowser, person, settled, startServer } from './server.mjs';

let server;
let browser;
let ask;
let newsroom;
const EVIL = '<img src=x onerror="window.hit=1"><script>window.hit=2</script>"><svg onload=window.hit=3>';

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ask = api(server, 'editor@sahel-desk.example');
  ({ newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }'));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** An article of which every text is an attack, with a claim, a verdict and a ruling. */
async function evilArticle() {
  const { importArticle } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: `Title ${EVIL}`, body: `Body ${EVIL} says that fares doubled.\n{{constructor.constructor('window.hit=4')()}}`, publisher: EVIL, author: EVIL, language: 'en', url: 'https://news.example.org/%3Cscript%3Ewindow.hit=5%3C/script%3E' },
  });
  const article = importArticle.article.id;
  const reviewer = api(server, 'reviewer@sahel-desk.example');
  const { markClaim } = await reviewer('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', {
    input: { article, statement: `Claim ${EVIL}`, claimant: EVIL.slice(0, 200), tags: ['<b>tag</b>', 'javascript:window.hit=6'], ranges: [{ exact: 'fares doubled' }] },
  });
  const verdict = {
    claim: markClaim.claim.id,
    rating: 'FALSE',
    rationale: `Why ${EVIL}\n[a](javascript:window.hit=7) javascript:window.hit=8`,
    citations: [{ url: 'https://ferry.example.org/?q="><script>window.hit=9</script>', title: EVIL, publisher: EVIL.slice(0, 200), quote: EVIL, stance: 'REFUTES', archiveUrl: "https://archive.example.org/'onmouseover='window.hit=10" }],
  };
  for (const who of [reviewer, api(server, 'second@sahel-desk.example')]) {
    await who('mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { claim { id } } }', { input: verdict });
  }
  await ask('mutation($input: PublishRulingInput!) { publishRuling(input: $input) { ruling { id } } }', { input: { claim: markClaim.claim.id, rating: 'FALSE', summary: `Found ${EVIL}`, dissent: EVIL } });
  return { article, claim: markClaim.claim.id };
}

test('script in every text and address is shown as text', async () => {
  const { article, claim } = await evilArticle();
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  const at = `${server.origin}/n/sahel-desk`;
  for (const address of [`${at}/articles/${article}?claim=${claim}`, at, `${at}/articles`, `${at}/claims`, `${at}/claims?tag=%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D11%3E`, `${at}/rulings`, `${at}/desk`, `${at}/articles/${article}/revisions`, `${at}/articles/%3Cscript%3Ewindow.hit=12%3C%2Fscript%3E`]) {
    await page.goto(address);
    await settled(page);
    assert.equal(await page.evaluate(() => window.hit), undefined, address);
    assert.equal(await page.locator('main img, main script, main svg[onload]').count(), 0, address);
  }
  await page.goto(`${at}/articles/${article}?claim=${claim}`);
  await page.getByText('History', { exact: true }).click();
  await page.locator('.reading-panel .citations a').first().waitFor();
  const links = await page.locator('main a[target=_blank]').evaluateAll((all) => all.map((link) => [link.protocol, link.rel]));
  assert.ok(links.length > 2);
  for (const [protocol, rel] of links) {
    assert.match(protocol, /^https?:$/);
    assert.match(rel, /noopener/);
    assert.match(rel, /nofollow/);
  }
  await page.keyboard.press('/');
  await page.keyboard.type('fares doubled');
  await page.locator('.search-box li').first().waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.deepEqual(problems, []);
  await context.close();
});

/** Waits until a field has a value. The server reads pages and files, so it comes a moment later. */
const holds = async (field, value) => {
  for (let tries = 0; (await field.inputValue()) !== value && tries < 600; tries += 1) await field.page().waitForTimeout(50);
  assert.equal(await field.inputValue(), value);
};

test('pasted HTML becomes text, and says what it left out; nothing of it is run or loaded', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  await page.getByLabel('Text', { exact: true }).focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'x');
    data.setData('text/html', '<article><h1>Fares double</h1><script>window.hit=1</script><p>The operator <b>says so</b>.<img src="https://evil.example.org/x.png" onerror="window.hit=2"></p><nav>Menu</nav><p>A second line.</p><iframe src="javascript:parent.hit=3"></iframe></article>');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await holds(page.getByLabel('Headline'), 'Fares double');
  await holds(page.getByLabel('Text', { exact: true }), 'The operator says so.\nA second line.');
  for (const what of ['1 navigation', '1 picture']) await page.locator('.note', { hasText: 'Left out:' }).getByText(what, { exact: true }).waitFor();
  await page.locator('input[type=file]').setInputFiles([
    { name: 'one.md', mimeType: 'text/markdown', buffer: Buffer.from('# First of two\n\nA **bold** line\nthat goes on.\n\n- an item with [a link](https://x.example)') },
    { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('Second of two\r\n\r\nIts text.\r\n') },
    { name: 'three.txt', mimeType: 'text/plain', buffer: Buffer.from([0xff, 0xfe, 0x41, 0x00]) },
  ]);
  await page.getByText('These files are not UTF-8 text, so they cannot be imported: three.txt').waitFor();
  await holds(page.getByLabel('Text', { exact: true }), 'A bold line that goes on.\n• an item with a link');
  await page.getByRole('button', { name: 'Import 3 articles' }).click();
  await page.getByText('3 articles are imported.').waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the source of a page becomes its words, and its lists are no headings', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  const source = '<!doctype html><html lang="en"><body><nav>Menu</nav><aside>Advertisement</aside><article><h1>Harbour fees</h1><p>Two fees rise.</p><ul><li>Berths</li><li><p>Water</p></li></ul><ol start="3"><li onclick="window.hit=1">Power</li></ol></article><footer>End</footer></body></html>';
  const text = page.getByLabel('Text', { exact: true });
  await text.fill(source);
  await page.getByText('They would be imported as words.').waitFor();
  await page.getByRole('button', { name: 'Take the words out of the tags' }).click();
  const words = 'Two fees rise.\n• Berths\n• Water\n3. Power';
  await holds(text, words);
  await holds(page.getByLabel('Headline'), 'Harbour fees');
  await holds(page.getByRole('textbox', { name: 'Language' }), 'en');
  await page.locator('.note', { hasText: 'Left out:' }).getByText('1 page footer').waitFor();
  assert.equal(await page.locator('.preview h2').count(), 0);
  // Pasted, it is read at once. An editor's clipboard has the source as coloured HTML, too.
  await text.fill('');
  await page.getByLabel('Headline').fill('');
  await text.focus();
  await page.evaluate((html) => {
    const data = new DataTransfer();
    data.setData('text/plain', html);
    data.setData('text/html', '<pre><span>&lt;!doctype html&gt;</span></pre>');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, source);
  await holds(text, words);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  await page.getByRole('button', { name: 'Import the article' }).click();
  await page.locator('.paper h1', { hasText: 'Harbour fees' }).waitFor();
  await page.locator('.paper').getByText('• Berths').waitFor();
  assert.equal(await page.locator('.paper h2').count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the page has a strict policy, and scripts reach no token', async () => {
  const response = await fetch(server.origin);
  const policy = response.headers.get('content-security-policy');
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  const reach = await page.evaluate(async () => {
    const all = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.documentElement.outerHTML];
    for (const { name } of (await indexedDB.databases?.()) ?? []) all.push(name);
    return all.join('\n');
  });
  assert.doesNotMatch(reach, /cs[a-z]_[A-Za-z0-9_-]{16}/);
  const cookie = (await context.cookies()).find(({ name }) => /claimspan/.test(name));
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  await context.close();
});

test('the page works where the server runs no documents but those of its manifest', async () => {
  const trusting = await startServer({ serve: ['--trusted-documents', fileURLToPath(new URL('../../dist/workbench', import.meta.url))] });
  try {
    const refused = await fetch(`${trusting.origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ viewer { email } }' }) });
    assert.match(await refused.text(), /errors/);
    const { page, problems, context } = await person(browser, trusting, 'reviewer@sahel-desk.example');
    await page.getByRole('link', { name: /Bamako breaks/ }).first().click();
    await page.locator('.paper mark').first().click();
    await page.locator('.reading-panel').getByRole('heading', { level: 2 }).waitFor();
    await page.getByText('Live').first().waitFor();
    await page.keyboard.press('s');
    await page.waitForFunction(() => window.getSelection().toString() !== '');
    assert.deepEqual(problems, []);
    await context.close();
  } finally {
    await trusting.stop();
  }
});

test('GraphiQL is signed in by the same session', async () => {
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(`${server.origin}/graphiql`);
  await page.getByRole('button', { name: /Execute/ }).click();
  await page.getByText('Mariam Keïta').waitFor();
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing on any page, in ${colorScheme}`, async () => {
    const { context: closed, page: door } = await person(browser, server, undefined, { colorScheme });
    const found = [];
    const check = async (page, where) => {
      await settled(page);
      await page.locator('h1').first().waitFor();
      for (const finding of await axeFindings(page)) if (!found.some((one) => one.endsWith(finding))) found.push(`${where} ${finding}`);
    };
    await check(door, 'sign in');
    await closed.close();
    const { page, context } = await person(browser, server, 'admin@sahel-desk.example', { colorScheme });
    const { newsroom: room } = await ask('{ newsroom(slug: "sahel-desk") { articles(first: 1, order: OLDEST_FIRST) { nodes { id claims(first: 9) { nodes { id state } } } } } }');
    const [article] = room.articles.nodes;
    const at = `${server.origin}/n/sahel-desk`;
    const claim = (state) => `/articles/${article.id}?claim=${article.claims.nodes.find((one) => one.state === state).id}`;
    for (const path of ['', '/articles', '/claims', '/rulings', '/desk', '/import', '/account', `/articles/${article.id}`, claim('OPEN'), claim('READY'), claim('PUBLISHED'), `/articles/${article.id}/revisions`, '/admin/members', '/admin/invitations', '/admin/policy', '/admin/scale', '/admin/tokens', '/admin/webhooks', '/admin/log']) {
      await page.goto(at + path);
      await check(page, path);
    }
    await page.goto(at);
    await page.getByRole('heading', { name: 'My work' }).waitFor();
    await page.keyboard.press('?');
    await check(page, 'key sheet');
    assert.deepEqual(found, []);
    await context.close();
  });
}
