// Offsets are right whatever the script: what is selected in the browser is what the server stores.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, openBrowser, person, selectWords, startServer } from './server.mjs';

let server;
let browser;
let ask;
let newsroom;
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

async function importArticle(title, body, language) {
  const { importArticle: made } = await ask('mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id } } }', { input: { newsroom: newsroom.id, title, body, language } });
  return made.article.id;
}

const CASES = [
  {
    name: 'emoji, families and flags before and within the words',
    language: 'en',
    title: '🇲🇱 A family of four 👨‍👩‍👧‍👦 reads',
    body: 'First 🎉🎉 a line of joy.\nThe 👩🏽‍🚒 said that 1️⃣ fire 🔥 was out, and 𝒩obody was hurt.',
    words: '👩🏽‍🚒 said that 1️⃣ fire 🔥 was out',
  },
  {
    name: 'letters with combining marks, not composed',
    language: 'fr',
    title: 'Les élus réunis',
    body: 'Le préfet a déclaré que le café était fermé à cause de la grève.',
    words: 'déclaré que le café était fermé',
  },
  {
    name: 'Arabic, from right to left, with vowel marks and figures',
    language: 'ar',
    title: 'مالي تقطع علاقاتها مع أوكرانيا',
    body: 'قطعت الحكومة الانتقالية في مالي علاقاتها الدبلوماسية مع أوكرانيا في 4 أغسطس 2024.\nوقال المتحدث: «إنَّ كييف شاركت في الكمين» الذي قُتل فيه 84 مرتزقًا.',
    words: 'كييف شاركت في الكمين» الذي قُتل فيه 84 مرتزقًا',
  },
  {
    name: 'Hebrew within an English line',
    language: 'en',
    title: 'A sign in two scripts',
    body: 'The sign said שלום עולם and then (in English) hello, 3 times.',
    words: 'said שלום עולם and then',
  },
  {
    name: 'Devanagari, where a letter is several code points',
    language: 'hi',
    title: 'मंत्री का बयान',
    body: 'मंत्री ने कहा कि क्षत्रिय समाज की संख्या दुगुनी हो गई है।',
    words: 'क्षत्रिय समाज की संख्या',
  },
];

for (const { name, language, title, body, words } of CASES) {
  test(`selected by the mouse: ${name}`, async () => {
    const id = await importArticle(title, body, language);
    const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
    await page.goto(`${server.origin}/n/sahel-desk/articles/${id}`);
    await page.locator('.paper h1').waitFor();
    await selectWords(page, words);
    await page.getByRole('button', { name: 'Mark as a claim' }).click();
    await page.getByRole('button', { name: 'Mark the claim' }).click();
    await page.waitForURL(/claim=claim_/);
    const claim = new URL(page.url()).searchParams.get('claim');
    const { node } = await ask(
      'query($id: ID!) { node(id: $id) { ... on Claim { anchors { exact prefix start end utf16: start(unit: UTF16) end16: end(unit: UTF16) } article { revision { text } } } } }',
      { id: claim },
    );
    const [anchor] = node.anchors;
    const { text } = node.article.revision;
    assert.equal(anchor.exact, words);
    assert.equal(text.slice(anchor.utf16, anchor.end16), words);
    assert.equal([...text].slice(anchor.start, anchor.end).join(''), words);
    // And the mark that is drawn has those words, in one or several pieces.
    await page.locator('.paper mark').first().waitFor();
    assert.equal((await page.locator(`mark[data-claims~="${claim}"]`).allTextContents()).join(''), words);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('half a character is never sent: the selection grows to what a reader sees', async () => {
  const id = await importArticle('A flag and a family', 'Before 👨‍👩‍👧‍👦 after, and no more.', 'en');
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/articles/${id}`);
  await page.locator('.paper p').waitFor();
  await page.evaluate(() => {
    const { firstChild } = document.querySelector('.paper p');
    // From within the family to within the next word.
    window.getSelection().setBaseAndExtent(firstChild, 9, firstChild, firstChild.nodeValue.indexOf('after') + 5);
  });
  await page.getByRole('button', { name: 'Mark as a claim' }).waitFor();
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Mark the claim' }).click();
  await page.waitForURL(/claim=claim_/);
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { anchors { exact } } } }', { id: new URL(page.url()).searchParams.get('claim') });
  assert.equal(node.anchors[0].exact, '👨‍👩‍👧‍👦 after');
  await context.close();
});

test('by the keyboard alone: sentence by sentence, extended by a word, marked and judged', async () => {
  const id = await importArticle('The keyboard suffices', 'A first sentence stands here. The second says that fares doubled. A third ends it.', 'en');
  const { page, problems, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/articles/${id}`);
  await page.locator('.paper p').waitFor();
  const until = async (text) => page.waitForFunction((wanted) => window.getSelection().toString() === wanted, text);
  await page.keyboard.press('s');
  await until('The keyboard suffices');
  await page.keyboard.press('s');
  await until('A first sentence stands here.');
  await page.keyboard.press('s');
  await until('The second says that fares doubled.');
  await page.keyboard.press('Shift+ArrowRight');
  await until('The second says that fares doubled. A');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Alt+ArrowRight');
  await page.waitForFunction(() => /^second says that fares doubled\.?$/.test(window.getSelection().toString()));
  await page.keyboard.press('m');
  await page.keyboard.type('Ferry fares doubled.');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/claim=claim_/);
  await page.getByRole('group', { name: 'Rating' }).waitFor();
  await page.keyboard.press('1');
  await page.keyboard.press('r');
  await page.keyboard.type('The operator says so.');
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
  assert.deepEqual(problems, []);
  await context.close();
});

test('overlapping claims are told apart, and listed where they are clicked', async () => {
  const id = await importArticle('Two claims on one line', 'The operator says that fares doubled because fuel did.', 'en');
  for (const [statement, exact] of [['Fares doubled.', 'fares doubled'], ['Fares doubled because fuel did.', 'fares doubled because fuel did']]) {
    await ask('mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }', { input: { article: id, statement, ranges: [{ exact }] } });
  }
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/articles/${id}`);
  await page.locator('mark.overlap').click();
  const list = page.getByRole('group', { name: 'Claims on these words' });
  assert.equal(await list.getByRole('button').count(), 2);
  await list.getByRole('button', { name: 'Fares doubled because fuel did.' }).click();
  await page.locator('.reading-panel').getByRole('heading', { name: 'Fares doubled because fuel did.' }).waitFor();
  assert.equal((await page.locator('mark.on').allTextContents()).join(''), 'fares doubled because fuel did');
  await context.close();
});

test('by touch: a selection brings a bar at the foot of a phone', async () => {
  const id = await importArticle('On a phone', 'The operator says that fares doubled because fuel did.', 'en');
  const { page, context } = await person(browser, server, 'reviewer@sahel-desk.example', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await page.goto(`${server.origin}/n/sahel-desk/articles/${id}`);
  await page.locator('.paper p').waitFor();
  await page.evaluate(() => {
    const { firstChild } = document.querySelector('.paper p');
    window.getSelection().setBaseAndExtent(firstChild, 4, firstChild, 35);
  });
  await page.getByRole('button', { name: 'Mark as a claim' }).tap();
  await page.getByLabel('What is claimed').fill('Fares doubled.');
  await page.getByRole('button', { name: 'Mark the claim' }).tap();
  await page.waitForURL(/claim=claim_/);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await context.close();
});
