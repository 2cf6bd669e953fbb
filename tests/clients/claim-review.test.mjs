// ClaimReview is checked against schema.org's own vocabulary, as the types of schema-dts have it, and against the
// properties that Google's documentation of fact-check markup requires.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seeded } from './seeded.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { published } = seeded;

async function get(address, media) {
  const response = await fetch(address);
  assert.equal(response.status, 200, address);
  assert.equal(response.headers.get('content-type'), media, address);
  return response;
}
const data = async address => (await get(address, 'application/ld+json')).json();
const review = address => data(`${address}.jsonld`);

/** The errors of the TypeScript compiler for these values of types of schema.org. */
async function errorsOf(values) {
  // Within this folder, so that the compiler finds schema-dts.
  const folder = mkdtempSync(path.join(HERE, 'checked-'));
  try {
    const lines = values.map(([type, value], index) => `export const value${index}: WithContext<${type}> = ${JSON.stringify(value)};`);
    const types = [...new Set(values.map(([type]) => type))].join(', ');
    writeFileSync(path.join(folder, 'values.ts'), `import type { ${types}, WithContext } from 'schema-dts';\n${lines.join('\n')}\n`);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2022'];
    const compiler = path.join(HERE, 'node_modules/typescript/bin/tsc');
    return await promisify(execFile)(process.execPath, [compiler, ...options, path.join(folder, 'values.ts')]).then(() => '', error => error.stdout || String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('every property is one of schema.org, with a value that it may have', async () => {
  const reviews = await Promise.all([published.corrected, published.retracted, published.unranked].map(review));
  const feed = await data(published.reviews);

  assert.equal(await errorsOf([...reviews.map(one => ['ClaimReview', one]), ['DataFeed', feed]]), '');
});

test('the check finds a property and a value that schema.org does not have', async () => {
  const good = await review(published.corrected);
  for (const wrong of [{ ...good, claimReviewd: 'x' }, { ...good, reviewRating: { '@type': 'Person', name: 'x' } }]) {
    assert.match(await errorsOf([['ClaimReview', wrong]]), /error TS/);
  }
});

test('a review has what Google requires and recommends', async () => {
  for (const address of [published.corrected, published.unranked]) {
    const found = await review(address);
    assert.equal(found.url, address);
    assert.ok(found.claimReviewed.length > 0);
    assert.ok(found.reviewRating.alternateName.length > 0);
    assert.equal(found.author['@type'], 'Organization');
    assert.ok(URL.canParse(found.author.url));
    assert.equal(found.itemReviewed['@type'], 'Claim');
    assert.ok(['Person', 'Organization'].includes(found.itemReviewed.author['@type']));
    assert.equal(new Date(found.datePublished).toString() === 'Invalid Date', false);
  }
  const { reviewRating, itemReviewed } = await review(published.corrected);
  assert.deepEqual([reviewRating.worstRating, reviewRating.ratingValue, reviewRating.bestRating], [1, 1, 5]);
  assert.equal(itemReviewed.author.sameAs, 'https://www.wikidata.org/entity/Q42');
  assert.equal(itemReviewed.datePublished, '2024-05-02');
  assert.equal((await review(published.unranked)).reviewRating.ratingValue, undefined);
});

test('a ruling\'s page contains the same review', async () => {
  for (const address of [published.corrected, published.retracted]) {
    const page = await (await get(address, 'text/html; charset=utf-8')).text();
    const [, within] = page.match(/<script type="application\/ld\+json">(.*?)<\/script>/s);
    assert.deepEqual(JSON.parse(within), await review(address));
  }
});

test('a feed has the current reviews, and says what was retracted', async () => {
  const feed = await data(published.reviews);

  const items = feed.dataFeedElement.map(({ url, dateDeleted, item }) => [url, dateDeleted !== undefined, item?.[0].url]);
  const { corrected, retracted, unranked } = published;
  assert.deepEqual(items, [[unranked, false, unranked], [retracted, true, undefined], [corrected, false, corrected]]);
});
