import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { KinemacolorError } from '../../errors.ts';
import { rgbToLuma } from '../../kernels/color/color.ts';
import type { IntegerSamples } from '../../media/fields/plane.ts';
import { type SourceKind, STILL_KINDS, type Still, type StillKind } from '../../media/film/still.ts';
import { readableBytes } from './foreign-still.ts';
import { grayCodes, isSrgb } from './gray-profile.ts';
import { noteIn } from './metadata/xmp-note.ts';
import { openSharp } from './open-sharp.ts';

/** A still picture from a file, and the file's metadata. */
export interface StillFile {
  readonly path: string;
  readonly kind: SourceKind;
  readonly still: Still;
  /** Does the file store one sample per pixel, or red, green and blue (or inks)? */
  readonly stored: 'gray' | 'color';
  /** The whole file; of a format that libvips does not read, a PNG of it. */
  readonly bytes: Buffer;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  readonly header: Metadata;
  /** What was converted, one sentence each. */
  readonly notes: readonly string[];
}

/** A larger picture is rejected before it is decoded: 16383 x 16383, which takes 2 GB at 16 bit. */
const MAX_PIXELS = 0x3fff ** 2;
/** Damage is an error; deviations that a decoder can handle are not. */
const STRICT = { failOn: 'error', limitInputPixels: MAX_PIXELS } as const;
/** A header takes no memory, whatever size it states. Too large a picture is reported by this program. */
const HEADER_ONLY = { failOn: 'error', limitInputPixels: false } as const;

/**
 * Read a still picture, upright, as luma of sRGB at its own depth. A gray profile is applied by its curve, any other by
 * libvips. Throws `source` where the picture cannot be used: unreadable, damaged, several pictures, too large, neither 8 nor 16
 * bit.
 */
export async function readStill(path: string, kind: SourceKind): Promise<StillFile> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new KinemacolorError('source', `The picture ${path} cannot be used: ${why}.`, { cause });
  };
  const sharp = await openSharp();
  const stored = await readFile(path).catch(cause => refuse((cause as Error).message, cause));
  const bytes = await readableBytes(path, kind, stored);
  const header = await sharp(bytes, HEADER_ONLY)
    .metadata()
    .catch(cause => refuse(`${reasonOf(cause)}; check the file`, cause));
  const fault = faultOf(header);
  if (fault) refuse(fault);
  const { still, notes } = await decode(bytes, header).catch(cause =>
    refuse(`${reasonOf(cause)}; it is damaged, repair it or take another copy`, cause),
  );
  const sha256 = createHash('sha256').update(stored).digest('hex');
  return { path, kind, still, stored: isGray(header) ? 'gray' : 'color', bytes, sha256, header, notes };
}

/** The first line of libvips' message, as the end of a sentence. */
function reasonOf(cause: unknown): string {
  const lines = (cause as Error).message.split('\n').map(line => line.trim());
  return (lines.find(line => line !== '') ?? 'unknown failure').replace(/^Input buffer /, 'it ').replace(/\.$/, '');
}

function faultOf({ width, height, pages = 1, depth, space }: Metadata): string | undefined {
  if (width * height > MAX_PIXELS)
    return `it holds ${width}x${height} pixels, expected at most ${MAX_PIXELS}; cut it into parts or make it smaller`;
  if (pages > 1)
    return `it holds ${pages} pictures, expected one; those of a TIFF or GIF are coloured as a film, save any others one by one`;
  if (depth !== 'uchar' && depth !== 'ushort')
    return `its samples are of type "${depth}", expected 8 or 16 bit; convert it first`;
  if (space === 'multiband') return 'its channels are neither gray nor colour; export it as gray or RGB first';
  return undefined;
}

const isGray = ({ space }: Metadata) => space === 'b-w' || space === 'grey16';

async function decode(bytes: Buffer, header: Metadata): Promise<{ still: Still; notes: string[] }> {
  const depth = header.depth === 'ushort' ? 16 : 8;
  const conversion = conversionOf(header, depth);
  const sharp = await openSharp();
  const image = sharp(bytes, { ...STRICT, ignoreIcc: conversion.by !== 'libvips' }).autoOrient();
  // libvips works in Display P3 at 16 bit; only an output profile converts it to sRGB.
  if (conversion.by === 'libvips' && depth === 16) image.withIccProfile('srgb');
  const { data, info } = await image
    .toColourspace(spaceFor(header, depth))
    .raw({ depth: depth === 8 ? 'uchar' : 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const samples = depth === 8 ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : wide(data);
  const size = { width: info.width, height: info.height };
  const colors = info.channels > 2 ? 3 : 1;
  const luma =
    colors === 3 && !isGray(header)
      ? rgbToLuma(samples, size, { matrix: 'bt709', depth, step: info.channels })
      : { ...size, data: info.channels === 1 ? samples : everyNth(samples, 0, info.channels) };
  if (conversion.codes) for (let i = 0; i < luma.data.length; i++) luma.data[i] = conversion.codes[luma.data[i]!]!;
  const alpha = info.channels > colors ? everyNth(samples, colors, info.channels) : undefined;
  return { still: { ...size, depth, luma, alpha }, notes: conversion.notes };
}

/**
 * The colour space to decode into. 8-bit gray with opacity is decoded as RGB, of which red is the gray: sharp drops opacity
 * from raw 8-bit gray.
 */
function spaceFor(header: Metadata, depth: 8 | 16): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
  if (!isGray(header)) return depth === 8 ? 'srgb' : 'rgb16';
  if (depth === 16) return 'grey16';
  return header.hasAlpha ? 'srgb' : 'b-w';
}

function wide(data: Buffer): Uint16Array {
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}

function everyNth(samples: IntegerSamples, first: number, step: number): IntegerSamples {
  const count = samples.length / step;
  const out = samples instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count);
  for (let i = 0; i < count; i++) out[i] = samples[i * step + first]!;
  return out;
}

