// Relay: its compiler on the application in relay/, and its runtime on the compiled result.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@babel/core';
import relayPlugin from 'babel-plugin-relay';
import { createClient } from 'graphql-ws';
import runtime from 'relay-runtime';
import WebSocket from 'ws';
import { isFollowed, isRefused, stream } from './activity.mjs';
import { seeded } from './seeded.mjs';
import { CLAIMS } from './newsroom.mjs';

const {
  commitMutation, ConnectionHandler, createOperationDescriptor, Environment, fetchQuery, getPaginationMetadata, getPaginationVariables,
  getRefetchMetadata, getRequest, getSingularSelector, Network, Observable, RecordSource, requestSubscription, Store,
} = runtime;

const HERE = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-relay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const app = build();

/** Compiles the application as its authors would, and loads it. */
function build() {
  cpSync(path.join(HERE, 'relay'), folder, { recursive: true });
  copyFileSync(path.resolve(HERE, '../../schema.graphql'), path.join(folder, 'schema.graphql'));
  symlinkSync(path.join(HERE, 'node_modules'), path.join(folder, 'node_modules'));
  execFileSync(process.execPath, [path.join(HERE, 'node_modules/relay-compiler/cli.js'), '--noWatchman', '--output', 'quiet-with-errors'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });

  const file = path.join(folder, 'app.js');
  const options = { filename: file, cwd: folder, babelrc: false, configFile: false, plugins: [[relayPlugin, { eagerEsModules: false }]] };
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), options).code);
  return createRequire(file)(file);
}

/** A Relay environment for the named account, as an application sets it up. */
function environmentOf(name) {
  const ask = async ({ text: query, name: operationName }, variables) => {
    const response = await fetch(seeded.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...seeded.headers(name) },
      body: JSON.stringify({ query, operationName, variables }),
    });
    return response.json();
  };
  const socket = createClient({ url: seeded.socket, webSocketImpl: WebSocket, connectionParams: seeded.headers(name), retryAttempts: 0 });
  const follow = ({ text: query, name: operationName }, variables) =>
    Observable.create(sink => socket.subscribe({ query, operationName, variables }, sink));
  return new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });
}

const ask = (environment, query, variables) => fetchQuery(environment, query, variables).toPromise();

/** The data that a component reads through a fragment. */
function read(environment, fragment, reference) {
  const { data, isMissingData } = environment.lookup(getSingularSelector(fragment, reference));
  assert.equal(isMissingData, false);
  return data;
}

/** The page of an article, and the present content of its list of claims. */
async function page(environment, id, count) {
  const query = getRequest(app.ArticlePage);
  const operation = createOperationDescriptor(query, { id, count });
  environment.retain(operation);
  await ask(environment, query, { id, count });
  const { article } = environment.lookup(operation.fragment).data;
  const list = () => read(environment, app.ClaimList, article);
  const rows = () => list().claims.edges.map(({ node }) => ({ id: node.id, ...read(environment, app.ClaimRow, node) }));
  return { article, list, rows };
}

/** Fetches the next page of the list, as usePaginationFragment does. */
async function loadNext(environment, article, count) {
  const { connectionPathInFragmentData: [field], paginationRequest, paginationMetadata } = getPaginationMetadata(app.ClaimList, 'the test');
  const { endCursor } = read(environment, app.ClaimList, article)[field].pageInfo;
  await ask(environment, paginationRequest, getPaginationVariables('forward', count, endCursor, { id: article.id }, {}, paginationMetadata));
}

test('a list grows page by page, through node', async () => {
  const environment = environmentOf('reader');
  const { article, list, rows } = await page(environment, seeded.article.id, 2);
  assert.equal(article.title, 'Ferry fares double');
  const sizes = [rows().length];
  while (list().claims.pageInfo.hasNextPage) {
    await loadNext(environment, article, 2);
    sizes.push(rows().length);
  }
  assert.deepEqual(sizes, [2, 4, 5]);
  assert.equal(list().claims.totalCount, 5);
  assert.deepEqual(rows().map(({ id, statement }) => ({ id, statement })), seeded.claims.map(({ id, statement }) => ({ id, statement })));
  assert.deepEqual(rows().map(({ anchors }) => anchors[0].exact), seeded.claims.map(({ exact }) => exact));
  const [{ summary }] = rows();
  assert.equal(summary.disputed, true);
  const counts = summary.verdictCounts.map(({ rating, count }) => [rating.key, count]);
  assert.deepEqual(counts.sort(), [['FALSE', 1], ['MIXED', 1]]);
});

