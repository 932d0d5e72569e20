/**
 * Bundles the built command line and the modules that run in threads and processes of their own into dist/program. Each start then
 * reads a few files instead of several hundred, which took half of its CPU time. Packages stay where npm installed them.
 */
import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const BUILT = fileURLToPath(new URL('../dist/src/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/program/', import.meta.url));

/** What Node starts, by the name of its file. */
const STARTED = {
  kinemacolor: 'cli/main.js',
  'stage-worker': 'stages/stage-worker.js',
  'model-worker': 'adapters/onnx/worker.js',
  'try-device': 'adapters/colorizer/try-device-child.js',
  'render-process': 'cli/farm/render-process-main.js',
};
const started = new Map(Object.entries(STARTED).map(([name, path]) => [join(BUILT, path), name]));

/** A module finds what lies beside it from where it was built; what Node starts is found in the bundle. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const moved = code.replace(/new URL\('([^']+)', import\.meta\.url\)/g, (whole, path) => {
      const name = started.get(join(dirname(id), path));
      return name === undefined ? whole : `new URL('./${name}.js', import.meta.here)`;
    });
    const place = `new URL(${JSON.stringify(relative(PROGRAM, id).replaceAll('\\', '/'))}, import.meta.here).href`;
    return moved.replaceAll('import.meta.url', place).replaceAll('import.meta.here', 'import.meta.url');
  },
};

rmSync(PROGRAM, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries([...started].map(([path, name]) => [name, path])),
  platform: 'node',
  external: id => !/^[./]|^[A-Za-z]:/.test(id),
  plugins: [places],
});
await bundle.write({ dir: PROGRAM, format: 'esm' });
await bundle.close();
