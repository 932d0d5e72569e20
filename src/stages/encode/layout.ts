import { codeRange } from '../../kernels/color/color.ts';
import { type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import { type ColorFrame, chromaSize, type PictureFormat } from '../../media/film/frame.ts';
import type { LAYOUTS } from '../../options.ts';

export type Layout = (typeof LAYOUTS)[number];

/** Size of the encoded picture. */
export function laidOutSize(format: PictureFormat, layout: Layout): { width: number; height: number } {
  return { width: layout === 'side-by-side' ? 2 * format.width : format.width, height: format.height };
}

/**
 * Arranges frames for output. Single frames pass unchanged; side by side puts the gray frame to the left of the coloured one; chroma only
 * puts mid gray in the place of its luma.
 */
export async function* layOut(
  frames: AsyncIterable<ColorFrame>,
  layout: Layout,
  format: PictureFormat,
): AsyncGenerator<ColorFrame> {
  const gray = layout === 'chroma-only' ? midGray(format) : undefined;
  for await (const frame of frames) {
    if (gray) yield { ...frame, luma: gray };
    else yield layout === 'single' ? frame : sideBySide(frame, format);
  }
}

/** Luma halfway from black to white. */
function midGray({ width, height, depth, range }: PictureFormat): Plane<IntegerSamples> {
  const luma = integerPlane(width, height, depth);
  const codes = codeRange(range, depth);
  luma.data.fill(Math.round(codes.black + codes.luma / 2));
  return luma;
}

function sideBySide(frame: ColorFrame, format: PictureFormat): ColorFrame {
  const { width, height, depth } = format;
  const chroma = chromaSize(2 * width, height, frame.subsampling);
  const luma = integerPlane(2 * width, height, depth);
  paste(frame.luma, luma, 0);
  paste(frame.luma, luma, width);
  const neutral = 2 ** (depth - 1);
  const [cb, cr] = [frame.cb, frame.cr].map(plane => {
    const wide = integerPlane(chroma.width, chroma.height, depth);
    wide.data.fill(neutral);
    paste(plane, wide, chroma.width - plane.width);
    return wide;
  });
  return { ...frame, luma, cb: cb!, cr: cr! };
}

/** Copies a plane into a wider one of the same height, its left edge at column x. */
function paste(from: Plane<IntegerSamples>, into: Plane<IntegerSamples>, x: number): void {
  for (let y = 0; y < from.height; y++) {
    into.data.set(from.data.subarray(y * from.width, (y + 1) * from.width), y * into.width + x);
  }
}
