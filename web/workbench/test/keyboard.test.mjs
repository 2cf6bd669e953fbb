// A claim goes all the way by the keyboard alone: found, marked, judged by two reviewers, and ruled on. The order of focus, and less motion for those who ask for it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { api, inOrder, openBrowser, person, settled, startServer } from './server.mjs';

const test = inOrder();
let server;
let browser;
let claim;
const STATEMENT = 'Ferry fares doubled in one year.';
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  const ask = api(server, 'editor@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { id } }');
  await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', {
    input: { newsroom: newsroom.id, title: 'Harbour tariffs', body: 'The operator says that fares doubled. Nobody was told.', language: 'en' },
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens what the search finds first for some words. */
async function find(page, words, open) {
  await page.keyboard.press('/');
  await page.keyboard.type(words);
  await page.locator('.search-box li').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await open.waitFor();
}

async function judge(page, key, why) {
  await page.getByRole('group', { name: 'Rating' }).waitFor();
  await page.keyboard.press(key);
  await page.keyboard.press('r');
  await page.keyboard.type(why);
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.waitForFunction(() => document.activeElement?.type === 'url');
  await page.keyboard.type('https://ferry.example.org/fares');
  await page.keyboard.press('Control+Enter');
  // The stance is not chosen for anybody, and the cursor goes there.
  await page.waitForFunction(() => document.activeElement?.type === 'radio');
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Change it' }).waitFor();
}

test('a reviewer finds an article, marks a sentence and judges it', async () => {
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.getByRole('heading', { name: 'My work' }).waitFor();
  await find(page, 'harbour tariffs', page.locator('.paper h1', { hasText: 'Harbour tariffs' }));
  const until = (text) => page.waitForFunction((wanted) => window.getSelection().toString() === wanted, text);
  await page.keyboard.press('s');
  await until('Harbour tariffs');
  await page.keyboard.press('s');
  await until('The operator says that fares doubled.');
  await page.keyboard.press('m');
  await page.getByLabel('What is claimed').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(STATEMENT);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/claim=claim_/);
  claim = new URL(page.url()).searchParams.get('claim');
  // The form is gone, and the focus is at what came of it.
  const focused = (id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
  await focused('claim-title');
  await judge(page, '5', 'The tariff rose by a tenth.');
  await focused('my-verdict');
  await page.getByText('The claim needs one more verdict.').waitFor();
  // And on to what waits next.
  await page.getByText('Next to judge:').waitFor();
  await page.keyboard.press('n');
  await page.waitForFunction((before) => new URL(location.href).searchParams.get('claim') !== before, claim);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a second reviewer goes by Tab from Home to the claim, and judges it', async () => {
  const { page, problems, context } = await person(browser, server, 'second@sahel-desk.example');
  const link = page.getByRole('link', { name: STATEMENT }).first();
  await link.waitFor();
  await settled(page);
  for (let tabs = 0; tabs < 80 && !(await link.evaluate((element) => element === document.activeElement)); tabs += 1) await page.keyboard.press('Tab');
  assert.ok(await link.evaluate((element) => element === document.activeElement), 'Tab leads to the claim');
  await page.keyboard.press('Enter');
  await judge(page, '5', 'The tariff says otherwise.');
  assert.deepEqual(problems, []);
  await context.close();
});

test('an editor publishes the ruling', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.getByRole('heading', { name: 'My work' }).waitFor();
  await find(page, STATEMENT, page.getByRole('button', { name: 'Go to the ruling' }));
  await page.getByRole('heading', { name: 'Publish a ruling' }).waitFor();
  await page.keyboard.press('p');
  await page.locator('#publish select:focus').waitFor();
  // Both reviewers gave this rating, so it is chosen already.
  assert.equal(await page.locator('#publish select').inputValue(), 'FALSE');
  await page.keyboard.press('Tab');
  await page.keyboard.type('The tariff rose by a tenth, and did not double.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Ruling', exact: true }).waitFor();
  const { node } = await api(server, 'editor@sahel-desk.example')('query($id: ID!) { node(id: $id) { ... on Claim { state ruling { rating { key } verdicts { dissents } } } } }', { id: claim });
  assert.deepEqual(node, { state: 'PUBLISHED', ruling: { rating: { key: 'FALSE' }, verdicts: [{ dissents: false }, { dissents: false }] } });
  assert.deepEqual(problems, []);
  await context.close();
});

test('focus goes first past the bar, then along it, and into a dialog and back', async () => {
  const { page, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/claims`);
  await page.getByRole('heading', { name: 'Claims', level: 1 }).waitFor();
  const focused = () => page.evaluate(() => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim());
  const seen = [];
  for (let tabs = 0; tabs < 8; tabs += 1) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  assert.deepEqual(seen, ['Skip to the content', 'Sahel Desk', 'Home', 'Articles', 'Claims', 'Rulings', 'Sources', 'Figures']);
  const keys = page.getByRole('button', { name: 'Keyboard shortcuts' });
  await keys.focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.locator(':focus').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await keys.and(page.locator(':focus')).waitFor();
  // The first link leads past the bar.
  await page.goto(`${server.origin}/n/sahel-desk/claims`);
  await page.getByRole('heading', { name: 'Claims', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => !!document.activeElement?.closest('main')), await focused());
  await context.close();
});

test('whoever asks for less motion gets none', async () => {
  const { page, context } = await person(browser, server, 'editor@sahel-desk.example', { reducedMotion: 'reduce' });
  await page.getByRole('heading', { name: 'My work' }).waitFor();
  const moving = await page.evaluate(() => document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().activeDuration) > 1).length);
  assert.equal(moving, 0);
  await context.close();
});
