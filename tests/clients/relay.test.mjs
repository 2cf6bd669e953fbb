// Relay: its compiler on the application in relay/, and its runtime on what that makes of it.
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
import { desk } from './desk.mjs';
import { CLAIMS } from './newsroom.mjs';

const {
  commitMutation, ConnectionHandler, createOperationDescriptor, Environment, fetchQuery, getPaginationMetadata, getPaginationVariables,
  getRefetchMetadata, getRequest, getSingularSelector, Network, Observable, RecordSource, requestSubscription, Store,
} = runtime;

const HERE = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-relay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const app = build();

/** Compiles the application, as its authors would, and loads it. */
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

/** An environment for somebody, as an application sets it up. */
function environmentOf(name) {
  const ask = async ({ text: query, name: operationName }, variables) => {
    const response = await fetch(desk.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...desk.headers(name) },
      body: JSON.stringify({ query, operationName, variables }),
    });
    return response.json();
  };
  const socket = createClient({ url: desk.socket, webSocketImpl: WebSocket, connectionParams: desk.headers(name), retryAttempts: 0 });
  const follow = ({ text: query, name: operationName }, variables) =>
    Observable.create(sink => socket.subscribe({ query, operationName, variables }, sink));
  return new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) });
}

const ask = (environment, query, variables) => fetchQuery(environment, query, variables).toPromise();

/** What a component reads through a fragment. */
function read(environment, fragment, reference) {
  const { data, isMissingData } = environment.lookup(getSingularSelector(fragment, reference));
  assert.equal(isMissingData, false);
  return data;
}

/** The page of an article, and what its list of claims shows now. */
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
  const { article, list, rows } = await page(environment, desk.article.id, 2);
  assert.equal(article.title, 'Ferry fares double');
  const sizes = [rows().length];
  while (list().claims.pageInfo.hasNextPage) {
    await loadNext(environment, article, 2);
    sizes.push(rows().length);
  }
  assert.deepEqual(sizes, [2, 4, 5]);
  assert.equal(list().claims.totalCount, 5);
  assert.deepEqual(rows().map(({ id, statement }) => ({ id, statement })), desk.claims.map(({ id, statement }) => ({ id, statement })));
  assert.deepEqual(rows().map(({ anchors }) => anchors[0].exact), desk.claims.map(({ exact }) => exact));
  const [{ summary }] = rows();
  assert.equal(summary.disputed, true);
  const counts = summary.verdictCounts.map(({ rating, count }) => [rating.key, count]);
  assert.deepEqual(counts.sort(), [['FALSE', 1], ['MIXED', 1]]);
});

test('a row is fetched anew by its id', async () => {
  const { id } = await desk.anArticle();
  const claim = await desk.aClaim(id);
  const environment = environmentOf('reader');
  const { rows } = await page(environment, id, 10);
  assert.deepEqual(rows().map(({ state }) => state), ['OPEN']);
  await desk.aVerdict(claim.id, 'FALSE');

  const { refetchableRequest, identifierInfo } = getRefetchMetadata(app.ClaimRow, 'the test');
  await ask(environment, refetchableRequest, { [identifierInfo.identifierQueryVariableName]: claim.id });
  assert.deepEqual(rows().map(({ state, summary }) => [state, summary.verdictCount]), [['IN_REVIEW', 1]]);
});

test('a claim that was marked joins the list', async () => {
  const { id } = await desk.anArticle();
  await desk.aClaim(id, CLAIMS[0]);
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
  const [claim] = desk.claims;
  const of = async id => (await ask(environment, getRequest(app.Anything), { id })).node;
  assert.deepEqual(await of(claim.id), {
    __typename: 'Claim', id: claim.id, statement: claim.statement, article: { title: desk.article.title },
  });
  assert.deepEqual(await of(desk.article.id), { __typename: 'Article', id: desk.article.id, title: desk.article.title });
  const { id, displayName } = desk.people.editor;
  assert.deepEqual(await of(id), { __typename: 'Account', id, displayName });
});

test('an error has a code', async () => {
  const codes = error => error.source.errors.map(({ extensions }) => extensions.code);
  const id = desk.claims[0].id.replace(/.{4}$/, 'ffff');
  // Where the answer as a whole is null, Relay throws.
  const strange = environmentOf();
  const input = { article: desk.article.id, statement: 'Nobody may say so.', ranges: [{ exact: CLAIMS[0].exact }] };
  for (const [environment, code] of [[strange, 'UNAUTHENTICATED'], [environmentOf('reader'), 'FORBIDDEN']]) {
    const failed = new Promise((onCompleted, onError) => {
      commitMutation(environment, { mutation: getRequest(app.MarkClaim), variables: { input, connections: [] }, onCompleted, onError });
    });
    await assert.rejects(failed, error => {
      assert.deepEqual(codes(error), [code]);
      return true;
    });
  }
  // A field that may be null is null where it failed; what has come otherwise stays.
  const { node } = await ask(environmentOf('reader'), getRequest(app.AnythingOrWhyNot), { id });
  assert.deepEqual({ ok: node.ok, codes: node.errors.map(({ extensions }) => extensions.code) }, { ok: false, codes: ['NOT_FOUND'] });
});

test('a claim on the page changes with what happens to it', async () => {
  const { id } = await desk.anArticle();
  const claim = await desk.aClaim(id);
  const environment = environmentOf('reader');
  const { rows } = await page(environment, id, 10);
  const events = listenIn(environment, { newsroom: desk.newsroom.id, article: id, after: 0 })[Symbol.asyncIterator]();
  for (const kind of ['ARTICLE_IMPORTED', 'CLAIM_MARKED']) {
    assert.equal((await events.next()).value.data.activity.kind, kind);
  }
  await desk.as('reviewer', 'mutation($input: WithdrawClaimInput!) { withdrawClaim(input: $input) { claim { id } } }', {
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
