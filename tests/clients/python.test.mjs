// Runs the tests of the Python clients in python/. Each has its own environment in the folder CLAIMSPAN_VENVS, because they
// require different versions of the same packages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const { CLAIMSPAN_VENVS: venvs } = process.env;

const TESTS = [
  ['gql', 'test_gql'], ['ariadne-codegen', 'test_codegen'], ['proofs', 'test_proofs'], ['feeds', 'test_feeds'],
  ['cas', 'test_cas'], ['label-studio', 'test_label_studio'], ['cas', 'test_averitec'],
];

for (const [name, module] of TESTS) {
  test(`${module} with ${name}`, async t => {
    assert.ok(venvs, 'CLAIMSPAN_VENVS has to name the folder of the environments; scripts/test --web sees to it');
    const child = spawn(path.join(venvs, name, 'bin/python'), ['-m', 'unittest', '-v', module], {
      cwd: path.join(HERE, 'python'), env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'inherit', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', text => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 0, said);
    // unittest also succeeds if there are no tests.
    const [, ran] = said.match(/^Ran (\d+) tests? in /m);
    assert.ok(Number(ran) > 0, said);
    t.diagnostic(`${ran} tests`);
  });
}
