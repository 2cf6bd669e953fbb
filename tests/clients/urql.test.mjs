// urql with its document cache, and subscriptions both through its own parser of events and through graphql-sse.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cacheExchange, Client, CombinedError, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-sse';
import { ACTIVITY, isFollowed, isRefused, stream } from './activity.mjs';
import { seeded } from './seeded.mjs';
import { CLAIMS, verdictOn } from './newsroom.mjs';

function urql(name, options = {}) {
  return new Client({ url: seeded.url, exchanges: [cacheExchange, fetchExchange], fetchOptions: { headers: seeded.headers(name) }, ...options });
}

const CLAIM = gql`query($id: ID!) { node(id: $id) { id ... on Claim { statement state summary { verdictCount hiddenVerdictCount disputed } } } }`;

// The addresses show the method of a query: urql sends short queries by GET if that is allowed.
for (const preferGetMethod of [false, 'within-url-limit']) {
  test(`a query is answered by ${preferGetMethod ? 'GET' : 'POST'}`, async () => {
    const sent = [];
    const spy = (address, options) => {
      sent.push(options.method);
      return fetch(address, options);
    };
    const { data, error } = await urql('reader', { preferGetMethod, fetch: spy }).query(CLAIM, { id: seeded.claims[0].id });
    assert.equal(error, undefined);
    assert.deepEqual(data.node.summary, { __typename: 'ClaimSummary', verdictCount: 2, hiddenVerdictCount: 0, disputed: true });
    assert.deepEqual(sent, [preferGetMethod ? 'GET' : 'POST']);
  });
}

test('blind review hides from a reader what it shows to an editor', async () => {
  const { id } = seeded.claims[1];
  const [reader, editor] = await Promise.all(['reader', 'editor'].map(async name => (await urql(name).query(CLAIM, { id })).data.node));
  assert.deepEqual([reader.state, editor.state], ['IN_REVIEW', 'IN_REVIEW']);
  assert.deepEqual([reader.summary.hiddenVerdictCount, editor.summary.hiddenVerdictCount], [1, 0]);
  assert.deepEqual([reader.summary.disputed, editor.summary.disputed], [null, false]);
});

test('a mutation makes the cache ask again for what it changed', async () => {
  const article = await seeded.anArticle();
  const claim = await seeded.aClaim(article.id, CLAIMS[2]);
  const client = urql('second');
  const states = [];
  const looking = client.query(CLAIM, { id: claim.id }).subscribe(({ data }) => states.push(data.node.state));
  await client.query(CLAIM, { id: claim.id }).toPromise();

  const submit = gql`mutation($input: SubmitVerdictInput!) { submitVerdict(input: $input) { claim { id state } verdict { id number } } }`;
  const { data, error } = await client.mutation(submit, { input: verdictOn(claim.id, 'MOSTLY_TRUE') });
  assert.equal(error, undefined);
  assert.equal(data.submitVerdict.verdict.number, 1);
  const { data: after } = await client.query(CLAIM, { id: claim.id });
  assert.equal(after.node.state, 'IN_REVIEW');
  looking.unsubscribe();
  assert.deepEqual([states[0], states.at(-1)], ['OPEN', 'IN_REVIEW']);
});

test('an error has a code', async () => {
  for (const [name, code] of [[undefined, 'UNAUTHENTICATED'], ['reader', 'FORBIDDEN']]) {
    const input = { article: seeded.article.id, statement: 'Nobody may say so.', ranges: [{ exact: CLAIMS[3].exact }] };
    const mark = gql`mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }`;
    const { data, error } = await urql(name).mutation(mark, { input });
    assert.ok(!data?.markClaim);
    assert.ok(error instanceof CombinedError);
    assert.deepEqual(error.graphQLErrors.map(({ extensions }) => extensions.code), [code]);
  }
  const { error } = await urql('reader').query(gql`{ viewer { shoeSize } }`);
  assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  assert.equal(error.response.status, 400);
});

test('an invalid token is refused with 401 and a code', async () => {
  const { error } = await urql(undefined, { fetchOptions: { headers: { authorization: 'Bearer css_nonsense' } } }).query(CLAIM, { id: seeded.claims[0].id });
  assert.equal(error.response.status, 401);
  assert.deepEqual(error.graphQLErrors.map(({ extensions }) => extensions.code), ['UNAUTHENTICATED']);
});

// --- Subscriptions -----------------------------------------------------------

/** An exchange that forwards to graphql-sse, as its documentation shows. */
function bySse(name) {
  const client = createClient({ url: seeded.url, headers: seeded.headers(name), retryAttempts: 0 });
  return subscriptionExchange({
    forwardSubscription: operation => ({ subscribe: observer => ({ unsubscribe: client.subscribe(operation, observer) }) }),
  });
}

for (const [how, options] of [
  ['by its own reading of events', () => ({ fetchSubscriptions: true })],
  ['by graphql-sse', name => ({ exchanges: [cacheExchange, bySse(name), fetchExchange] })],
]) {
  const listen = (name, variables) => stream(observer => {
    const results = urql(name, options(name)).subscription(gql(ACTIVITY), variables);
    const { unsubscribe } = results.subscribe(({ data, error }) => {
      if (error?.networkError) {
        observer.error(error.networkError);
      } else {
        observer.next({ data, errors: error?.graphQLErrors });
      }
    });
    return unsubscribe;
  });
  test(`a subscription is followed ${how}`, () => isFollowed(listen));
  test(`a subscription is refused ${how}`, () => isRefused(listen));
}
