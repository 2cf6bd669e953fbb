// A newsroom's whole day on one article, in a real browser against a real server.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { api, axeFindings, inOrder, openBrowser, person, selectWords, startServer } from './server.mjs';

// Each part of the day needs the one before.
const test = inOrder();

let server;
let browser;
let editor;
let first;
let second;
let url;
const TITLE = 'What Kyiv said of the ambush';
const SENTENCE = 'Andriy Yusov admitted that his service had helped the rebels before the battle.';
const BODY = `The statement was read out on state television 📺 on 4 August.\n${SENTENCE} The ministry called this a reading of its own.\nA second paragraph follows, of no account.`;
const STATEMENT = "Ukraine's military intelligence helped the rebels before the battle of Tinzaouaten.";

before(async () => {
  server = await startServer();
  browser = await openBrowser();
  [editor, first, second] = await Promise.all(['editor', 'reviewer', 'second'].map((name) => person(browser, server, `${name}@sahel-desk.example`)));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The panel of the claim that is open. */
const panel = (who) => who.page.locator('.reading-panel');

test('an editor imports an article from pasted text', async () => {
  const { page } = editor;
  await page.getByRole('link', { name: 'Import' }).click();
  await page.getByLabel('Headline').fill(TITLE);
  await page.getByLabel('Text', { exact: true }).fill(BODY);
  await page.getByRole('textbox', { name: 'Language' }).fill('en');
  await page.getByLabel('Address').fill('https://news.example.org/kyiv');
  await page.getByRole('region', { name: 'Preview' }).getByRole('heading', { name: TITLE }).waitFor();
  await page.getByRole('button', { name: 'Import the article' }).click();
  await page.locator('.paper h1', { hasText: TITLE }).waitFor();
  await page.waitForURL(/\/articles\/article_/);
  url = page.url();
});

test('a reviewer marks words by selecting them with the mouse, and similar claims are offered', async () => {
  const { page } = first;
  await page.goto(url);
  await second.page.goto(url);
  await second.page.locator('.paper h1').waitFor();
  await page.locator('.paper h1').waitFor();
  await selectWords(page, SENTENCE);
  await page.getByRole('button', { name: 'Mark as a claim' }).click();
  await page.getByLabel('What is claimed').fill(STATEMENT);
  await page.getByText('Was this claimed before?').waitFor();
  await page.getByRole('checkbox', { name: /Andriy Yusov admitted/ }).check();
  await page.getByLabel('Who claims it').fill('Transitional government of Mali');
  await page.getByLabel('Tags').fill('yusov-admission, ukraine');
  await page.getByRole('button', { name: 'Mark the claim' }).click();
  await panel(first).getByRole('heading', { name: STATEMENT }).waitFor();
  const text = await page.locator('.paper mark').first().textContent();
  assert.equal(text, SENTENCE);
  const ask = api(server, 'reviewer@sahel-desk.example');
  const id = new URL(page.url()).searchParams.get('claim');
  const { node } = await ask('query($id: ID!) { node(id: $id) { ... on Claim { repeats { statement } tags anchors { exact start(unit: UTF16) end(unit: UTF16) } } } }', { id });
  assert.deepEqual(node.anchors.map((anchor) => anchor.exact), [SENTENCE]);
  assert.match(node.repeats.statement, /Andriy Yusov admitted/);
  assert.deepEqual(node.tags, ['ukraine', 'yusov-admission']);
});

test('the mark appears to another reviewer without a reload', async () => {
  await second.page.locator('.paper mark').first().waitFor();
  await second.page.locator('.margin').getByRole('button', { name: new RegExp(STATEMENT.slice(0, 40)) }).waitFor();
});

test('two reviewers judge and differ; blind review hides the first verdict until the second is in', async () => {
  const judge = async (who, key, why, stance) => {
    const { page } = who;
    await panel(who).getByRole('group', { name: 'Rating' }).waitFor();
    await page.locator('.paper').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press(key);
    await page.keyboard.press('r');
    await page.keyboard.type(why);
    await panel(who).getByRole('button', { name: 'Add a source' }).click();
    const address = panel(who).getByLabel('Address');
    await address.focus();
    // A link with the words that matter, as it is copied from a page.
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', '“necessary information, and not only information” https://web.archive.org/web/20240801000000/https://broadcast.example.org/2024-07-29');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    assert.equal(await address.inputValue(), 'https://broadcast.example.org/2024-07-29');
    assert.equal(await panel(who).getByLabel('Words that matter').inputValue(), 'necessary information, and not only information');
    await panel(who).getByText(stance, { exact: true }).click();
    await panel(who).getByText('Draft saved. Nobody else can see it.').waitFor();
    await page.keyboard.press('Control+Enter');
    await panel(who).getByRole('heading', { name: 'Your verdict' }).waitFor();
    await panel(who).getByRole('button', { name: 'Change it' }).waitFor();
  };
  await second.page.locator('.margin').getByRole('button', { name: new RegExp(STATEMENT.slice(0, 40)) }).click();
  await judge(first, '2', 'He did not say so.', 'Refutes');
  await panel(second).getByText('One verdict of another reviewer is in.').waitFor();
  assert.equal(await panel(second).getByText('He did not say so.').count(), 0);
  await judge(second, '3', 'It leaves out what he said.', 'Context');
  await panel(second).getByText('He did not say so.').waitFor();
  await panel(first).getByText('It leaves out what he said.').waitFor();
  await panel(first).getByText('Disputed').first().waitFor();
});

test('an editor finds the claim under Home, asks a reviewer, publishes, and corrects in the open', async () => {
  const { page } = editor;
  await page.goto(server.origin);
  await page.getByRole('heading', { name: /Ready for a ruling/ }).waitFor();
  await page.getByRole('link', { name: STATEMENT }).first().click();
  await panel(editor).getByRole('heading', { name: 'Publish a ruling' }).waitFor();
  await panel(editor).getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Ask reviewers to judge it' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask reviewers to judge it' });
  await dialog.getByLabel('Mariam Keïta').check();
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByLabel('What to say to them').fill('Please look at the recording again.');
  await dialog.getByRole('button', { name: 'Ask them' }).click();
  await panel(first).getByText('You are asked to judge this claim.').waitFor();
  await panel(editor).getByLabel('Rating').selectOption({ index: 3 });
  await panel(editor).getByLabel('What was found').fill('He spoke of information, and not of a part in the fighting.');
  await panel(editor).getByRole('button', { name: 'Publish the ruling' }).click();
  await panel(editor).getByRole('heading', { name: 'Ruling', exact: true }).waitFor();
  await panel(first).getByText('Your verdict dissents from it, and is recorded with it.').or(panel(first).getByText('Your verdict agrees with it.')).waitFor();
  await panel(editor).getByRole('button', { name: 'Correct or retract it' }).click();
  const correct = page.getByRole('dialog', { name: 'Correct or retract the ruling' });
  await correct.getByText('Clarification', { exact: true }).click();
  assert.deepEqual(await axeFindings(page), []);
  await correct.getByLabel('What was found').fill('He spoke of information, not of fighting. His words are in the recording.');
  await correct.getByLabel('Why').fill('The first text did not say where his words are.');
  await correct.getByRole('button', { name: 'Correct the ruling' }).click();
  await panel(editor).getByText('The first text did not say where his words are.').waitFor();
  await panel(editor).getByText('What it said before').click();
  await panel(editor).getByText('He spoke of information, and not of a part in the fighting.').waitFor();
});

