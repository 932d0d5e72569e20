import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import { KinemacolorError } from '../../errors.ts';
import { type Shown, shownSize } from '../../media/film/shown-picture.ts';
import { openSharp } from './open-sharp.ts';

/** JPEG quality of pictures for the screen. */
const SCREEN_QUALITY = 88;
/** Largest number of pixels of an uploaded picture: a 16K frame. A larger one is rejected before it is decoded. */
const MAX_PIXELS = 16384 * 8640;
/** Largest relative difference of two aspect ratios that count as equal. */
const SAME_ASPECT = 0.01;
/** Longest side of a reference, in pixels: several times what the model sees. */
const REFERENCE_SIDE = 1024;
const READABLE = new Set(['png', 'jpeg']);

/**
 * A JPEG for the screen, upright and with square pixels. `rgb`: 8 bit as coded, interleaved, or gray. `across`: its width, at most that
 * of the displayed picture.
 */
export async function screenPicture(rgb: Uint8Array, shown: Shown, across: number): Promise<Buffer> {
  return (await upright(rgb, shown, across)).jpeg({ quality: SCREEN_QUALITY }).toBuffer();
}

/** The same as PNG, at the shown picture's own size. */
export async function uprightPng(rgb: Uint8Array, shown: Shown): Promise<Buffer> {
  return (await upright(rgb, shown, shownSize(shown).width)).png().toBuffer();
}

async function upright(rgb: Uint8Array, shown: Shown, across: number): Promise<Sharp> {
  const { width, height } = shown.format;
  const whole = shownSize(shown);
  const wide = Math.min(across, whole.width);
  const sharp = await openSharp();
  return sharp(rgb, { raw: { width, height, channels: rgb.length === width * height ? 1 : 3 } })
    .rotate(shown.rotation)
    .resize({ width: wide, height: Math.max(1, Math.round((wide * whole.height) / whole.width)), fit: 'fill' });
}

/** A PNG and its hash, hex SHA-256. */
export interface HashedPng {
  readonly png: Buffer;
  readonly sha256: string;
}

/** A picture that was handed in, on the film's coded picture. */
export interface FittedPicture extends HashedPng {
  /** Its own size, upright. */
  readonly given: Size;
  /** Was its size the film's, as it is coded or as it is shown? */
  readonly size: 'same' | 'other';
  /** R, G, B and opacity of a small copy. */
  readonly glance: { readonly width: number; readonly height: number; readonly rgba: Uint8Array };
}

/** Of a picture at a glance. */
const GLANCE = { width: 64, height: 36 } as const;

/**
 * Lay a PNG or JPEG from outside on the film's coded picture, opacity kept. For a film that players turn, a picture is taken as
 * people see the film, unless its shape says that it lies as the film does. Throws `reference` where it is neither or holds
 * too many pixels.
 */
export function fitPicture(bytes: Buffer, film: Shown): Promise<FittedPicture> {
  return useUpload(bytes, async (upright, given) => {
    const coded = film.format;
    const is = ({ width, height }: Size) => given.width === width && given.height === height;
    const alike = (other: Size) => Math.abs((given.width * other.height) / (given.height * other.width) - 1) < SAME_ASPECT;
    const [shown, lying] = [shownSize(film), shownSize({ ...film, rotation: 0 })];
    const lies = film.rotation % 180 !== 0 && !alike(shown) && (alike(coded) || alike(lying));
    const laid = upright.rotate(lies ? 0 : (360 - film.rotation) % 360).resize(coded.width, coded.height, { fit: 'fill' });
    const png = await hashedPng(laid);
    const sharp = await openSharp();
    const small = sharp(png.png).ensureAlpha().toColourspace('srgb').resize(GLANCE.width, GLANCE.height, { fit: 'fill' });
    const rgba = new Uint8Array(await small.raw({ depth: 'uchar' }).toBuffer());
    const same = is(shown) || is(coded) || is(lying) || is(turnedSize(coded));
    return { ...png, given, size: same ? 'same' : 'other', glance: { ...GLANCE, rgba } };
  });
}

const turnedSize = ({ width, height }: Size): Size => ({ width: height, height: width });

/**
 * An uploaded PNG or JPEG as a reference, in its own aspect ratio, 8 bit, reduced to what is used. Throws as `fitPicture` does.
 */
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

/** Check an uploaded picture before it is decoded. `use` gets it upright, with its size. */
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
