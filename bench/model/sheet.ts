import sharp, { type OverlayOptions } from 'sharp';
import type { RgbPlanes } from '../../src/kernels/rgb-planes.ts';

/** Pixels between groups. */
const GAP = 8;

/** Views beside each other, group by group, so many groups in a row, as a PNG. Every place is as large as the largest view. */
export async function writeSheet(path: string, groups: readonly (readonly RgbPlanes[])[], columns: number): Promise<void> {
  const views = groups.flat();
  const [across, down] = [Math.max(...views.map(({ width }) => width)), Math.max(...views.map(({ height }) => height))];
  const group = Math.max(...groups.map(({ length }) => length)) * across + GAP;
  const placed: OverlayOptions[] = groups.flatMap((row, number) =>
    row.map((view, at) => ({
      input: interleaved(view),
      raw: { width: view.width, height: view.height, channels: 3 as const },
      left: (number % columns) * group + at * across,
      top: Math.floor(number / columns) * (down + GAP),
    })),
  );
  const height = Math.ceil(groups.length / columns) * (down + GAP) - GAP;
  const create = { width: Math.min(columns, groups.length) * group - GAP, height, channels: 3 as const, background: '#202020' };
  await sharp({ create }).composite(placed).png().toFile(path);
}

function interleaved({ r, g, b }: RgbPlanes): Buffer {
  const codes = new Uint8ClampedArray(3 * r.length);
  for (let i = 0; i < r.length; i++) codes.set([255 * r[i]!, 255 * g[i]!, 255 * b[i]!], 3 * i);
  return Buffer.from(codes.buffer);
}
