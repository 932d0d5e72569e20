import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type FailurePlace, KinemacolorError } from '../../errors.ts';
import { readPictureBytes } from '../files/read-input.ts';
import { saveFile, type Target } from '../files/save-file.ts';
import { sealedPng } from './metadata/png-chunks.ts';
import { openSharp } from './open-sharp.ts';

/** A picture from a file. `rgb`: sRGB code values, interleaved, width * height pixels at `depth` bits. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly rgb: Uint8Array | Uint16Array;
  /** Opacity, 0..1, one per pixel; undefined where the file has no alpha. */
  readonly alpha: Float32Array | undefined;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
}

/** A picture in a folder of keyframes, for the frame `index` (from 0) of the film. */
export interface KeyframePicture {
  readonly index: number;
  readonly path: string;
  readonly sha256: string;
}

const READABLE = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp'];
/** Formats that may be meant as keyframes but are not supported. */
const UNREADABLE = ['.bmp', '.gif', '.tga', '.exr', '.dpx', '.avif', '.heic', '.jp2', '.jxl', '.ppm'];
const KINDS = 'PNG, JPEG, TIFF or WebP';

/**
 * Read a picture (PNG, JPEG, TIFF, WebP; 8 or 16 bit), converted to sRGB and upright. Throws `reference` where it cannot be
 * read.
 */
export async function readPicture(path: string): Promise<Picture> {
  const sharp = await openSharp();
  try {
    const bytes = await readPictureBytes(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const wide = (await sharp(bytes).metadata()).depth === 'ushort';
    const image = sharp(bytes)
      .autoOrient()
      .toColourspace(wide ? 'rgb16' : 'srgb');
    const { data, info } = await image.raw({ depth: wide ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
    const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
    return { width: info.width, height: info.height, depth: wide ? 16 : 8, ...splitAlpha(samples, info.channels), sha256 };
  } catch (cause) {
    return refuseFile(path, cause);
  }
}

function refuseFile(path: string, cause: unknown, place: FailurePlace = {}): never {
  const message = `The picture ${path} cannot be read: ${(cause as Error).message.split('\n')[0]}; expected a ${KINDS} file.`;
  throw new KinemacolorError('reference', message, { cause, place });
}

/** Convert one (gray) to four (RGBA) channels to RGB and opacity. */
function splitAlpha(samples: Uint8Array | Uint16Array, channels: number): Pick<Picture, 'rgb' | 'alpha'> {
  if (channels === 3) return { rgb: samples, alpha: undefined };
  const pixels = samples.length / channels;
  const wide = samples instanceof Uint16Array;
  const rgb = wide ? new Uint16Array(pixels * 3) : new Uint8Array(pixels * 3);
  const colors = channels > 2 ? 3 : 1;
  for (let i = 0; i < rgb.length; i++) rgb[i] = samples[Math.floor(i / 3) * channels + (colors === 3 ? i % 3 : 0)]!;
  if (channels === colors) return { rgb, alpha: undefined };
  const opaque = wide ? 65535 : 255;
  return { rgb, alpha: Float32Array.from({ length: pixels }, (_, i) => samples[i * channels + colors]! / opaque) };
}

/**
 * Write a picture as PNG, whole or not at all, with a seal that is valid until somebody paints on it. `rgb`: interleaved, 8 bit
 * in a Uint8Array or 16 bit in a Uint16Array. Throws `output`.
 */
export async function writeKeyframePicture(
  to: Target,
  rgb: Uint8Array | Uint16Array,
  width: number,
  height: number,
): Promise<void> {
  const sharp = await openSharp();
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  const wide = rgb instanceof Uint16Array;
  const png = await image
    .toColourspace(wide ? 'rgb16' : 'srgb')
    .png()
    .toBuffer();
  await saveFile(to, [sealedPng(png)]);
}

/**
 * The keyframe pictures of a folder, in the order of their frames. Their names are frame indices from 0, with six digits or
 * more (000016.png). Hidden files and other kinds of file are skipped. Throws `reference` on any other picture, on two pictures
 * for one frame, and where there is none.
 */
export async function listKeyframePictures(folder: string): Promise<KeyframePicture[]> {
  const names = await readdir(folder).catch(cause => {
    throw new KinemacolorError(
      'reference',
      `The folder of keyframe pictures ${folder} cannot be read: ${(cause as Error).message}.`,
      { cause },
    );
  });
  const byIndex = new Map<number, string>();
  for (const name of names.sort()) {
    const index = frameIndexOf(folder, name);
    if (index === undefined) continue;
    const other = byIndex.get(index);
    if (other) refuse(`Expected one picture for frame ${index} in ${folder}, found ${other} and ${name}; remove one`, index);
    byIndex.set(index, name);
  }
  if (byIndex.size === 0) refuse(`Expected keyframe pictures in ${folder}, named by frame index such as 000016.png, found none`);
  const pictures: KeyframePicture[] = [];
  for (const [index, name] of [...byIndex].sort(([a], [b]) => a - b)) {
    const path = join(folder, name);
    const bytes = await readPictureBytes(path).catch(cause => refuseFile(path, cause, { frame: index }));
    pictures.push({ index, path, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return pictures;
}

function frameIndexOf(folder: string, name: string): number | undefined {
  const kind = extname(name).toLowerCase();
  if (name.startsWith('.') || !(READABLE.includes(kind) || UNREADABLE.includes(kind))) return undefined;
  if (UNREADABLE.includes(kind)) refuse(`Expected a ${KINDS} file, found ${name} in ${folder}; convert it or remove it`);
  const stem = basename(name, extname(name));
  if (!/^\d{6,15}$/.test(stem))
    refuse(
      `Expected a picture named by its frame index with six digits, such as 000016.png, found ${name} in ${folder}; rename or remove it`,
    );
  return Number(stem);
}

function refuse(why: string, frame?: number): never {
  throw new KinemacolorError('reference', `${why}.`, { place: frame === undefined ? {} : { frame } });
}
