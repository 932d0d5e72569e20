import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import { askChroma } from './quality.ts';
import { writeSheet } from './sheet.ts';
import { readStill, rgbOf, spread } from './stills.ts';

/** Pictures on a page, and groups of views beside each other. */
const PICTURES = 24;
const COLUMNS = 3;

/** Source, what every model makes of it, and truth, side by side, as a PNG. The pictures are other people's: it stays out of the repository. */
export async function writePage(path: string, files: readonly Buffer[], options: { models: readonly Colorizer[]; size: number }) {
  const { models, size } = options;
  const groups: RgbPlanes[][] = [];
  for (const at of spread(files.length, PICTURES)) {
    const still = await readStill(files[at]!, size);
    const chromas: Float32Array[] = [new Float32Array(still.chroma.length)];
    for (const model of models) chromas.push(await askChroma(model, still));
    groups.push([...chromas, still.chroma].map(chroma => rgbOf(still, chroma)));
  }
  await writeSheet(path, groups, COLUMNS);
}
