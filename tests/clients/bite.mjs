// Proves that schema-change.mjs can fail: it must reject a schema without Article.claims.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, visit } from 'graphql';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SCHEMA = path.resolve(HERE, '../../schema.graphql');

let removed = 0;
const maimed = visit(parse(readFileSync(SCHEMA, 'utf8')), {
  [Kind.OBJECT_TYPE_DEFINITION](type) {
    if (type.name.value !== 'Article') {
      return undefined;
    }
    const fields = type.fields.filter(field => field.name.value !== 'claims');
    removed += type.fields.length - fields.length;
    return { ...type, fields };
  },
});
if (removed !== 1) {
  throw new Error('schema.graphql has no Article.claims to take away');
}

const folder = mkdtempSync(path.join(tmpdir(), 'claimspan-bite-'));
try {
  const file = path.join(folder, 'maimed.graphql');
  writeFileSync(file, print(maimed));
  const check = spawnSync(process.execPath, [path.join(HERE, 'schema-change.mjs'), SCHEMA, file], { encoding: 'utf8' });
  const said = check.stdout + check.stderr;
  if (check.status !== 1 || !/claims.*was removed from.*Article/.test(said)) {
    console.error(said);
    console.error(`a schema without Article.claims: the check ended with ${check.status}, and should have found it`);
    process.exitCode = 1;
  } else {
    console.log('a schema without Article.claims is refused, as it should be');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
