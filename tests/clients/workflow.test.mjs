// Runs the commands of the GitHub workflow in docs/using-the-api.md, as they are written there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { seeded } from './seeded.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const page = readFileSync(path.join(HERE, '../../docs/using-the-api.md'), 'utf8');
const inspector = path.join(HERE, 'node_modules/.bin/graphql-inspector');
const commands = [...page.matchAll(/^      - run: (.*)$/gm)]
  .map(([, command]) => command.replace('npx --yes @graphql-inspector/cli@7', `"${inspector}"`));

/** Runs the commands in a folder with one document. */
function validate(document) {
  const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-workflow-'));
  try {
    mkdirSync(path.join(folder, 'src/queries'), { recursive: true });
    writeFileSync(path.join(folder, 'src/queries/one.graphql'), document);
    const env = { ...process.env, SCHEMA: new URL('/schema.graphql', seeded.url).href };
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', commands.join('\n')], { cwd: folder, env, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the workflow accepts a document that fits the schema, and refuses others', () => {
  const good = validate('query Me { viewer { id displayName } }');
  assert.equal(good.status, 0, good.output);
  const bad = validate('query Me { viewer { id favouriteColour } }');
  assert.notEqual(bad.status, 0, bad.output);
  assert.match(bad.output, /favouriteColour/);
});