interface Conversion {
  readonly by: 'nothing' | 'curve' | 'libvips';
  /** For a curve: the sRGB code of every gray code. */
  readonly codes?: IntegerSamples | undefined;
  readonly notes: string[];
}

/** How the picture is converted to sRGB. */
function conversionOf(header: Metadata, depth: 8 | 16): Conversion {
  const { icc, space } = header;
  if (!icc) {
    const inks = space === 'cmyk' ? ['its inks (CMYK) have no profile; they are taken as a usual press prints them'] : [];
    return { by: inks.length > 0 ? 'libvips' : 'nothing', notes: inks };
  }
  if (isSrgb(icc) && space !== 'cmyk') return { by: 'nothing', notes: [] };
  if (!isGray(header))
    return { by: 'libvips', notes: [`its ${space === 'cmyk' ? 'inks are' : 'colour is'} converted to sRGB by its profile`] };
  const codes = grayCodes(icc, depth);
  return codes
    ? { by: 'curve', codes, notes: [] }
    : { by: 'nothing', notes: ['its gray profile has no curve that can be read; its samples are taken as sRGB'] };
}

/**
 * JPEG keeps luma best with full-size chroma. At quality 95 its mean error is below one code value, in a file of ordinary size.
 */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' } as const;
/** sharp's defaults do not fit: it writes TIFF as lossy 8-bit JPEG, and clears transparent pixels in WebP. */
const TIFF = { compression: 'deflate', predictor: 'horizontal' } as const;
const WEBP = { lossless: true, exact: true } as const;

/** Encode RGB or RGBA (interleaved, 8 or 16 bit), without loss except in JPEG. JPEG and WebP are 8 bit only. */
export async function encodeStill(
  samples: IntegerSamples,
  size: { width: number; height: number; channels: 3 | 4 },
  kind: StillKind,
): Promise<Buffer> {
  const sharp = await openSharp();
  const image = sharp(samples, { raw: size, limitInputPixels: MAX_PIXELS });
  image.toColourspace(samples instanceof Uint16Array ? 'rgb16' : 'srgb');
  try {
    if (kind === 'jpeg') return await image.jpeg(JPEG).toBuffer();
    if (kind === 'webp') return await image.webp(WEBP).toBuffer();
    return await (kind === 'png' ? image.png() : image.tiff(TIFF)).toBuffer();
  } catch (cause) {
    const { name } = STILL_KINDS[kind];
    throw new KinemacolorError('output', `The picture cannot be encoded as ${name}: ${reasonOf(cause)}.`, { cause });
  }
}

/** The profile of sRGB, for pictures whose source had a profile. */
export async function srgbProfile(): Promise<Buffer> {
  const sharp = await openSharp();
  const pixel = sharp(new Uint8Array(3), { raw: { width: 1, height: 1, channels: 3 } });
  const { icc } = await sharp(await pixel.withIccProfile('srgb').png().toBuffer()).metadata();
  return icc!;
}

/** The whole picture, reduced to a few pixels of sRGB (interleaved, 8 bit). */
export async function tinyRgb(bytes: Buffer, { width, height }: { width: number; height: number }): Promise<Uint8Array> {
  const sharp = await openSharp();
  const image = sharp(bytes, STRICT).removeAlpha().resize(width, height, { fit: 'fill' });
  return image.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer();
}

/**
 * The fingerprint in the note of a picture that Kinemacolor made; undefined where there is no file, no picture or no such note.
 */
export async function noteOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return undefined;
  const sharp = await openSharp();
  const header = await sharp(bytes, STRICT)
    .metadata()
    .catch(() => undefined);
  return noteIn(header?.xmp?.toString('utf8'));
}

/** The number of pixels that a picture's header states; undefined where it cannot be read. */
export async function pixelsOf(path: string): Promise<number | undefined> {
  const sharp = await openSharp();
  return sharp(path, HEADER_ONLY)
    .metadata()
    .then(
      ({ width, height }) => width * height,
      () => undefined,
    );
}
