/**
 * Compiles the AssemblyScript kernels of this folder to dist/src/kernels/assembly/kernels.wasm. Skipped if that file is newer
 * than every source, this script and the compiler.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const target = join(root, 'dist', 'src', 'kernels', 'assembly', 'kernels.wasm');
const entry = join(here, 'kernels.ts');

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const sources = readdirSync(here).map(name => join(here, name));
const compilerVersion = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const newest = Math.max(...[...sources, compilerVersion].map(modified));

if (modified(target) <= newest) {
  const { main } = await import('assemblyscript/asc');
  mkdirSync(dirname(target), { recursive: true });
  const { error, stderr } = await main([
    entry,
    '--outFile',
    target,
    '-O3',
    '--noAssert',
    '--enable',
    'simd',
    '--runtime',
    'stub',
  ]);
  if (error) {
    process.stderr.write(`${stderr}\n`);
    throw error;
  }
}
