import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { KinemacolorError } from '../errors.ts';
import { type Shown, shownSize } from '../media/shown-picture.ts';

/** JPEG quality of pictures for a screen. */
const SCREEN_QUALITY = 88;
/** Most pixels of a picture that is handed in: a 16K frame. What claims more is taken for a bomb and never decoded. */
const MOST_PIXELS = 16384 * 8640;
/** Width over height may differ by this share before we speak of another aspect. */
const SAME_ASPECT = 0.01;
/** Longest side of a reference: several times what the model looks at. */
const REFERENCE_SIDE = 1024;
const READABLE = new Set(['png', 'jpeg']);

/** A JPEG for a screen, upright and with square pixels: `rgb` 8 bit interleaved, as coded; `across`: its width, at most the shown picture's own. */
export function screenPicture(rgb: Uint8Array, shown: Shown, across: number): Promise<Buffer> {
  const { width, height } = shown.format;
  const whole = shownSize(shown);
  const wide = Math.min(across, whole.width);
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .rotate(shown.rotation)
    .resize({ width: wide, height: Math.max(1, Math.round((wide * whole.height) / whole.width)), fit: 'fill' })
    .jpeg({ quality: SCREEN_QUALITY })
    .toBuffer();
}

/** A picture that was handed in, at the film's size: PNG bytes, the hash of these, and was its shape the film's? */
export interface FittedPicture {
  readonly png: Buffer;
  readonly sha256: string;
  readonly aspect: 'same' | 'stretched';
}

/**
 * Bring a PNG or JPEG from outside to the size of the film's coded picture, opacity kept. For a film that players turn, a picture is taken as
 * people see the film, unless its shape says that it lies as the film does. Throws `reference` where it is neither or holds
 * too many pixels.
 */
export function fitPicture(bytes: Buffer, film: Shown): Promise<FittedPicture> {
  return handedIn(bytes, async ({ data, info }) => {
    const size = film.format;
    const alike = (other: { width: number; height: number }) =>
      Math.abs((info.width * other.height) / (info.height * other.width) - 1) < SAME_ASPECT;
    const shown = shownSize(film);
    const lies = film.rotation % 180 !== 0 && !alike(shown) && (alike(size) || alike(shownSize({ ...film, rotation: 0 })));
    const image = sharp(data, { limitInputPixels: MOST_PIXELS }).rotate(lies ? 0 : (360 - film.rotation) % 360);
    const png = await image.resize(size.width, size.height, { fit: 'fill' }).png().toBuffer();
    const same = alike(shown) || alike(size) || lies;
    return { png, sha256: hexOf(png), aspect: same ? 'same' : 'stretched' };
  });
}

/** A PNG or JPEG from outside as a reference, in its own shape, 8 bit, no larger than is looked at. Throws as `fitPicture` does. */
export function fitReference(bytes: Buffer): Promise<Pick<FittedPicture, 'png' | 'sha256'>> {
  return handedIn(bytes, async ({ data }) => {
    const bounds = { width: REFERENCE_SIDE, height: REFERENCE_SIDE, fit: 'inside', withoutEnlargement: true } as const;
    const png = await sharp(data, { limitInputPixels: MOST_PIXELS }).resize(bounds).toColourspace('srgb').png().toBuffer();
    return { png, sha256: hexOf(png) };
  });
}

function hexOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The door for pictures: what is none, or a bomb, is refused before it is decoded. */
async function handedIn<Result>(
  bytes: Buffer,
  use: (upright: { data: Buffer; info: { width: number; height: number } }) => Promise<Result>,
): Promise<Result> {
  try {
    const { format, width = 0, height = 0 } = await sharp(bytes, { limitInputPixels: MOST_PIXELS }).metadata();
    if (!READABLE.has(format ?? '')) throw new Error(`it is ${format ?? 'no picture'}`);
    if (width * height > MOST_PIXELS) throw new Error(`it has ${width}x${height} pixels`);
    const upright = sharp(bytes, { limitInputPixels: MOST_PIXELS }).autoOrient().png();
    return await use(await upright.toBuffer({ resolveWithObject: true }));
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0];
    throw new KinemacolorError(
      'reference',
      `Expected a PNG or JPEG of at most ${MOST_PIXELS} pixels, received a picture that cannot be used: ${why}.`,
      { cause },
    );
  }
}
