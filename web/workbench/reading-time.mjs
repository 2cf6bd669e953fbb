// How long a reader waits for an article, and how much their browser loads for it. Used by the benchmark:
// node reading-time.mjs ORIGIN EMAIL PASSWORD PATH ROUNDS
import { gzipSync } from 'node:zlib';
import { openBrowser, person } from './test/server.mjs';

const [origin, email, password, path, rounds] = process.argv.slice(2);
const browser = await openBrowser();
try {
  const times = [];
  let bytes = 0;
  for (let round = 0; round < Number(rounds); round += 1) {
    // Each time somebody who has just signed in, in a browser that has loaded nothing of the article.
    const visitor = await person(browser, { origin, passwords: { [email]: password } }, email);
    const page = await visitor.context.newPage();
    const files = new Map();
    page.on('response', (response) => {
      if (/\.(js|css)$/.test(new URL(response.url()).pathname)) files.set(response.url(), response.body());
    });
    await page.goto(origin + path, { waitUntil: 'commit' });
    const time = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const look = () => (document.querySelector('.paper mark') ? resolve(performance.now()) : requestAnimationFrame(look));
          look();
        }),
    );
    times.push(time);
    const sizes = (await Promise.all(files.values())).map((body) => gzipSync(body).length);
    bytes = sizes.reduce((sum, size) => sum + size, 0);
    await visitor.context.close();
  }
  times.sort((one, other) => one - other);
  console.log(JSON.stringify({ milliseconds: times[Math.floor(times.length / 2)], bytes }));
} finally {
  await browser.close();
}
