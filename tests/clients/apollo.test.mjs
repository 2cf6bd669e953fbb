// Apollo Client: its cache, paging and errors, and its links for subscriptions, persisted queries and batches.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ACTIVITY, isFollowed, isRefused, stream } from './activity.mjs';
import { seeded } from './seeded.mjs';
import { CLAIMS, verdictOn } from './newsroom.mjs';

/** A client as an application sets it up, for the named account, or anonymous without a name. */
function apollo(name, link = new HttpLink({ uri: seeded.url, headers: seeded.headers(name) })) {
  const cache = new InMemoryCache({
    possibleTypes: { Node: ['Article', 'Claim'] },
    typePolicies: { Article: { fields: { claims: relayStylePagination(['order']) } } },
  });
  return new ApolloClient({ link, cache });
}

/** The codes of the errors that Apollo throws. */
function codes(error) {
  assert.ok(CombinedGraphQLErrors.is(error), `${error}`);
  return error.errors.map(({ extensions }) => extensions.code);
}

const PAGE = gql`
  query Page($id: ID!, $first: Int!, $after: String) {
    article(id: $id) {
      id title
      claims(first: $first, after: $after) {
        totalCount
        edges { cursor node { id statement anchors { id exact start(unit: UTF16) end(unit: UTF16) } } }
        pageInfo { hasNextPage endCursor }
      }
      revision { id text }
    }
  }
`;

test('a query is answered from the server, and then from the cache', async () => {
  const client = apollo('reader');
  const variables = { id: seeded.article.id, first: 5 };
  const { data } = await client.query({ query: PAGE, variables });
  assert.equal(data.article.title, 'Ferry fares double');
  assert.equal(data.article.claims.totalCount, 5);
  assert.deepEqual(data.article.claims.edges.map(({ node }) => node.id), seeded.claims.map(({ id }) => id));
  // JavaScript strings count UTF-16 code units.
  for (const { node } of data.article.claims.edges) {
    const [{ start, end, exact }] = node.anchors;
    assert.equal(data.article.revision.text.slice(start, end), exact);
  }
  const again = await client.query({ query: PAGE, variables, fetchPolicy: 'cache-only' });
  assert.deepEqual(again.data, data);
});

test('pages are put together by fetchMore', async () => {
  const client = apollo('reader');
  const variables = { id: seeded.article.id, first: 2 };
  const query = client.watchQuery({ query: PAGE, variables });
  const looking = query.subscribe(() => {});
  let { data } = await query.refetch();
  const sizes = [data.article.claims.edges.length];
  while (data.article.claims.pageInfo.hasNextPage) {
    ({ data } = await query.fetchMore({ variables: { after: data.article.claims.pageInfo.endCursor } }));
    sizes.push(data.article.claims.edges.length);
  }
  looking.unsubscribe();
  assert.deepEqual(sizes, [2, 2, 1]);
  const whole = client.readQuery({ query: PAGE, variables });
  assert.deepEqual(whole.article.claims.edges.map(({ node }) => node.id), seeded.claims.map(({ id }) => id));
  assert.equal(whole.article.claims.pageInfo.hasNextPage, false);
});

test('a mutation brings the objects in the cache up to date, by their ids', async () => {
  const article = await seeded.anArticle();
  const claim = await seeded.aClaim(article.id);
  const client = apollo('reviewer');
  const query = gql`query($id: ID!) { node(id: $id) { id ... on Claim { state version article { id version } } } }`;
  const before = await client.query({ query, variables: { id: claim.id } });
  assert.equal(before.data.node.state, 'OPEN');

  const mutation = gql`
    mutation($input: SubmitVerdictInput!) {
      submitVerdict(input: $input) {
        verdict { id rating { id key } citations { id stance source { id url } } }
        claim { id state version article { id version } }
      }
    }
  `;
  const { data } = await client.mutate({ mutation, variables: { input: verdictOn(claim.id, 'FALSE') } });
  assert.equal(data.submitVerdict.verdict.rating.key, 'FALSE');
  assert.equal(data.submitVerdict.verdict.citations[0].source.url, 'https://prices.example.org/marine-fuel');

  const after = await client.query({ query, variables: { id: claim.id }, fetchPolicy: 'cache-only' });
  assert.equal(after.data.node.state, 'IN_REVIEW');
  assert.ok(after.data.node.version > before.data.node.version);
  assert.ok(after.data.node.article.version > before.data.node.article.version);
});

