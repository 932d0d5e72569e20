import sharp, { type OverlayOptions } from 'sharp';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';

/** Pixels between groups. */
const GAP = 8;

/** Views beside each other, group by group, so many groups in a row, as a PNG. Every group has as much room as the largest. */
export async function writeSheet(path: string, groups: readonly (readonly RgbPlanes[])[], columns: number): Promise<void> {
  const widthOf = (views: readonly RgbPlanes[]) => views.reduce((sum, { width }) => sum + width, 0);
  const across = Math.max(...groups.map(widthOf)) + GAP;
  const down = Math.max(...groups.flat().map(({ height }) => height)) + GAP;
  const placed: OverlayOptions[] = groups.flatMap((views, number) =>
    views.map((view, at) => ({
      input: interleaved(view),
      raw: { width: view.width, height: view.height, channels: 3 as const },
      left: (number % columns) * across + widthOf(views.slice(0, at)),
      top: Math.floor(number / columns) * down,
    })),
  );
  const height = Math.ceil(groups.length / columns) * down - GAP;
  const create = { width: Math.min(columns, groups.length) * across - GAP, height, channels: 3 as const, background: '#202020' };
  await sharp({ create }).composite(placed).png().toFile(path);
}

function interleaved({ r, g, b }: RgbPlanes): Buffer {
  const codes = new Uint8ClampedArray(3 * r.length);
  for (let i = 0; i < r.length; i++) codes.set([255 * r[i]!, 255 * g[i]!, 255 * b[i]!], 3 * i);
  return Buffer.from(codes.buffer);
}
