// Checks that schema.graphql has no breaking change since the previous version.
//
//   node schema-change.mjs            the working tree and the last commit or, if they are equal, the last commit and its parent
//   node schema-change.mjs OLD NEW    two files
//
// A breaking change fails, unless CHANGELOG.md has a new line for it. CONTRIBUTING.md explains how.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const INSPECTOR = path.join(HERE, 'node_modules/.bin/graphql-inspector');

const files = process.argv.slice(2);
if (files.length === 2) {
  process.exitCode = compare(...files) ? 1 : 0;
} else {
  history();
}

/** Compares the working tree's schema with the one that clients know. */
function history() {
  if (!existsSync(path.join(ROOT, '.git'))) {
    console.log('this is no git repository: there is no earlier schema.graphql to compare with');
    return;
  }
  const now = { schema: read('schema.graphql'), changelog: read('CHANGELOG.md') };
  const [head, parent] = ['HEAD', 'HEAD~1'].map(at);
  const changed = head?.schema !== now.schema;
  const [before, after, names] = changed
    ? [head, now, 'the last commit with the working tree']
    : [parent, head, 'the commit before the last with the last'];
  if (before?.schema === undefined) {
    console.log('there is no earlier schema.graphql to compare with: a first version, or a shallow clone');
    return;
  }
  console.log(`comparing ${names}`);

  const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-schema-'));
  try {
    const [older, newer] = ['older.graphql', 'newer.graphql'].map(name => path.join(folder, name));
    writeFileSync(older, before.schema);
    writeFileSync(newer, after.schema);
    if (!compare(older, newer)) {
      return;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  // Only a line that came with the change counts. An older line belongs to another change.
  const known = new Set(announced(before.changelog));
  const fresh = announced(after.changelog).filter(line => !known.has(line));
  if (fresh.length === 0) {
    console.error('A breaking change. If it is meant, the same commit says so in CHANGELOG.md, under "## Unreleased": "- BREAKING: …"');
    process.exitCode = 1;
    return;
  }
  console.log(`breaking, and meant:\n${fresh.join('\n')}`);
}

/** Prints the changes. Returns whether they break clients. */
function compare(older, newer) {
  const { status, stdout, stderr, error } = spawnSync(INSPECTOR, ['diff', older, newer], { encoding: 'utf8' });
  if (error) {
    throw error;
  }
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  if (status !== 0 && !/Detected \d+ breaking change/.test(stdout + stderr)) {
    throw new Error(`graphql-inspector failed with ${status}`);
  }
  return status !== 0;
}

/** The lines of a changelog that announce a breaking change under Unreleased. */
function announced(changelog = '') {
  const [, unreleased = ''] = changelog.split(/^## \[?Unreleased\]?.*$/im);
  return unreleased.split(/^## /m)[0].split('\n').filter(line => line.startsWith('- BREAKING'));
}

function read(name) {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The content of a file in a commit, or undefined if the commit does not exist. */
function at(commit) {
  const known = git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`);
  if (known === undefined) {
    return undefined;
  }
  return { schema: git('show', `${commit}:schema.graphql`), changelog: git('show', `${commit}:CHANGELOG.md`) };
}

/** The output of git, or undefined if it fails. */
function git(...args) {
  // A clone may belong to a user other than the one who runs the tests.
  const all = ['-C', ROOT, '-c', `safe.directory=${ROOT}`, ...args];
  try {
    return execFileSync('git', all, { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new Error('git is missing', { cause: error });
    }
    return undefined;
  }
}
