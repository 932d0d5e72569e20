import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { lumaWeights, rgbWeights } from '../../src/kernels/color/color.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import { filesInTar, type TarFile } from './tar.ts';

/** Never trained on, never tuned on; and the pictures of another shard that settings were tuned on (see models/training/data.py). */
export const VALIDATION_SHARD = 7;
const TUNING_SHARD = 6;
const TUNING_COUNT = 600;
/** How many training pictures the mean colour is taken over, and the side at which they are looked at, in pixels. */
const MEAN_PICTURES = 500;
const MEAN_SIDE = 64;

/** A square picture: planes of `size` * `size`, row-major. Luma is full-range BT.709, 0..1; chroma is Cb, then Cr, -0.5..0.5. */
export interface Still {
  readonly size: number;
  readonly luma: Float32Array;
  readonly chroma: Float32Array;
}

/** The files of a shard, as they lie in it. `folder` holds stills-N.tar. */
export async function shardFiles(folder: string, shard: number): Promise<TarFile[]> {
  return filesInTar(await readFile(join(folder, `stills-${shard}.tar`)));
}

/** The encoded pictures of the validation shard. */
export async function validationFiles(folder: string): Promise<Buffer[]> {
  return (await shardFiles(folder, VALIDATION_SHARD)).map(({ bytes }) => bytes);
}

/** Mean Cb and Cr of pictures the model was trained on; undefined where their shards are not in `folder`. */
export async function meanColor(folder: string): Promise<readonly [number, number] | undefined> {
  const shards = (await readdir(folder)).filter(name => /^stills-\d+\.tar$/.test(name)).toSorted();
  const files: Buffer[] = [];
  for (const name of shards) {
    const shard = Number(/\d+/.exec(name)![0]);
    if (shard === VALIDATION_SHARD) continue;
    const all = (await shardFiles(folder, shard)).map(({ bytes }) => bytes);
    files.push(...(shard === TUNING_SHARD ? all.slice(0, -TUNING_COUNT) : all));
  }
  if (files.length === 0) return undefined;
  const sums = [0, 0];
  const picked = spread(files.length, MEAN_PICTURES);
  for (const at of picked) {
    const { chroma } = await readStill(files[at]!, MEAN_SIDE);
    for (let i = 0; i < chroma.length; i++) sums[i < chroma.length / 2 ? 0 : 1]! += chroma[i]!;
  }
  const samples = picked.length * MEAN_SIDE * MEAN_SIDE;
  return [sums[0]! / samples, sums[1]! / samples];
}

/** At most `count` places in a list of `length`, evenly spread, both ends among them. */
export function spread(length: number, count: number): number[] {
  const least = Math.min(length, count);
  return Array.from({ length: least }, (_, i) => Math.floor((i * (length - 1)) / Math.max(1, least - 1)));
}

/** The largest centred square of an encoded picture, upright, resized bicubically to `size` pixels. */
export async function readStill(file: Buffer, size: number): Promise<Still> {
  const { width, height } = (await sharp(file).metadata()).autoOrient;
  const side = Math.min(width, height);
  const box = { left: (width - side) >> 1, top: (height - side) >> 1, width: side, height: side };
  const square = sharp(file).autoOrient().extract(box).resize(size, size, { kernel: 'cubic', fit: 'fill' });
  const rgb = await square.toColourspace('srgb').removeAlpha().raw().toBuffer();
  const { red, blue } = lumaWeights('bt709');
  const cells = size * size;
  const [luma, chroma] = [new Float32Array(cells), new Float32Array(2 * cells)];
  for (let i = 0; i < cells; i++) {
    const [r, g, b] = [rgb[3 * i]! / 255, rgb[3 * i + 1]! / 255, rgb[3 * i + 2]! / 255];
    const y = red * r + (1 - red - blue) * g + blue * b;
    luma[i] = y;
    chroma[i] = (b - y) / (2 * (1 - blue));
    chroma[cells + i] = (r - y) / (2 * (1 - red));
  }
  return { size, luma, chroma };
}

/** Part of a picture: the square of `size` whose corner lies at (x, y). */
export function cropStill(still: Still, size: number, [x, y]: readonly [number, number]): Still {
  const cut = (plane: Float32Array, planes: number) => {
    const out = new Float32Array(planes * size * size);
    for (let row = 0; row < planes * size; row++) {
      const from = (Math.floor(row / size) * still.size + y + (row % size)) * still.size + x;
      out.set(plane.subarray(from, from + size), row * size);
    }
    return out;
  };
  return { size, luma: cut(still.luma, 1), chroma: cut(still.chroma, 2) };
}

/** R, G, B of a luma with any chroma for it, clipped to 0..1: nothing else is done to colour outside the gamut. */
export function rgbOf(still: Still, chroma: Float32Array): RgbPlanes {
  const cells = still.luma.length;
  const { red, greenCb, greenCr, blue } = rgbWeights('bt709');
  const plane = (cb: number, cr: number) =>
    still.luma.map((y, i) => Math.min(1, Math.max(0, y + cb * chroma[i]! + cr * chroma[cells + i]!)));
  return { width: still.size, height: still.size, r: plane(0, red), g: plane(greenCb, greenCr), b: plane(blue, 0) };
}