test('a revision makes the claim stale, and its reviewer reaffirms with one key', async () => {
  const { page } = editor;
  await page.getByRole('link', { name: 'Revision 1' }).click();
  await page.getByRole('button', { name: 'Revise the text' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revise the text' });
  const body = dialog.getByLabel('Text', { exact: true });
  await body.fill((await body.inputValue()).replace('admitted that', 'admitted on television that'));
  await dialog.getByLabel('Why').fill('The publisher added where he said it.');
  await dialog.getByRole('button', { name: 'Store the new text' }).click();
  await page.getByRole('heading', { name: /Claims whose words changed/ }).waitFor();
  assert.match(await page.locator('.diff').textContent(), /on television/);
  // The claim shows the same change in its own words.
  await page.locator('.stale-claim .change ins', { hasText: 'on television' }).waitFor();
  await first.page.locator('.reading-panel .change ins', { hasText: 'on television' }).waitFor();
  await first.page.goto(url.replace(/\?.*/, '') + '/revisions');
  await first.page.getByRole('button', { name: 'Reaffirm my verdict' }).waitFor();
  await first.page.keyboard.press('y');
  await first.page.getByText('You stand by your verdict.').waitFor();
  await first.page.getByRole('button', { name: 'Reaffirm my verdict' }).waitFor({ state: 'detached' });
});

test('figures lead to the claims behind them, and each picture has its table', async () => {
  const { page } = editor;
  await page.getByRole('link', { name: 'Figures' }).click();
  const chart = page.getByRole('region', { name: 'Verdicts by rating' });
  await chart.getByRole('button', { name: 'Table' }).click();
  await chart.getByRole('table').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name: 'CSV' }).click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  // A bar of the coverage is as long as the share that is judged.
  const coverage = page.getByRole('region', { name: 'Coverage of the newest articles' });
  const bars = await coverage.locator('.bar-track').evaluateAll((tracks) => tracks.map((track) => [(track.firstElementChild?.getBoundingClientRect().width ?? 0) / track.getBoundingClientRect().width, track.nextElementSibling.textContent]));
  assert.ok(bars.length > 0);
  for (const [share, text] of bars) {
    const [, judged, all] = /(\d+) of (\d+) judged/.exec(text) ?? [0, 0, 1];
    assert.ok(Math.abs(share - judged / all) < 0.02, `${text}: ${share}`);
  }
  // Whoever is asked, and has not judged yet, is a link to those claims.
  const workload = page.getByRole('region', { name: 'Workload by reviewer' });
  assert.match(await workload.getByRole('link', { name: /wait/ }).first().getAttribute('href'), /assigned=account_/);
  await page.locator('.figure-card', { hasText: 'reviewers differ' }).click();
  await page.getByRole('heading', { name: 'Claims', level: 1 }).waitFor();
  assert.match(page.url(), /disputed=true/);
});

test('search finds words of articles and claims by the key /', async () => {
  const { page } = first;
  await page.goto(server.origin);
  await page.getByRole('heading', { name: 'My work' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('tinzaouaten battle');
  await page.locator('.search-box li').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.paper h1').waitFor();
});

test('nobody saw an error', () => {
  for (const who of [editor, first, second]) assert.deepEqual(who.problems, []);
});
