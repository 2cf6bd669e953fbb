// Writes dist/files.rs: the list of built files that the server embeds, as Rust reads it with include!. Run by `npm run build`.
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = path.join(path.dirname(fileURLToPath(import.meta.url)), 'dist');

const MEDIA = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

const files = (await readdir(DIST, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name !== 'files.rs')
  .map((entry) => path.relative(DIST, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
  .sort();

const lines = files.map((file) => {
  const media = MEDIA[path.extname(file)];
  if (!media) throw new Error(`${file}: what kind of file is this? Add it to files.mjs.`);
  // The workbench's page is at `/`, GraphiQL's at /graphiql.
  const address = file === 'workbench/index.html' ? '/' : `/${file.replace(/\/index\.html$/, '')}`;
  return `    File { path: "${address}", media: "${media}", bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist/${file}")) },`;
});

await writeFile(path.join(DIST, 'files.rs'), `// Written by web/files.mjs. Do not edit.\n&[\n${lines.join('\n')}\n]\n`);
console.log(`${files.length} files are listed in dist/files.rs`);
