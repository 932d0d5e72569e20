/** Builds the review page of this folder into dist/review/page: index.html, page.js, page.css, and nothing from elsewhere. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

await build({
  root: here,
  base: './',
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(here, '..', '..', '..', 'dist', 'review', 'page'),
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    // Fixed names, so that the server can list the three files that it serves.
    rollupOptions: { output: { entryFileNames: 'page.js', assetFileNames: 'page[extname]' } },
  },
});
