// Builds dist/ from src/. The same lock file gives the same bytes.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.join(ROOT, '../dist/graphiql');
const ASSETS = path.join(DIST, 'assets');
const PUBLIC_PATH = '/graphiql/assets';

const common = {
  absWorkingDir: ROOT,
  outdir: ASSETS,
  publicPath: PUBLIC_PATH,
  assetNames: '[name]',
  bundle: true,
  minify: true,
  sourcemap: false,
  metafile: true,
  charset: 'utf8',
  target: ['es2022'],
  platform: 'browser',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  banner: {
    js: '/*! Third-party licences: /graphiql/THIRD-PARTY-LICENSES.txt */',
    css: '/*! Third-party licences: /graphiql/THIRD-PARTY-LICENSES.txt */',
  },
  alias: {
    // See the head of each file for what it leaves out.
    'monaco-editor/esm/vs/editor/edcore.main.js': './src/monaco.js',
    'prettier/parser-babel': './src/jsonc-format.js',
    'prettier/plugins/estree': './src/jsonc-format.js',
    // The same module under its older name.
    'prettier/parser-graphql': 'prettier/plugins/graphql',
  },
  loader: { '.ttf': 'file' },
  logLevel: 'warning',
};

await rm(DIST, { recursive: true, force: true });
await mkdir(ASSETS, { recursive: true });

const results = await Promise.all([
  build({
    ...common,
    entryPoints: { app: 'src/main.jsx' },
    format: 'esm',
    jsx: 'automatic',
  }),
  build({
    ...common,
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
    format: 'iife',
  }),
]);

await writeFile(path.join(DIST, 'index.html'), await readFile(path.join(ROOT, 'src/index.html')));
await writeFile(path.join(DIST, 'THIRD-PARTY-LICENSES.txt'), await licences(results));

for (const file of (await readdir(DIST, { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile())
  .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
  .sort()) {
  const { length } = await readFile(file);
  console.log(`${String(length).padStart(9)}  ${path.relative(ROOT, file)}`);
}

/** The licence texts of every package of which something is in the output. */
async function licences(built) {
  const folders = new Set();
  for (const { metafile } of built) {
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
        if (match && bytesInOutput > 0) {
          folders.add(match[1]);
        }
      }
    }
  }

  const packages = [];
  for (const folder of folders) {
    const directory = path.join(ROOT, folder);
    const manifest = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8'));
    const names = (await readdir(directory))
      .filter(name => /^(licen[cs]e|copying|notice|copyright|third-?party-?notices)/i.test(name))
      .sort();
    const texts = [];
    for (const name of names) {
      texts.push((await readFile(path.join(directory, name), 'utf8')).replace(/\r\n?/g, '\n').trim());
    }
    packages.push({ name: manifest.name, version: manifest.version, licence: manifest.license, author: manifest.author, texts });
  }
  const key = ({ name, version }) => `${name}@${version}`;
  packages.sort((a, b) => (key(a) < key(b) ? -1 : 1));

  // Many packages carry the same text: print each text once.
  const groups = new Map();
  for (const item of packages) {
    const author = typeof item.author === 'string' ? item.author : item.author?.name;
    const text = item.texts.join('\n\n')
      || `(The package contains no licence file. It declares: ${item.licence}${author ? `; author: ${author}` : ''}.)`;
    groups.set(text, [...(groups.get(text) ?? []), item]);
  }

  const rule = '='.repeat(78);
  const parts = [
    'The GraphiQL page of Claimspan contains code of the packages below.',
    packages.map(item => `  ${item.name} ${item.version} (${item.licence})`).join('\n'),
  ];
  for (const [text, items] of groups) {
    parts.push(`${rule}\n${items.map(item => `${item.name} ${item.version} (${item.licence})`).join('\n')}\n${rule}`, text);
  }
  return `${parts.join('\n\n').replace(/[ \t]+$/gm, '')}\n`;
}
