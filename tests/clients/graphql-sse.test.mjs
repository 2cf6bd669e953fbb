// graphql-sse with one connection per operation: events over plain HTTP.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createClient } from 'graphql-sse';
import { ACTIVITY, codes, isFollowed, isRefused } from './activity.mjs';
import { seeded } from './seeded.mjs';

const events = (name, headers = seeded.headers(name)) => createClient({ url: seeded.url, headers, retryAttempts: 0 });
const listen = (name, variables) => events(name).iterate({ query: ACTIVITY, variables });

test('a subscription is followed', () => isFollowed(listen));
test('a subscription is refused', () => isRefused(listen));

test('a query is answered as one event', async () => {
  const results = [];
  for await (const result of events('reader').iterate({ query: '{ viewer { id } }' })) {
    results.push(result);
  }
  assert.deepEqual(results, [{ data: { viewer: { id: seeded.people.reader.id } } }]);
});

test('an error has a code', async () => {
  assert.deepEqual(await codes(events('reader').iterate({ query: '{ viewer { shoeSize } }' })), ['GRAPHQL_VALIDATION_FAILED']);
  const stranger = events(undefined, { authorization: 'Bearer css_nonsense' });
  assert.deepEqual(await codes(stranger.iterate({ query: ACTIVITY, variables: { newsroom: seeded.newsroom.id } })), ['UNAUTHENTICATED']);
});
