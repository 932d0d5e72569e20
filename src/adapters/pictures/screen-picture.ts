import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import { KinemacolorError } from '../../errors.ts';
import { type Shown, shownSize } from '../../media/film/shown-picture.ts';
import { openSharp } from './open-sharp.ts';

/** JPEG quality of pictures for a screen. */
const SCREEN_QUALITY = 88;
/** Most pixels of a picture that is handed in: a 16K frame. What claims more is taken for a bomb and never decoded. */
const MAX_PIXELS = 16384 * 8640;
/** Width over height may differ by this share before we speak of another aspect. */
const SAME_ASPECT = 0.01;
/** Longest side of a reference: several times what the model looks at. */
const REFERENCE_SIDE = 1024;
const READABLE = new Set(['png', 'jpeg']);

/** A JPEG for a screen, upright and with square pixels: `rgb` 8 bit interleaved, as coded; `across`: its width, at most the shown picture's own. */
export async function screenPicture(rgb: Uint8Array, shown: Shown, across: number): Promise<Buffer> {
  const { width, height } = shown.format;
  const whole = shownSize(shown);
  const wide = Math.min(across, whole.width);
  const sharp = await openSharp();
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .rotate(shown.rotation)
    .resize({ width: wide, height: Math.max(1, Math.round((wide * whole.height) / whole.width)), fit: 'fill' })
    .jpeg({ quality: SCREEN_QUALITY })
    .toBuffer();
}

/** PNG bytes and the hash of these, hex SHA-256. */
export interface HashedPng {
  readonly png: Buffer;
  readonly sha256: string;
}

/** A picture that was handed in, at the film's size: was its shape the film's? */
export interface FittedPicture extends HashedPng {
  readonly aspect: 'same' | 'stretched';
}

/**
 * Bring a PNG or JPEG from outside to the size of the film's coded picture, opacity kept. For a film that players turn, a picture is taken as
 * people see the film, unless its shape says that it lies as the film does. Throws `reference` where it is neither or holds
 * too many pixels.
 */
export function fitPicture(bytes: Buffer, film: Shown): Promise<FittedPicture> {
  return useUpload(bytes, async (upright, given) => {
    const size = film.format;
    const alike = (other: Size) => Math.abs((given.width * other.height) / (given.height * other.width) - 1) < SAME_ASPECT;
    const shown = shownSize(film);
    const lies = film.rotation % 180 !== 0 && !alike(shown) && (alike(size) || alike(shownSize({ ...film, rotation: 0 })));
    const laid = upright.rotate(lies ? 0 : (360 - film.rotation) % 360).resize(size.width, size.height, { fit: 'fill' });
    const same = alike(shown) || alike(size) || lies;
    return { ...(await hashedPng(laid)), aspect: same ? 'same' : 'stretched' };
  });
}

/** A PNG or JPEG from outside as a reference, in its own shape, 8 bit, no larger than is looked at. Throws as `fitPicture` does. */
export function fitReference(bytes: Buffer): Promise<HashedPng> {
  const bounds = { width: REFERENCE_SIDE, height: REFERENCE_SIDE, fit: 'inside', withoutEnlargement: true } as const;
  return useUpload(bytes, upright => hashedPng(upright.resize(bounds).toColourspace('srgb')));
}

async function hashedPng(picture: Sharp): Promise<HashedPng> {
  const png = await picture.png().toBuffer();
  return { png, sha256: createHash('sha256').update(png).digest('hex') };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The door for pictures: what is none, or a bomb, is refused before it is decoded. `use` gets it upright, and its size then. */
async function useUpload<Result>(bytes: Buffer, use: (upright: Sharp, size: Size) => Promise<Result>): Promise<Result> {
  const sharp = await openSharp();
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS });
    const { format, width = 0, height = 0, autoOrient } = await image.metadata();
    if (!READABLE.has(format ?? '')) throw new Error(`it is ${format ?? 'no picture'}`);
    if (width * height > MAX_PIXELS) throw new Error(`it has ${width}x${height} pixels`);
    return await use(image.autoOrient(), autoOrient);
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new KinemacolorError(
      'reference',
      `Expected a PNG or JPEG of at most ${MAX_PIXELS} pixels, received a picture that cannot be used: ${why}.`,
      { cause },
    );
  }
}
