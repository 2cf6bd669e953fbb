// feedsmith reads a newsroom's Atom feed and JSON Feed. feedparser reads the first in python/test_feeds.py.
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { seeded } from './seeded.mjs';

const { published } = seeded;
// Other tests publish rulings of their own at the same time.
const ours = titles => titles.filter(title => published.titles.includes(title));
const get = async address => {
  const response = await fetch(address);
  assert.equal(response.status, 200, address);
  return [response.headers.get('content-type'), await response.text(), response.headers.get('etag')];
};

test('an Atom feed has each ruling and each correction', async () => {
  const [media, text] = await get(published.atom);
  assert.equal(media, 'application/atom+xml; charset=utf-8');

  const feed = parseAtomFeed(text);

  const titles = feed.entries.map(({ title }) => (typeof title === 'string' ? title : title.value));
  assert.deepEqual(ours(titles), published.titles);
  assert.equal(new Set(feed.entries.map(({ id }) => id)).size, feed.entries.length);
  assert.equal(feed.links.find(({ rel }) => rel === 'self').href, published.atom);
  assert.equal(feed.links.find(({ rel }) => rel === 'alternate').href, published.page);
  assert.ok(feed.entries.every(({ links }) => links[0].href.startsWith(`${published.page}/rulings/`)));
});

test('a JSON Feed has the same', async () => {
  const [media, text] = await get(published.json);
  assert.equal(media, 'application/feed+json');

  const feed = parseJsonFeed(JSON.parse(text));

  assert.equal(feed.feed_url, published.json);
  assert.equal(feed.home_page_url, published.page);
  assert.deepEqual(ours(feed.items.map(({ title }) => title)), published.titles);
  const [last] = feed.items.slice(-1);
  assert.equal(last.url, published.corrected);
  assert.match(last.content_html, /Fuel rose by 12 per cent\./);
});

test('a reader that asks again gets nothing again', async () => {
  for (const address of [published.atom, published.json]) {
    const statuses = [];
    // Another test may publish a ruling in between. It does not do so ten times.
    while (!statuses.includes(304) && statuses.length < 10) {
      const [, , etag] = await get(address);
      statuses.push((await fetch(address, { headers: { 'if-none-match': etag } })).status);
    }
    assert.equal(statuses.at(-1), 304, address);
  }
});
