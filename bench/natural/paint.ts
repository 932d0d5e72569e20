import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import { type Area, pictureArea } from '../../src/kernels/color/picture-area.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import type { Plane } from '../../src/media/fields/plane.ts';
import { colorStill } from '../../src/stages/stills/color-still.ts';
import type { StageThreads } from '../../src/stages/threads/stage-threads.ts';

/** A gray picture, 0..255, in the colour that `kinemacolor colorize` gives a still: its Y' is kept to the code. */
export async function paint(gray: Plane<Uint8Array>, colorizer: Colorizer, threads: StageThreads): Promise<RgbPlanes> {
  const { width, height } = gray;
  const rgb = await colorStill({ width, height, depth: 8, luma: gray, alpha: undefined }, { by: colorizer, threads });
  const plane = (channel: number) => Float32Array.from(gray.data, (_, i) => rgb[3 * i + channel]! / 255);
  return { width, height, r: plane(0), g: plane(1), b: plane(2) };
}

/** A gray picture as R, G, B. */
export function grayRgb({ width, height, data }: Plane<Uint8Array>): RgbPlanes {
  const plane = Float32Array.from(data, code => code / 255);
  return { width, height, r: plane, g: plane, b: plane };
}

/** Where the pictures lie in frames of one size: what no black bar covers in all of them. */
export function areaOf(grays: readonly Plane<Uint8Array>[]): Area {
  const { width, height } = grays[0]!;
  const lightest = new Uint8Array(width * height);
  for (const { data } of grays) for (let i = 0; i < lightest.length; i++) lightest[i] = Math.max(lightest[i]!, data[i]!);
  return pictureArea({ width, height, data: lightest }, { depth: 8, range: 'full' });
}
