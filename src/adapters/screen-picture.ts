import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { KinemacolorError } from '../errors.ts';

/** JPEG quality of pictures for a screen. */
const SCREEN_QUALITY = 88;
/** Most pixels of a picture that is handed in: a 16K frame. What claims more is taken for a bomb and never decoded. */
const MOST_PIXELS = 16384 * 8640;
/** Width over height may differ by this share before we speak of another aspect. */
const SAME_ASPECT = 0.01;
const READABLE = new Set(['png', 'jpeg']);

/** A JPEG for a screen: `rgb` 8 bit interleaved; `across`: its width, at most the picture's own. */
export function screenPicture(
  rgb: Uint8Array,
  { width, height }: { width: number; height: number },
  across: number,
): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: Math.min(across, width) })
    .jpeg({ quality: SCREEN_QUALITY })
    .toBuffer();
}

/** A picture that was handed in, at the film's size: PNG bytes, the hash of these, and was its shape the film's? */
export interface FittedPicture {
  readonly png: Buffer;
  readonly sha256: string;
  readonly aspect: 'same' | 'stretched';
}

/** Bring a PNG or JPEG from outside to the film's size, opacity kept. Throws `reference` where it is neither or holds too many pixels. */
export async function fitPicture(bytes: Buffer, size: { width: number; height: number }): Promise<FittedPicture> {
  try {
    const { format, width = 0, height = 0 } = await sharp(bytes, { limitInputPixels: MOST_PIXELS }).metadata();
    if (!READABLE.has(format ?? '')) throw new Error(`it is ${format ?? 'no picture'}`);
    if (width * height > MOST_PIXELS) throw new Error(`it has ${width}x${height} pixels`);
    const image = sharp(bytes, { limitInputPixels: MOST_PIXELS }).autoOrient();
    const png = await image.resize(size.width, size.height, { fit: 'fill' }).png().toBuffer();
    const same = Math.abs((width * size.height) / (height * size.width) - 1) < SAME_ASPECT;
    return { png, sha256: createHash('sha256').update(png).digest('hex'), aspect: same ? 'same' : 'stretched' };
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new KinemacolorError(
      'reference',
      `Expected a PNG or JPEG of at most ${MOST_PIXELS} pixels, received a picture that cannot be used: ${why}.`,
      {
        cause,
      },
    );
  }
}
