import sharp, { type OverlayOptions } from 'sharp';
import type { Colorizer } from '../../src/adapters/colorizer.ts';
import { askChroma } from './quality.ts';
import { readStill, rgbOf, spread } from './stills.ts';

/** Pictures on a page, groups of views beside each other, and the pixels between groups. */
const PICTURES = 24;
const COLUMNS = 3;
const GAP = 8;

/** Source, what every model makes of it, and truth, side by side, as a PNG. The pictures are other people's: it stays out of the repository. */
export async function writePage(path: string, files: readonly Buffer[], options: { models: readonly Colorizer[]; size: number }) {
  const { models, size } = options;
  const group = (models.length + 2) * size + GAP;
  const places = spread(files.length, PICTURES);
  const views: OverlayOptions[] = [];
  for (const [number, at] of places.entries()) {
    const still = await readStill(files[at]!, size);
    const chromas: Float32Array[] = [new Float32Array(still.chroma.length)];
    for (const model of models) chromas.push(await askChroma(model, still));
    for (const [view, chroma] of [...chromas, still.chroma].entries()) {
      views.push({
        input: interleaved(rgbOf(still, chroma)),
        raw: { width: size, height: size, channels: 3 },
        left: (number % COLUMNS) * group + view * size,
        top: Math.floor(number / COLUMNS) * (size + GAP),
      });
    }
  }
  const height = Math.ceil(places.length / COLUMNS) * (size + GAP) - GAP;
  const create = { width: COLUMNS * group - GAP, height, channels: 3 as const, background: '#202020' };
  await sharp({ create }).composite(views).png().toFile(path);
}

function interleaved({ r, g, b }: ReturnType<typeof rgbOf>): Buffer {
  const codes = new Uint8ClampedArray(3 * r.length);
  for (let i = 0; i < r.length; i++) codes.set([255 * r[i]!, 255 * g[i]!, 255 * b[i]!], 3 * i);
  return Buffer.from(codes.buffer);
}
