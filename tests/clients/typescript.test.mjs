// graphql-codegen: a typed client in TypeScript, made from the schema that the server gives out, and what it reads.
//
// CLAIMSPAN_PROGRAM names the server's program.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CLAIMS } from './newsroom.mjs';
import { seeded } from './seeded.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { CLAIMSPAN_PROGRAM: program } = process.env;
const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-typescript-'));
const tool = name => path.join(folder, 'node_modules/.bin', name);
let api;
let ask;

before(async () => {
  cpSync(path.join(HERE, 'typescript'), folder, { recursive: true });
  symlinkSync(path.join(HERE, 'node_modules'), path.join(folder, 'node_modules'));
  const schema = await fetch(new URL('/schema.graphql', seeded.url));
  writeFileSync(path.join(folder, 'schema.graphql'), await schema.text());
  execFileSync(tool('graphql-codegen'), ['--config', 'codegen.ts', '--silent'], { cwd: folder, stdio: 'inherit' });
  execFileSync(tool('tsc'), ['-p', '.'], { cwd: folder, stdio: 'inherit' });
  const load = file => import(pathToFileURL(path.join(folder, 'out', file)));
  api = await load('gql/graphql.js');
  ({ ask } = await load('client.js'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

const as = name => [seeded.url, name && seeded.people[name].token];

test('a query and its variables are typed, and answered', async () => {
  const { viewer } = await ask(...as('reader'), api.MeDocument, {});
  assert.equal(viewer.id, seeded.people.reader.id);
  assert.deepEqual(viewer.memberships, [{ role: api.Role.Reader, newsroom: { slug: seeded.newsroom.slug } }]);

  const filter = { states: [api.ClaimState.Ready] };
  const { newsroom } = await ask(...as('reader'), api.ClaimsOfDocument, { slug: seeded.newsroom.slug, filter });
  const found = newsroom.claims.nodes.find(({ id }) => id === seeded.claims[0].id);
  assert.equal(found.statement, seeded.claims[0].statement);
  assert.ok(newsroom.claims.nodes.every(({ state }) => state === api.ClaimState.Ready));
});

test('a mutation is answered, and an error has its code', async () => {
  const { id } = await seeded.anArticle();
  const [{ exact, statement }] = CLAIMS;
  const input = { article: id, statement, ranges: [{ exact }] };
  const { markClaim } = await ask(...as('reviewer'), api.MarkDocument, { input });
  assert.equal(markClaim.claim.statement, statement);
  await assert.rejects(ask(...as('reader'), api.MarkDocument, { input }), { code: 'FORBIDDEN' });
  await assert.rejects(ask(...as(), api.MarkDocument, { input }), { code: 'UNAUTHENTICATED' });
});

test('the compiler finds a field, an input and a value that the schema does not have', () => {
  const good = "import { ask } from './client.js';\nimport { ClaimsOfDocument, ClaimState } from './gql/graphql.js';\n";
  const page = "(await ask('', '', ClaimsOfDocument, { slug: 'desk' })).newsroom";
  const rows = [
    [`export const own = ${page}?.claims.nodes[0]?.statement;`, undefined],
    [`export const own = ${page}?.claims.nodes[0]?.colour;`, /colour/],
    [`export const own = ${page}.claims;`, /possibly 'null'/],
    ["await ask('', '', ClaimsOfDocument, { filter: {} });", /slug/],
    ["await ask('', '', ClaimsOfDocument, { slug: 'desk', filter: { weight: 1 } });", /weight/],
    ['export const own = ClaimState.Sunk;', /Sunk/],
  ];
  for (const [line, expected] of rows) {
    writeFileSync(path.join(folder, 'src/own.ts'), `${good}${line}\nvoid [ask, ClaimsOfDocument, ClaimState];\n`);
    const { status, stdout } = spawnSync(tool('tsc'), ['-p', '.', '--noEmit'], { cwd: folder, encoding: 'utf8' });
    if (expected) assert.match(stdout, expected, line);
    else assert.equal(status, 0, stdout);
  }
  rmSync(path.join(folder, 'src/own.ts'));
});

test('a server with trusted documents knows them by the ids that the tool wrote', async t => {
  assert.ok(program, 'CLAIMSPAN_PROGRAM has to name the program; scripts/test --web sees to it');
  const database = ['--database-url', `sqlite://${folder}/trusted.db`];
  const [email, password] = ['editor@trusted.example', 'correct horse battery'];
  execFileSync(program, [...database, 'newsroom', 'create', '--slug', 'trusted', '--name', 'Trusted']);
  const account = ['account', 'create', '--newsroom', 'trusted', '--role', 'editor', '--email', email, '--name', 'Editor'];
  execFileSync(program, [...database, ...account], { input: `${password}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
  const server = spawn(program, [...database, 'serve', '--listen', '127.0.0.1:0', '--trusted-documents', path.join(folder, 'src/gql')], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => server.kill());
  let url;
  for await (const line of createInterface({ input: server.stdout })) {
    url = /listens on (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  url = `${url}/graphql`;

  const { signIn } = await ask(url, undefined, api.SignInDocument, { input: { email, password } });
  const { viewer } = await ask(url, signIn.token, api.MeDocument, {});

  assert.deepEqual(viewer.memberships, [{ role: api.Role.Editor, newsroom: { slug: 'trusted' } }]);
  const other = { toString: () => '{ newsrooms { id } }', __meta__: { hash: `sha256:${'0'.repeat(64)}` } };
  await assert.rejects(ask(url, signIn.token, other, {}), { code: 'PERSISTED_QUERY_NOT_FOUND' });
});
