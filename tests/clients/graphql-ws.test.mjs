// graphql-ws: queries, mutations and subscriptions over one socket.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ACTIVITY, codes, isFollowed, isRefused } from './activity.mjs';
import { seeded } from './seeded.mjs';
import { CLAIMS, verdictOn } from './newsroom.mjs';

/** A client for the named account, with its token in the payload of connection_init. */
function socket(name, options = {}) {
  return createClient({
    url: seeded.socket, webSocketImpl: WebSocket, connectionParams: seeded.headers(name), retryAttempts: 0, ...options,
  });
}

/** A client for the tests of the activity. It is closed when its `listen` is disposed of. */
async function* listen(name, variables, options) {
  const client = socket(name, options);
  try {
    yield* client.iterate({ query: ACTIVITY, variables });
  } finally {
    await client.dispose();
  }
}

/** The single result of a query or mutation. */
async function ask(client, query, variables) {
  const results = [];
  for await (const result of client.iterate({ query, variables })) {
    results.push(result);
  }
  assert.equal(results.length, 1);
  return results[0];
}

test('a subscription is followed', () => isFollowed(listen));
test('a subscription is refused', () => isRefused(listen));

/** A socket whose handshake has headers, as server-side clients can send. Browsers cannot. */
const withHeaders = headers => class extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers });
  }
};

test('the credentials may be a bare token, or a header of the handshake', async () => {
  const query = '{ viewer { id } }';
  const { token, id } = seeded.people.reviewer;
  for (const options of [{ connectionParams: { token } }, { connectionParams: {}, webSocketImpl: withHeaders(seeded.headers('reviewer')) }]) {
    const client = socket(undefined, options);
    assert.deepEqual((await ask(client, query)).data, { viewer: { id } });
    await client.dispose();
  }
  const stranger = socket();
  assert.deepEqual((await ask(stranger, query)).data, { viewer: null });
  await stranger.dispose();
});

test('an invalid token closes the socket with 4403', async () => {
  const client = socket(undefined, { connectionParams: { authorization: 'Bearer css_nonsense' } });
  await assert.rejects(ask(client, '{ viewer { id } }'), closed => {
    assert.equal(closed.code, 4403);
    return true;
  });
});

test('a socket answers queries and mutations, too', async () => {
  const article = await seeded.anArticle();
  const claim = await seeded.aClaim(article.id, CLAIMS[2]);
  const client = socket('reviewer');
  const mutation = 'mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { claim { id state } } }';
  const { data } = await ask(client, mutation, { input: verdictOn(claim.id, 'TRUE') });
  assert.deepEqual(data, { submitVerdict: { claim: { id: claim.id, state: 'IN_REVIEW' } } });

  // A failed field is part of a result. An invalid document gets an error instead of a result.
  const { data: none, errors } = await ask(client, 'query($id: ID!) { node(id: $id) { id } }', { id: claim.id.replace(/.{4}$/, 'ffff') });
  assert.deepEqual([none, errors.map(({ extensions }) => extensions.code)], [{ node: null }, ['NOT_FOUND']]);
  assert.deepEqual(await codes(client.iterate({ query: '{ viewer { shoeSize } }' })), ['GRAPHQL_VALIDATION_FAILED']);
  assert.deepEqual(await codes(client.iterate({ query: '{ viewer' })), ['GRAPHQL_PARSE_FAILED']);
  assert.deepEqual((await ask(client, '{ viewer { id } }')).data, { viewer: { id: seeded.people.reviewer.id } });
  await client.dispose();
});

test('a message may be as long as an article', async () => {
  const client = socket('editor');
  const body = 'The ferry is late. '.repeat(11_000).trim();
  const mutation = 'mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { revision { text } } } }';
  const { data } = await ask(client, mutation, { input: { newsroom: seeded.newsroom.id, title: 'Late', body } });
  assert.equal(data.importArticle.article.revision.text, `Late\n\n${body}`);
  await client.dispose();
});

test('two subscriptions share a socket, and one continues after the other has ended', async () => {
  const [one, other] = [await seeded.anArticle(), await seeded.anArticle()];
  const client = socket('reader', { lazy: false });
  const follow = ({ id }) => client.iterate({ query: ACTIVITY, variables: { newsroom: seeded.newsroom.id, article: id, after: 0 } });
  const [first, second] = [follow(one), follow(other)];
  assert.equal((await first.next()).value.data.activity.article.id, one.id);
  assert.equal((await second.next()).value.data.activity.article.id, other.id);
  await first.return();
  const [, { id }] = [await seeded.aClaim(one.id), await seeded.aClaim(other.id)];
  const { kind, claim } = (await second.next()).value.data.activity;
  assert.deepEqual([kind, claim.id], ['CLAIM_MARKED', id]);
  await second.return();
  await client.dispose();
});

test('a ping gets a pong, and the socket closes in order', async () => {
  const client = socket('reader', { lazy: false, keepAlive: 50 });
  const closed = new Promise(resolve => {
    client.on('closed', resolve);
  });
  const pong = new Promise((resolve, reject) => {
    client.on('pong', resolve);
    closed.then(() => reject(new Error('it closed before it answered')));
  });
  await pong;
  await client.dispose();
  const { code, wasClean } = await closed;
  assert.deepEqual([code, wasClean], [1000, true]);
});

test('the old protocol is refused', async () => {
  const old = new WebSocket(seeded.socket, 'graphql-ws');
  const end = await new Promise(resolve => old.on('close', resolve).on('error', ({ message }) => resolve(message)));
  assert.match(`${end}`, /^4406$|^Unexpected server response: 4|no subprotocol/);
});
