// Fails if the schema's descriptions, the messages, the comments or the docs use the project's old style.
//
//   node tests/clients/plain-english.mjs            every file of the project
//   node tests/clients/plain-english.mjs FILE…      only these
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = new URL('../..', import.meta.url);

/** Words and phrases of the old style, each with a plain replacement. */
const phrases = [
  [/\banew\b/i, 'again'],
  [/\bso many\b/i, 'the number, or "up to"'],
  [/\bwhere nothing is said\b/i, 'Default: …'],
  [/\bof now\b/i, 'current'],
  [/\bin force\b/i, 'current'],
  [/\b(is|are) told\b/i, 'receives, sees'],
  [/\btells (of|that|whose|which|what|how)\b/i, 'shows, describes'],
  [/\bno good\b/i, 'invalid'],
  [/(?<!there )\bis none\b/i, 'does not exist'],
  [/\b(is|are|be) taken (for|by|as|at)\b/i, 'is treated as, used, accepted'],
  [/\bwhoever\b/i, 'anyone who, the account that'],
  [/\bto the letter\b/i, 'exact, exactly'],
  [/\bno such (newsroom|claim|article|verdict|member|account|page)\b/i, '… not found'],
  [/\bshall\b/i, 'must, will'],
  [/\bstands? (on|by|in) (the |these |those |other |its )?(words|place|text)\b/i, 'is anchored to, is in'],
  [/\bbeside (it|them|those|the|what|a|an|its|each|another|others)\b/i, 'besides, next to, in addition to'],
  [/\b(would|could|may|might|must) else\b/i, 'otherwise'],
  [/\bhold(s)? against\b/i, 'compare with'],
  [/\bat hand\b/i, 'available'],
  [/\bas far as (you|they|one) (say|said)\b/i, 'optional'],
  [/\bis to be (had|given|said|known|shown|read)\b/i, 'must be'],
];

/** A sentence that starts with a pronoun in place of its noun, and is no question. */
const bare = /^(Who|Whom|Whose|Whoever|What|Whatever|Wherever)\b[^?]*$/;

/** The longest sentence of a description, in words. */
const longest = 30;

const sentences = text => text.split(/(?<=[.!?])\s+(?=[A-Z`])/);

/** What is wrong with a text: a reason each. */
function faults(text, { description = false } = {}) {
  const plain = description ? text : text.replaceAll(/`[^`]*`/g, '``');
  const found = phrases.filter(([phrase]) => phrase.test(plain))
    .map(([phrase, better]) => `"${plain.match(phrase)[0]}" (write: ${better})`);
  for (const sentence of sentences(text)) {
    if (bare.test(sentence)) found.push(`a sentence begins with "${sentence.split(' ', 1)[0]}" without naming its subject`);
    const words = sentence.split(/\s+/).length;
    if (description && words > longest) found.push(`a sentence of ${words} words; the limit is ${longest}`);
  }
  if (description && !/^[A-Z0-9`].*[.]$/s.test(text)) found.push('a description must be whole sentences');
  return found;
}

/** The texts of a schema: its descriptions. */
function* ofSchema(text) {
  for (const match of text.matchAll(/"""\s*(.*?)\s*"""/gs)) {
    yield { line: text.slice(0, match.index).split('\n').length, text: match[1].replaceAll(/\s+/g, ' '), description: true };
  }
}

/** A module of tests within a file, as rustfmt writes it: it ends at the next brace with its own indent. */
const testModules = /^( *)#\[cfg\(test\)\]\n\1mod \w+ \{\n.*?^\1\}$/gms;

/** A module of tests in a file of its own. */
const testFiles = /#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))? )?mod (\w+);/g;

/** The texts of a program: its comments, joined over their lines, and its strings of several words, unless they are data. */
function* ofProgram(text, mark, { stringsAreData }) {
  let comment;
  const strings = /(?<![\w'])"((?:[^"\\]|\\.)*)"/gs;
  for (const [number, line] of [...text.split('\n').entries(), [Infinity, '']]) {
    const said = line.match(mark);
    if (said) {
      comment ??= { line: number + 1, text: '' };
      comment.text += said[1] === undefined ? '\n' : `${said[1]} `;
    } else if (comment) {
      for (const part of comment.text.split('\n')) yield { line: comment.line, text: part.trim() };
      comment = undefined;
    }
  }
  if (stringsAreData) return;
  const blank = part => part.replaceAll(/[^\n]/g, ' ');
  const code = text.replaceAll(testModules, blank).split('\n').map(line => mark.test(line) ? blank(line) : line).join('\n');
  for (const match of code.matchAll(strings)) {
    const said = match[1].replaceAll(/\\\s+/g, '').trim();
    if (said.split(' ').length > 3 && !/^[({]|\b(SELECT|UPDATE|CREATE|query|mutation)\b/.test(said)) {
      yield { line: code.slice(0, match.index).split('\n').length, text: said };
    }
  }
}

/** The texts of a page: its paragraphs and list items outside code. */
function* ofPage(text) {
  const prose = text.replaceAll(/^(```|~~~).*?^\1/gms, code => code.replaceAll(/[^\n]/g, ''));
  let line = 1;
  for (const part of prose.split(/\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.) )/)) {
    line = prose.slice(0, prose.indexOf(part)).split('\n').length;
    const said = part.replaceAll(/`[^`]*`/g, '``').replaceAll(/\s+/g, ' ').replace(/^\s*([-*|#>]+|\d+\.) /, '').trim();
    if (said) yield { line, text: said };
  }
}

const read = file => readFileSync(new URL(file, root), 'utf8');

/** The files of the project that git tracks, without generated ones. */
function tracked(...patterns) {
  const all = execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' });
  return all.split('\n').filter(file => file !== '' && !/(^|\/)(dist|node_modules)\//.test(file));
}

/** Files whose strings are the words of articles, reviewers and sources, and not the project's own: the demo's content, and modules of tests. */
function filesOfData() {
  const found = ['src/commands/demo/content.rs'];
  for (const file of tracked('*.rs')) {
    const { dir, name } = path.posix.parse(file);
    const below = ['mod', 'lib', 'main'].includes(name) ? dir : `${dir}/${name}`;
    for (const [, module] of read(file).matchAll(testFiles)) found.push(`${below}/${module}.rs`, `${below}/${module}/mod.rs`);
  }
  return new Set(found);
}

const dataFiles = filesOfData();

function* textsOf(file) {
  const text = read(file);
  if (file.endsWith('.graphql')) yield* ofSchema(text);
  else if (file.endsWith('.rs')) yield* ofProgram(text, /^\s*\/\/[/!]?(?: (.*)|())$/, { stringsAreData: dataFiles.has(file) });
  else if (file.endsWith('.md')) yield* ofPage(text);
}

/** The project's own texts. Changelogs and results are records. */
function files() {
  return tracked('schema.graphql', 'src', 'migration', 'bench', 'docs', '*.md').filter(file => /\.(graphql|rs|md)$/.test(file))
    .filter(file => !/(^|\/)(CHANGELOG|RESULTS)\.md$/.test(file));
}

const named = process.argv.slice(2);
let count = 0;
for (const file of new Set(named.length > 0 ? named : files())) {
  for (const { line, text, ...kind } of textsOf(file)) {
    for (const fault of faults(text, kind)) {
      console.error(`${file}:${line}: ${fault}\n    ${text.slice(0, 160)}`);
      count += 1;
    }
  }
}
if (count > 0) {
  console.error(`${count} texts are not plain English; see CONTRIBUTING.md`);
  process.exitCode = 1;
} else {
  console.log('the texts are plain English');
}
