// Runs GraphQL-ESLint on schema.graphql, with eslint.config.mjs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');

/** The findings in a folder's schema.graphql, each as `rule: message (line)`. */
function findings(folder) {
  const args = [
    path.join(HERE, 'node_modules/eslint/bin/eslint.js'), '--config', path.join(HERE, 'eslint.config.mjs'), '--format', 'json', 'schema.graphql',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(stderr, '');
  const [{ messages }] = JSON.parse(stdout);
  return messages.map(({ line, ruleId, message }) => `${ruleId}: ${message} (line ${line})`);
}

test('schema.graphql keeps the rules', () => assert.deepEqual(findings(ROOT), []));

test('the rules can fail', () => {
  let schema = readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8');
  const maim = (from, to) => {
    assert.match(schema, from, 'the schema has no such place any more: show another');
    schema = schema.replace(from, to);
  };
  maim(/"""\nAn article whose claims are checked\.\n"""\n/, '');
  maim(/\tstartCursor: String\n/, '\tstartCursor: String!\n');
  maim(/(?<=type ClaimEdge \{\n[^}]*)\tcursor: String!/, '\tcursor: [String!]!');
  maim(/(?<=type ClaimConnection \{\n[^}]*)\tpageInfo: PageInfo!/, '\tpageInfo: PageInfo');
  maim(/(?<=\tarticles\(\n[^)]*)\tafter: String,/, '\tbehind: String,');
  maim(/type Policy \{/, 'type Rules {');
  maim(/: Policy!/, ': Rules!');
  maim(/(?<=type Claim [^}]*)\tstatement: String!/, '\tclaimStatement: String!');
  maim(/\tIN_REVIEW\n/, '\tin_review\n');

  const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-lint-'));
  try {
    writeFileSync(path.join(folder, 'schema.graphql'), schema);
    const rules = new Set(findings(folder).map(finding => finding.split(':')[0].replace('@graphql-eslint/', '')));
    assert.deepEqual([...rules].sort(), [
      'naming-convention', 'no-typename-prefix', 'relay-arguments', 'relay-connection-types', 'relay-edge-types', 'relay-page-info',
      'require-description', 'strict-id-in-types',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
