// Finds every text of the interface: the first argument of t(…), and the two forms of count(…, one, other).
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src');
const TEXT = String.raw`'((?:[^'\\]|\\.)*)'`;

export async function texts() {
  const single = new Set();
  const counted = new Map();
  for (const entry of await readdir(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(entry.name) || entry.parentPath.endsWith('gql')) continue;
    const source = await readFile(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [, text] of source.matchAll(new RegExp(String.raw`\bt\(\s*${TEXT}`, 'g'))) single.add(unquote(text));
    for (const [, one, other] of source.matchAll(new RegExp(String.raw`\bcount\([^']*?,\s*${TEXT},\s*${TEXT}`, 'g'))) counted.set(unquote(other), unquote(one));
  }
  return { single: [...single].sort(), counted };
}

const unquote = (text) => text.replace(/\\(.)/g, '$1');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { single, counted } = await texts();
  console.log(JSON.stringify({ single, counted: Object.fromEntries(counted) }, null, 1));
}
