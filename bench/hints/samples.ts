import { closeSync, openSync, writeSync } from 'node:fs';
import sharp from 'sharp';
import { openModels } from '../../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../../src/adapters/models/model-store.ts';
import { HINT_FEATURES, hintFeatures, hintSurroundings } from '../../src/kernels/hints/hint-weight.ts';
import { pathGrid } from '../../src/kernels/hints/path-length.ts';
import { spreadHints } from '../../src/kernels/hints/spread-hints.ts';
import { runBenchmark, showPictures } from '../arguments.ts';
import { drawInteger } from '../model/known.ts';
import { readStill, shardFiles } from '../model/stills.ts';
import { seededRandom } from '../shots/labelled-film.ts';
import { type Place, worstPlace } from './worst-place.ts';

/**
 * Hints on photographs, to fit `hintWeights` to: node dist/bench/hints/samples.js STILLS OUT.f32 SHARD:COUNT...
 * STILLS holds the shards stills-N.tar; of each SHARD its last COUNT pictures are taken, which the model was not trained on. Each gets six hints
 * where a person would put them, one after the other. Writes floats: for each picture, 1,000 random cells, and each hint the features, then Cb and
 * Cr of the automatic colour at the cell and under the hint, of the hint, and of the truth at the cell.
 */
const [folder, out, ...parts] = process.argv.slice(2) as [string, string, ...string[]];
const HINTS = 6;
const CELLS = 1000;
const SIZE = 224;
const SEED = 7;

await runBenchmark(async () => {
  sharp.concurrency(1);
  const chosen = await chooseModels('kinemacolor-base');
  const model = await openModels(chosen.models, { device: 'cpu', threads: 1 });
  const size = { width: SIZE, height: SIZE };
  const random = seededRandom(SEED);
  const file = openSync(out, 'w');
  for (const part of parts) {
    const [shard, count] = part.split(':').map(Number) as [number, number];
    const files = (await shardFiles(folder, shard)).slice(-count);
    for (const [number, { bytes }] of files.entries()) {
      const { luma, chroma } = await readStill(bytes, SIZE);
      const truth = { cb: chroma.subarray(0, luma.length), cr: chroma.subarray(luma.length) };
      const { chroma: predicted, confidence, features } = await model.run({ ...size, luma });
      if (!features) throw new Error('The bundled model gives no features.');
      const automatic = {
        ...size,
        cb: predicted.slice(0, luma.length),
        cr: predicted.slice(luma.length),
        trust: confidence,
      };
      const gray = { ...size, data: Uint8Array.from(luma, y => Math.round(16 + 219 * y)) };
      const paths = pathGrid(gray);
      const tried: (Place & { cells: readonly number[]; cb: number; cr: number })[] = [];
      while (tried.length < HINTS) {
        const now = tried.length === 0 ? automatic : spreadHints(automatic, tried, { gray, features, hinted: undefined });
        const { cells, ...place } = worstPlace(now, truth, size, tried)!;
        const mean = (plane: Float32Array) => cells.reduce((sum, cell) => sum + plane[cell]!, 0) / cells.length;
        tried.push({ ...place, cells, cb: mean(truth.cb), cr: mean(truth.cr) });
      }
      const hints = tried.map(hint => {
        const surroundings = hintSurroundings(hint, { automatic, gray, features }, paths);
        return { ...hint, own: surroundings.own, read: hintFeatures(hint, surroundings) };
      });
      const x = new Float64Array(HINT_FEATURES);
      const rows: number[] = [];
      for (let i = 0; i < CELLS; i++) {
        const cell = drawInteger(random, 0, luma.length);
        for (const { own, cb, cr, read } of hints) {
          read(cell, x);
          rows.push(...x, automatic.cb[cell]!, automatic.cr[cell]!, own.cb, own.cr, cb, cr, truth.cb[cell]!, truth.cr[cell]!);
        }
      }
      writeSync(file, new Uint8Array(Float32Array.from(rows).buffer));
      showPictures(number + 1, files.length);
    }
  }
  closeSync(file);
  await model.close();
});
