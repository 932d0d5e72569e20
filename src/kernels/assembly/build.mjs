/**
 * Compiles the AssemblyScript kernels of this folder to dist/src/kernels/assembly/kernels.wasm, and writes the types of their
 * exports to src/kernels/wasm/kernel-exports.d.ts, which the TypeScript compiler needs. Skipped if both files are newer than every
 * source, this script and the compiler.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, '..', '..', '..', 'dist', 'src', 'kernels');
const wasm = join(output, 'assembly', 'kernels.wasm');
const types = [join(here, '..', 'wasm', 'kernel-exports.d.ts'), join(output, 'wasm', 'kernel-exports.d.ts')];

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const sources = readdirSync(here).map(name => join(here, name));
const compilerVersion = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const newest = Math.max(...[...sources, compilerVersion].map(modified));

if ([wasm, ...types].some(path => modified(path) <= newest)) {
  const { main } = await import('assemblyscript/asc');
  for (const path of [wasm, ...types]) mkdirSync(dirname(path), { recursive: true });
  const { error, stderr } = await main([
    join(here, 'kernels.ts'),
    ...['--outFile', wasm, '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--bindings', 'raw'],
  ]);
  if (error) {
    process.stderr.write(`${stderr}\n`);
    throw error;
  }
  // The bindings are kernels.js, which is not used, and kernels.d.ts.
  const declarations = wasm.replace(/\.wasm$/, '.d.ts');
  for (const path of types) copyFileSync(declarations, path);
  for (const path of [declarations, wasm.replace(/\.wasm$/, '.js')]) rmSync(path);
}
