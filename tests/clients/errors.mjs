// Compares docs/errors.md with the program: every error code and every reason has a row, and every row exists.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

const root = new URL('../..', import.meta.url);
const read = path => readFileSync(new URL(path, root), 'utf8');

const sources = execFileSync('git', ['ls-files', 'src/*.rs'], { cwd: root, encoding: 'utf8' }).trim().split('\n').map(read);
const all = (text, pattern) => [...text.matchAll(pattern)].map(match => match[1]);

/** The variants of `Reason`, and reasons that are written as text. */
const declared = all(/pub enum Reason \{(.*?)\n\}/s.exec(read('src/domain/error.rs'))[1], /^ {4}(\w+),$/gm)
  .map(name => name.replaceAll(/(?<=[a-zA-Z])(?=[A-Z])/g, '_').toUpperCase());
const reasons = new Set([...declared, ...sources.flatMap(text => all(text, /"reason", "([A-Z_]+)"/g))]);

/** The codes of errors, wherever they are set. */
const codes = new Set(sources.flatMap(text => [
  ...all(text, /"code", "([A-Z_]+)"/g),
  ...all(text, /"([A-Z]+_[A-Z_]+)" (?:\}|else)/g).filter(code => /BUSY|LIMITED|ERROR|LARGE|FAILED/.test(code)),
]));

const page = read('docs/errors.md');
const [first, second] = page.split('## Reasons of BAD_USER_INPUT');
let wrong = 0;
for (const [what, known, text] of [['code', codes, first], ['reason', reasons, second]]) {
  const rows = new Set(all(text, /^\| `([A-Z_]+)` \|/gm));
  for (const name of known) if (!rows.has(name)) { wrong += 1; console.error(`docs/errors.md has no row for the ${what} ${name}`); }
  for (const name of rows) {
    if (!known.has(name) && !sources.some(text => text.includes(`"${name}"`))) {
      wrong += 1;
      console.error(`docs/errors.md has a row for the ${what} ${name}, which the program does not have`);
    }
  }
  console.log(`${known.size} ${what}s`);
}
process.exitCode = wrong === 0 ? 0 : 1;
