// A gateway of Apollo Federation: it composes a server of ours with a second subgraph, and answers from both.
//
// CLAIMSPAN_PROGRAM names the server's program.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { composeServices } from '@theguild/federation-composition';
import { GraphQLError, execute, parse } from 'graphql';
import { ask, CLAIMS } from './newsroom.mjs';

const { CLAIMSPAN_PROGRAM: program } = process.env;
const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-federation-'));
const DATABASE = `sqlite://${folder}/demo.db`;
let server;
let url;
const tokens = {};

/** A desk's own service: who in the newsroom looks after a claim. It has another subgraph's `Claim` by its key. */
const DESK = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Claim @key(fields: "id") { id: ID! phone: String! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Query { urgent: [Claim!]! }
`;

before(async () => {
  assert.ok(program, 'CLAIMSPAN_PROGRAM has to name the program; scripts/test --web sees to it');
  // The demo makes a newsroom with accounts. The server itself is started on its database.
  const demo = spawn(program, ['demo', '--database-url', DATABASE, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const passwords = {};
  for await (const line of createInterface({ input: demo.stdout })) {
    const account = /([a-z]+)@sahel-desk\.example\s+(\S+)/.exec(line);
    if (account) passwords[account[1]] = account[2];
    if (line.includes('Ctrl-C')) break;
  }
  demo.kill();
  await new Promise(resolve => demo.once('exit', resolve));
  server = spawn(program, ['serve', '--federation', '--database-url', DATABASE, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: server.stdout })) {
    url = /listens on (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  url += '/graphql';
  for (const name of ['editor', 'reader']) {
    const input = { email: `${name}@sahel-desk.example`, password: passwords[name] };
    const document = 'mutation($input: SignInInput!) { signIn(input: $input) { token } }';
    tokens[name] = (await ask(url, undefined, document, { input })).signIn.token;
  }
});

after(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const printed = () => execFileSync(program, ['schema', '--federation'], { encoding: 'utf8' });

/** The supergraph of both subgraphs. */
function supergraph(sdl) {
  const { errors, supergraphSdl } = composeServices([
    { name: 'claimspan', typeDefs: parse(sdl), url: 'http://claimspan' },
    { name: 'desk', typeDefs: parse(DESK), url: 'http://desk' },
  ]);
  assert.equal(errors, undefined);
  return supergraphSdl;
}

/** Answers the requests that the gateway sends to the desk's service. */
function desk({ document, variables }, urgent) {
  const [{ selectionSet }] = document.definitions;
  const [field] = selectionSet.selections;
  const key = field.alias?.value ?? field.name.value;
  const phone = id => `+221 ${id.slice(-4)}`;
  if (field.name.value === 'urgent') {
    return { data: { [key]: urgent.map(id => ({ __typename: 'Claim', id, phone: phone(id) })) } };
  }
  assert.equal(field.name.value, '_entities');
  const [given] = Object.values(variables);
  return { data: { [key]: given.map(({ id }) => ({ __typename: 'Claim', id, phone: phone(id) })) } };
}

/** A gateway that forwards the token of its caller. Counts the requests to our server. */
function gateway(token, urgent = []) {
  const sent = [];
  const ours = async ({ document, variables }) => {
    const { print } = await import('graphql');
    sent.push(print(document));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return response.json();
  };
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph(printed()),
    onSubschemaConfig: config => {
      config.executor = config.name.toLowerCase() === 'desk' ? request => desk(request, urgent) : ours;
    },
  });
  const run = (document, variableValues) => execute({ schema, document: parse(document), variableValues });
  return { run, sent };
}

const claims = async () => {
  const { newsroom } = await ask(url, tokens.reader, '{ newsroom(slug: "sahel-desk") { claims { nodes { id statement } } } }');
  return newsroom.claims.nodes;
};

test('the running server shows the schema that the program prints', async () => {
  const { _service } = await ask(url, undefined, '{ _service { sdl } }');
  assert.equal(_service.sdl, printed());
});

test('a claim has fields of both subgraphs', async () => {
  const [{ id, statement }] = await claims();
  const { run } = gateway(tokens.reader);

  const { data, errors } = await run('query($id: ID!) { claim(id: $id) { statement phone } }', { id });

  assert.equal(errors, undefined);
  assert.deepEqual({ ...data.claim }, { statement, phone: `+221 ${id.slice(-4)}` });
});

test('the claims that another subgraph refers to are read in one request', async () => {
  const known = await claims();
  assert.ok(known.length > 1);
  const { run, sent } = gateway(tokens.reader, known.map(({ id }) => id));

  const { data, errors } = await run('{ urgent { phone statement article { title } } }');

  assert.equal(errors, undefined);
  assert.deepEqual(data.urgent.map(({ statement }) => statement), known.map(({ statement }) => statement));
  assert.ok(data.urgent.every(({ article }) => article.title.length > 0));
  assert.equal(sent.length, 1, sent.join('\n'));
  assert.match(sent[0], /_entities\(representations/);
});

test('a gateway shows its caller no more than the server does', async () => {
  const [{ id }] = await claims();
  const { run } = gateway(undefined, [id]);

  const { errors } = await run('{ urgent { statement } }');

  assert.ok(errors?.[0] instanceof GraphQLError);
  assert.equal(errors[0].extensions.code, 'UNAUTHENTICATED');
});