test('an error has a code', async () => {
  const title = gql`query($id: ID!) { article(id: $id) { id title } }`;
  const variables = { id: seeded.article.id };
  await assert.rejects(apollo().query({ query: title, variables }), error => {
    assert.deepEqual(codes(error), ['UNAUTHENTICATED']);
    return true;
  });

  const mark = gql`mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }`;
  const input = { article: seeded.article.id, statement: CLAIMS[0].statement, ranges: [{ exact: 'fares halved' }] };
  await assert.rejects(apollo('reader').mutate({ mutation: mark, variables: { input } }), error => {
    assert.deepEqual(codes(error), ['FORBIDDEN']);
    return true;
  });
  await assert.rejects(apollo('reviewer').mutate({ mutation: mark, variables: { input } }), error => {
    assert.deepEqual(codes(error), ['BAD_USER_INPUT']);
    assert.deepEqual([error.errors[0].extensions.field, error.errors[0].extensions.reason], ['ranges[0].exact', 'QUOTE_NOT_FOUND']);
    return true;
  });

  // Apollo also reads the errors of responses with status 400 for an invalid document, and 401 for an invalid token.
  await assert.rejects(apollo('reader').query({ query: gql`{ viewer { shoeSize } }` }), error => {
    assert.deepEqual(codes(error), ['GRAPHQL_VALIDATION_FAILED']);
    return true;
  });
  const nobody = new HttpLink({ uri: seeded.url, headers: { authorization: 'Bearer css_nonsense' } });
  await assert.rejects(apollo(undefined, nobody).query({ query: title, variables }), error => {
    assert.deepEqual(codes(error), ['UNAUTHENTICATED']);
    return true;
  });
});

test('readable fields arrive together with the errors of the others', async () => {
  const query = gql`query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Claim { statement } } }`;
  const ids = [seeded.claims[2].id, seeded.claims[2].id.replace(/.{4}$/, 'ffff')];
  const { data, error } = await apollo('reader').query({ query, variables: { ids }, errorPolicy: 'all' });
  assert.equal(data.nodes[0].statement, seeded.claims[2].statement);
  assert.equal(data.nodes[1], null);
  assert.deepEqual(codes(error), ['NOT_FOUND']);
  assert.deepEqual(error.errors[0].path, ['nodes', 1]);
});

test('hidden fields are null, and the rest goes into the cache', async () => {
  const client = apollo('reader');
  const query = gql`query($slug: String!) { newsroom(slug: $slug) { id members { totalCount } name } }`;
  const variables = { slug: seeded.newsroom.slug };
  const { data, error } = await client.query({ query, variables, errorPolicy: 'all' });
  assert.deepEqual(codes(error), ['FORBIDDEN']);
  assert.equal(data.newsroom.members, null);
  assert.deepEqual(client.readQuery({ query, variables }), data);
});

// --- Subscriptions -----------------------------------------------------------

// Apollo's link uses the browser's WebSocket. Node has it since version 22.
globalThis.WebSocket ??= WebSocket;

function listen(name, variables) {
  const socket = createClient({ url: seeded.socket, webSocketImpl: WebSocket, connectionParams: seeded.headers(name), retryAttempts: 0 });
  const results = apollo(name, new GraphQLWsLink(socket)).subscribe({ query: gql(ACTIVITY), variables });
  return stream(observer => {
    const subscription = results.subscribe({ ...observer, next: ({ data, error }) => observer.next({ data, errors: error?.errors }) });
    return () => {
      subscription.unsubscribe();
      return socket.dispose();
    };
  });
}

test('a subscription is followed', () => isFollowed(listen));
test('a subscription is refused', () => isRefused(listen));

// --- Persisted queries -------------------------------------------------------