test('a row is refetched by its id', async () => {
  const { id } = await seeded.anArticle();
  const claim = await seeded.aClaim(id);
  const environment = environmentOf('reader');
  const { rows } = await page(environment, id, 10);
  assert.deepEqual(rows().map(({ state }) => state), ['OPEN']);
  await seeded.aVerdict(claim.id, 'FALSE');

  const { refetchableRequest, identifierInfo } = getRefetchMetadata(app.ClaimRow, 'the test');
  await ask(environment, refetchableRequest, { [identifierInfo.identifierQueryVariableName]: claim.id });
  assert.deepEqual(rows().map(({ state, summary }) => [state, summary.verdictCount]), [['IN_REVIEW', 1]]);
});

test('a claim that was marked joins the list', async () => {
  const { id } = await seeded.anArticle();
  await seeded.aClaim(id, CLAIMS[0]);
  const environment = environmentOf('second');
  const { article, list, rows } = await page(environment, id, 10);
  const { version } = list();

  const input = { article: id, statement: CLAIMS[4].statement, ranges: [{ exact: CLAIMS[4].exact }] };
  const connections = [ConnectionHandler.getConnectionID(article.id, 'appClaimList_claims', { order: 'POSITION' })];
  await new Promise((onCompleted, onError) => {
    commitMutation(environment, { mutation: getRequest(app.MarkClaim), variables: { input, connections }, onCompleted, onError });
  });
  assert.deepEqual(rows().map(({ statement }) => statement), [CLAIMS[0].statement, CLAIMS[4].statement]);
  assert.ok(list().version > version);
});

test('any object is found by its id', async () => {
  const environment = environmentOf('reader');
  const [claim] = seeded.claims;
  const of = async id => (await ask(environment, getRequest(app.Anything), { id })).node;
  assert.deepEqual(await of(claim.id), {
    __typename: 'Claim', id: claim.id, statement: claim.statement, article: { title: seeded.article.title },
  });
  assert.deepEqual(await of(seeded.article.id), { __typename: 'Article', id: seeded.article.id, title: seeded.article.title });
  const { id, displayName } = seeded.people.editor;
  assert.deepEqual(await of(id), { __typename: 'Account', id, displayName });
});

test('an error has a code', async () => {
  const codes = error => error.source.errors.map(({ extensions }) => extensions.code);
  const id = seeded.claims[0].id.replace(/.{4}$/, 'ffff');
  // Relay throws if the whole response is null.
  const strange = environmentOf();
  const input = { article: seeded.article.id, statement: 'Nobody may say so.', ranges: [{ exact: CLAIMS[0].exact }] };
  for (const [environment, code] of [[strange, 'UNAUTHENTICATED'], [environmentOf('reader'), 'FORBIDDEN']]) {
    const failed = new Promise((onCompleted, onError) => {
      commitMutation(environment, { mutation: getRequest(app.MarkClaim), variables: { input, connections: [] }, onCompleted, onError });
    });
    await assert.rejects(failed, error => {
      assert.deepEqual(codes(error), [code]);
      return true;
    });
  }
  // A nullable field is null if it failed. The other fields stay.
  const { node } = await ask(environmentOf('reader'), getRequest(app.AnythingOrWhyNot), { id });
  assert.deepEqual({ ok: node.ok, codes: node.errors.map(({ extensions }) => extensions.code) }, { ok: false, codes: ['NOT_FOUND'] });
});

test('a claim on the page changes with what happens to it', async () => {
  const { id } = await seeded.anArticle();
  const claim = await seeded.aClaim(id);
  const environment = environmentOf('reader');
  const { rows } = await page(environment, id, 10);
  const events = listenIn(environment, { newsroom: seeded.newsroom.id, article: id, after: 0 })[Symbol.asyncIterator]();
  for (const kind of ['ARTICLE_IMPORTED', 'CLAIM_MARKED']) {
    assert.equal((await events.next()).value.data.activity.kind, kind);
  }
  await seeded.as('reviewer', 'mutation($input: WithdrawClaimInput!) { withdrawClaim(input: $input) { claim { id } } }', {
    input: { claim: claim.id, reason: 'It was marked twice.' },
  });
  assert.equal((await events.next()).value.data.activity.kind, 'CLAIM_WITHDRAWN');
  assert.deepEqual(rows().map(({ state }) => state), ['WITHDRAWN']);
  await events.return();
});

function listenIn(environment, variables) {
  return stream(({ next, error, complete }) => {
    const config = {
      subscription: getRequest(app.Activity), variables,
      onNext: data => next({ data }), onError: failed => error(failed.source ?? failed), onCompleted: complete,
    };
    const { dispose } = requestSubscription(environment, config);
    return dispose;
  });
}
const listen = (name, variables) => listenIn(environmentOf(name), variables);

test('a subscription is followed', () => isFollowed(listen));
test('a subscription is refused', () => isRefused(listen));
