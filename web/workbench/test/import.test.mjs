// Import: files in each format are dropped, read by the server, shown as they will be stored, and imported.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { api, axeFindings, openBrowser, person, settled, shoot, startServer } from './server.mjs';

let server;
let browser;
let ask;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  ask = api(server, 'editor@sahel-desk.example');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const fixture = (name) => readFile(new URL(`../../../tests/fixtures/formats/${name}`, import.meta.url), 'utf8');

/** Drops files on the page, as from a folder. */
async function drop(page, files) {
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, text } of list) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('#main', 'drop', { dataTransfer: data });
}

const FILES = [
  ['page.html', 'html/01-daily-with-cookie-banner.html', 'HTML'],
  ['note.md', 'markdown/01-front-matter-yaml.md', 'MARKDOWN'],
  ['item.json', 'ninjs/01-v1-text.json', 'NINJS'],
  ['item.xml', 'newsml-g2/01-xhtml.xml', 'NEWSML_G2'],
  ['story.xml', 'nitf/01-basic.xml', 'NITF'],
];

test('files of five formats are dropped; each is read in the format that its name tells, and imported as it is shown', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  await page.getByText('Drop files here: plain text, HTML, Markdown, ninjs, NewsML-G2 or NITF.').waitFor();
  await drop(page, await Promise.all(FILES.map(async ([name, path]) => ({ name, text: await fixture(path) }))));
  const queue = page.getByRole('list', { name: 'Articles to import' });
  await page.getByRole('button', { name: 'Import 5 articles' }).waitFor();
  for (const [at, [name, path, format]] of FILES.entries()) {
    await queue.getByRole('button').nth(at * 2).click();
    assert.equal(await page.getByLabel(`Format of ${name}`).inputValue(), format);
    const { newsroom } = await ask('query($input: ArticlePreviewInput!) { newsroom(slug: "sahel-desk") { articlePreview(input: $input) { title text author dropped spans { text } } } }', { input: { format, body: await fixture(path) } });
    const wanted = newsroom.articlePreview;
    assert.equal(await page.getByLabel('Headline').inputValue(), wanted.title);
    assert.equal(await page.getByLabel('Author').inputValue(), wanted.author ?? '');
    assert.equal(await page.getByLabel('Text', { exact: true }).inputValue(), wanted.text.slice(wanted.title.length).trim());
    for (const what of wanted.dropped) await page.locator('.note', { hasText: 'Left out:' }).getByText(what, { exact: true }).waitFor();
    await page.waitForFunction((texts) => JSON.stringify([...document.querySelectorAll('.preview .block')].map((block) => block.textContent)) === texts, JSON.stringify(wanted.spans.map(({ text }) => text)));
  }
  await settled(page);
  await shoot(page, 'import-formats');
  assert.deepEqual(await axeFindings(page), []);
  await page.getByRole('button', { name: 'Import 5 articles' }).click();
  await page.getByText('5 articles are imported.').waitFor();
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { articles(first: 5) { nodes { title author publishedAt } } } }');
  const story = newsroom.articles.nodes.find((one) => one.title === 'Copper mine reopens after 14 months');
  // The hour that the source gives is kept.
  assert.deepEqual(story, { title: 'Copper mine reopens after 14 months', author: 'Carla Boyd', publishedAt: '2024-08-05T12:00:00Z' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('a file in the wrong format says so at its format, and is read again in another', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  await drop(page, [{ name: 'fees.json', text: '# Harbour fees\n\nTwo fees rise.\n' }]);
  await page.locator('.field.wrong', { hasText: 'The file cannot be read in this format. Choose another.' }).waitFor();
  await shoot(page, 'import-wrong-format');
  assert.equal(await page.getByRole('button', { name: 'Import the article' }).isDisabled(), true);
  await page.getByLabel('Format of fees.json').selectOption('MARKDOWN');
  await page.getByRole('region', { name: 'Preview' }).getByRole('heading', { name: 'Harbour fees' }).waitFor();
  assert.equal(await page.locator('.field.wrong').count(), 0);
  assert.equal(await page.getByLabel('Headline').inputValue(), 'Harbour fees');
  await page.getByRole('button', { name: 'Import the article' }).click();
  await page.locator('.paper h1', { hasText: 'Harbour fees' }).waitFor();
  // The same words again are warned of before they are imported.
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  await page.getByLabel('Headline').fill('Harbour fees');
  await page.getByLabel('Text', { exact: true }).fill('Two fees rise.');
  await page.getByText('The newsroom has an article with the same words already:').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a part of a page that is pasted needs no headline of its own', async () => {
  const { page, problems, context } = await person(browser, server, 'editor@sahel-desk.example');
  await page.goto(`${server.origin}/n/sahel-desk/import`);
  const text = page.getByLabel('Text', { exact: true });
  await text.focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'A line. Another.');
    data.setData('text/html', '<p>A <b>line</b>.</p><p>Another.</p>');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelector('textarea.body').value === 'A line.\nAnother.');
  assert.equal(await page.getByLabel('Headline').inputValue(), '');
  assert.deepEqual(problems, []);
  await context.close();
});
