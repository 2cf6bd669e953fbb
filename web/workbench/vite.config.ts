import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatDocument, gql, stringifyDocument } from '@urql/core';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.CLAIMSPAN_SERVER ?? 'http://127.0.0.1:8080';

/**
 * Writes every operation as the page sends it, by its SHA-256: a manifest for `--trusted-documents`. An operation goes through the cache, which asks
 * for the type of each object, or past it, as it is written.
 */
function manifest(): Plugin {
  return {
    name: 'claimspan-documents',
    generateBundle() {
      const source = readFileSync('src/gql/graphql.ts', 'utf8');
      const documents: Record<string, string> = {};
      for (const [, text] of source.matchAll(/export const \w+Document = new TypedDocumentString\(`([^`]*)`/g)) {
        if (text === undefined) continue;
        for (const sent of [text.trim(), stringifyDocument(formatDocument(gql(text)))]) documents[createHash('sha256').update(sent).digest('hex')] = sent;
      }
      const sorted = Object.fromEntries(Object.entries(documents).sort(([a], [b]) => (a < b ? -1 : 1)));
      this.emitFile({ type: 'asset', fileName: 'documents.json', source: `${JSON.stringify(sorted, null, 1)}\n` });
    },
  };
}

// File names without hashes: the server embeds the files by name, and sends each with an ETag.
export default defineConfig({
  plugins: [react(), manifest()],
  build: {
    outDir: '../dist/workbench',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    license: { fileName: 'assets/THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
    assetsInlineLimit: 0,
  },
  experimental: {
    renderBuiltUrl: (name) => `/workbench/${name}`,
  },
  server: {
    proxy: { '/graphql': server, '/graphiql': server, '/health': server, '/workbench/config.json': server },
  },
});
