// Makes the pictures of the workbench in ../../docs/images, from the demo's data: `npm run pictures -w workbench`. Look at them before you commit them.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { api, openBrowser, person, settled, startServer } from './test/server.mjs';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/images');
const LAPTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const server = await startServer();
const browser = await openBrowser();
await mkdir(FOLDER, { recursive: true });

/** Keeps what a page shows as WebP, which is a quarter of the size of PNG. The browser itself makes it. */
async function keep(page, name) {
  const png = (await page.screenshot()).toString('base64');
  const studio = await browser.newPage();
  const webp = await studio.evaluate(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, png);
  await studio.close();
  await writeFile(path.join(FOLDER, name), Buffer.from(webp));
  console.log(`${name}: ${Math.round(webp.length / 1000)} kB`);
}

async function visit(name, who, address, options, look = async () => {}) {
  const { page, context } = await person(browser, server, `${who}@sahel-desk.example`, options);
  // The hint for newcomers is closed, as it is after the first day.
  await page.evaluate((viewer) => localStorage.setItem(`claimspan.seen.${viewer}.marking`, 'true'), (await api(server, `${who}@sahel-desk.example`)('{ viewer { id } }')).viewer.id);
  await page.goto(`${server.origin}/n/sahel-desk${address}`);
  await settled(page);
  await look(page);
  await settled(page);
  await keep(page, `${name}.webp`);
  await context.close();
}

try {
  const ask = api(server, 'editor@sahel-desk.example');
  const { newsroom } = await ask('{ newsroom(slug: "sahel-desk") { articles(first: 1) { nodes { id claims(first: 9) { nodes { id state } } } } } }');
  const [article] = newsroom.articles.nodes;
  const at = (state) => `/articles/${article.id}?claim=${article.claims.nodes.find((claim) => claim.state === state).id}`;
  await visit('reading', 'editor', at('READY'), LAPTOP);
  await visit('judging', 'reviewer', at('OPEN'), LAPTOP, async (page) => {
    const panel = page.locator('.reading-panel');
    await panel.getByRole('group', { name: 'Rating' }).getByText('True', { exact: true }).click();
    await panel.getByLabel('Why', { exact: true }).fill('The mission ended its withdrawal on that day, as the Security Council had asked.');
    await panel.getByRole('button', { name: 'Add a source' }).click();
    await panel.getByLabel('Address').fill('https://mission.example.org/closure');
    await panel.getByText('Supports', { exact: true }).click();
    await panel.getByLabel('Words that matter').fill('completed its withdrawal on 31 December 2023');
    await panel.getByText('Draft saved. Nobody else can see it.').waitFor();
    await panel.getByRole('heading', { name: 'Your verdict' }).scrollIntoViewIfNeeded();
  });
  await visit('figures', 'editor', '/desk', { ...LAPTOP, colorScheme: 'dark' });
  await visit('phone', 'reviewer', `/articles/${article.id}`, PHONE, (page) => page.evaluate(() => document.querySelector('.paper h2').scrollIntoView({ block: 'start' })));
} finally {
  await browser.close();
  await server.stop();
}
