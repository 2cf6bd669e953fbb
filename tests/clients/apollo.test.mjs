// Apollo Client: its cache, its paging, its errors.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { relayStylePagination } from '@apollo/client/utilities';
import { desk } from './desk.mjs';
import { CLAIMS, verdictOn } from './newsroom.mjs';

/** A client for somebody, as an application sets it up; a stranger where nobody is named. */
function apollo(name, link = new HttpLink({ uri: desk.url, headers: desk.headers(name) })) {
  const cache = new InMemoryCache({
    possibleTypes: { Node: ['Article', 'Claim'] },
    typePolicies: { Article: { fields: { claims: relayStylePagination(['order']) } } },
  });
  return new ApolloClient({ link, cache });
}

/** The codes of what Apollo throws. */
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
  const variables = { id: desk.article.id, first: 5 };
  const { data } = await client.query({ query: PAGE, variables });
  assert.equal(data.article.title, 'Ferry fares double');
  assert.equal(data.article.claims.totalCount, 5);
  assert.deepEqual(data.article.claims.edges.map(({ node }) => node.id), desk.claims.map(({ id }) => id));
  // UTF-16 is what a string of JavaScript counts.
  for (const { node } of data.article.claims.edges) {
    const [{ start, end, exact }] = node.anchors;
    assert.equal(data.article.revision.text.slice(start, end), exact);
  }
  const again = await client.query({ query: PAGE, variables, fetchPolicy: 'cache-only' });
  assert.deepEqual(again.data, data);
});

test('pages are put together by fetchMore', async () => {
  const client = apollo('reader');
  const variables = { id: desk.article.id, first: 2 };
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
  assert.deepEqual(whole.article.claims.edges.map(({ node }) => node.id), desk.claims.map(({ id }) => id));
  assert.equal(whole.article.claims.pageInfo.hasNextPage, false);
});

test('a mutation brings the objects in the cache up to date, by their ids', async () => {
  const article = await desk.anArticle();
  const claim = await desk.aClaim(article.id);
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
  const variables = { id: desk.article.id };
  await assert.rejects(apollo().query({ query: title, variables }), error => {
    assert.deepEqual(codes(error), ['UNAUTHENTICATED']);
    return true;
  });

  const mark = gql`mutation($input: MarkClaimInput!) { markClaim(input: $input) { claim { id } } }`;
  const input = { article: desk.article.id, statement: CLAIMS[0].statement, ranges: [{ exact: 'fares halved' }] };
  await assert.rejects(apollo('reader').mutate({ mutation: mark, variables: { input } }), error => {
    assert.deepEqual(codes(error), ['FORBIDDEN']);
    return true;
  });
  await assert.rejects(apollo('reviewer').mutate({ mutation: mark, variables: { input } }), error => {
    assert.deepEqual(codes(error), ['BAD_USER_INPUT']);
    assert.deepEqual([error.errors[0].extensions.field, error.errors[0].extensions.reason], ['ranges[0].exact', 'QUOTE_NOT_FOUND']);
    return true;
  });

  // A document that cannot run is answered with 400 to a client of today's form; Apollo reads its errors all the same.
  await assert.rejects(apollo('reader').query({ query: gql`{ viewer { shoeSize } }` }), error => {
    assert.deepEqual(codes(error), ['GRAPHQL_VALIDATION_FAILED']);
    return true;
  });
});

test('what could be read comes beside the error of what could not', async () => {
  const query = gql`query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Claim { statement } } }`;
  const ids = [desk.claims[2].id, desk.claims[2].id.replace(/.{4}$/, 'ffff')];
  const { data, error } = await apollo('reader').query({ query, variables: { ids }, errorPolicy: 'all' });
  assert.equal(data.nodes[0].statement, desk.claims[2].statement);
  assert.equal(data.nodes[1], null);
  assert.deepEqual(codes(error), ['NOT_FOUND']);
  assert.deepEqual(error.errors[0].path, ['nodes', 1]);
});

test('what a reader may not see is null, and the rest goes into the cache', async () => {
  const client = apollo('reader');
  const query = gql`query($slug: String!) { newsroom(slug: $slug) { id members { totalCount } name } }`;
  const variables = { slug: desk.newsroom.slug };
  const { data, error } = await client.query({ query, variables, errorPolicy: 'all' });
  assert.deepEqual(codes(error), ['FORBIDDEN']);
  assert.equal(data.newsroom.members, null);
  assert.deepEqual(client.readQuery({ query, variables }), data);
});