/** A fetch that records each request (method, and body or query parameters) and each response. */
function spy(sent) {
  return async (address, options) => {
    const { searchParams } = new URL(address);
    const body = options.body ? JSON.parse(options.body) : Object.fromEntries(searchParams);
    const response = await fetch(address, options);
    sent.push({ method: options.method, body, status: response.status, answer: await response.clone().json() });
    return response;
  };
}

const sha256 = text => createHash('sha256').update(text).digest('hex');

for (const useGETForHashedQueries of [false, true]) {
  test(`a query is sent once, and then by its hash, by ${useGETForHashedQueries ? 'GET' : 'POST'}`, async () => {
    const sent = [];
    const persisted = () => apollo('reader', new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(
      new HttpLink({ uri: seeded.url, headers: seeded.headers('reader'), fetch: spy(sent) }),
    ));
    // The hash of a document that no client has sent yet.
    const query = gql(`query Persisted_${randomBytes(8).toString('hex')}($id: ID!) { article(id: $id) { id title } }`);
    const variables = { id: seeded.article.id };
    // Three clients, each with its own cache. The server keeps the document.
    for (const client of [persisted(), persisted(), persisted()]) {
      const { data } = await client.query({ query, variables });
      assert.equal(data.article.title, seeded.article.title);
    }
    const hashed = useGETForHashedQueries ? 'GET' : 'POST';
    assert.deepEqual(sent.map(({ method, body }) => [method, body.query !== undefined]), [
      [hashed, false], ['POST', true], [hashed, false], [hashed, false],
    ]);
  });
}

test('a mutation is sent by its hash, too, and never by GET', async () => {
  const article = await seeded.anArticle();
  const sent = [];
  const client = apollo('reviewer', new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
    new HttpLink({ uri: seeded.url, headers: seeded.headers('reviewer'), fetch: spy(sent) }),
  ));
  const mutation = gql(`mutation Persisted_${randomBytes(8).toString('hex')}($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }`);
  for (const { exact, statement } of CLAIMS.slice(0, 2)) {
    const { data } = await client.mutate({ mutation, variables: { input: { article: article.id, statement, ranges: [{ exact }] } } });
    assert.match(data.markClaim.claim.id, /^claim_/);
  }
  assert.deepEqual(sent.map(({ method, body }) => [method, body.query !== undefined]), [['POST', false], ['POST', true], ['POST', false]]);
});

// --- Batches -----------------------------------------------------------------

const batching = (name, sent, batchMax = 10) => apollo(name, new BatchHttpLink({
  uri: seeded.url, headers: seeded.headers(name), fetch: spy(sent), batchMax, batchInterval: 20,
}));
const CLAIM = gql`query Claim($id: ID!) { node(id: $id) { id ... on Claim { statement } } }`;

test('concurrent queries go in one request, and each gets its own response', async () => {
  const sent = [];
  const client = batching('reader', sent);
  const ids = seeded.claims.map(({ id }) => id);
  const answers = await Promise.allSettled([...ids, ids[0].replace(/.{4}$/, 'ffff')].map(id => client.query({ query: CLAIM, variables: { id } })));
  const failed = answers.pop();
  assert.deepEqual(answers.map(({ value }) => value?.data.node.statement), seeded.claims.map(({ statement }) => statement));
  assert.deepEqual(codes(failed.reason), ['NOT_FOUND']);
  assert.deepEqual(sent.map(({ method, body }) => [method, body.length]), [['POST', 6]]);
});

test('more than ten at once are refused', async () => {
  const sent = [];
  const client = batching('reader', sent, 20);
  const answers = await Promise.allSettled(Array.from({ length: 11 }, (_, index) => {
    const query = gql(`query Many($id: ID!) { again${index}: node(id: $id) { id } }`);
    return client.query({ query, variables: { id: seeded.claims[0].id } });
  }));
  assert.deepEqual(answers.map(({ status }) => status), Array.from({ length: 11 }, () => 'rejected'));
  assert.deepEqual(sent.map(({ body, status, answer }) => [body.length, status, answer.errors[0].extensions.code]), [[11, 400, 'BAD_USER_INPUT']]);
});
