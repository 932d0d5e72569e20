import { KinemacolorError } from '../../errors.ts';
import { FOREIGN_KINDS, type ForeignKind, isStillKind, type SourceKind } from '../../media/film/still.ts';
import { filmUrl, locateFfmpeg, spawnFfmpeg } from '../ffmpeg/ffmpeg.ts';
import { openSharp } from './open-sharp.ts';

/** Formats that libvips reads as it comes with sharp. */
const READ_BY_LIBVIPS: readonly SourceKind[] = ['gif', 'avif'];
/** ffmpeg's decoders of PNM, by the digit of the signature. */
const PNM: Readonly<Record<string, string>> = { '1': 'pbm', '2': 'pgm', '3': 'ppm', '4': 'pbm', '5': 'pgm', '6': 'ppm' };

/**
 * The bytes of a still in a format that libvips reads: its own, or a PNG of the same samples. Throws `source` where neither
 * libvips nor ffmpeg reads it.
 */
export async function readableBytes(path: string, kind: SourceKind, bytes: Buffer): Promise<Buffer> {
  if (isStillKind(kind) || READ_BY_LIBVIPS.includes(kind)) return bytes;
  const decoded = kind === 'heic' ? await decodedByLibvips(bytes) : undefined;
  return decoded ?? convertedByFfmpeg(path, kind, bytes);
}

/** A PNG; undefined where libvips has no decoder of HEVC, which does not come with sharp. */
async function decodedByLibvips(heic: Buffer): Promise<Buffer | undefined> {
  const sharp = await openSharp();
  const png = sharp(heic).keepMetadata().png().toBuffer();
  return png.catch(() => undefined);
}

async function convertedByFfmpeg(path: string, kind: ForeignKind, bytes: Buffer): Promise<Buffer> {
  const ffmpeg = await locateFfmpeg();
  const decoder = { bmp: 'bmp', jp2: 'jpeg2000', pnm: PNM[bytes.toString('latin1', 1, 2)] }[kind as string];
  const format = decoder === undefined ? [] : ['-f', 'image2', '-pattern_type', 'none', '-c:v', decoder];
  const output = ['-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1']; // a -map would choose one tile of a HEIC
  const child = spawnFfmpeg(ffmpeg, ['-v', 'error', ...format, '-i', filmUrl(path), ...output], { stdout: 'pipe' });
  const parts: Buffer[] = [];
  for await (const part of child.stdout as AsyncIterable<Buffer>) parts.push(part);
  const [end, png] = [await child.outcome, Buffer.concat(parts)];
  const failed = end.code !== 0 || png.length === 0;
  const fault = failed ? (end.lastLines.at(-1) ?? 'it does not say why') : await faultOf(kind, png, bytes);
  if (fault === undefined) return png;
  const { name } = FOREIGN_KINDS[kind];
  throw new KinemacolorError(
    'source',
    `The picture ${path} cannot be used: ffmpeg ${ffmpeg.version} does not read this ${name} (${fault}); export it as PNG or TIFF, or install a newer ffmpeg.`,
  );
}

/** An ffmpeg that does not join the tiles of a HEIC takes the first one for the picture. Sizes are upright. */
async function faultOf(kind: ForeignKind, decoded: Buffer, source: Buffer): Promise<string | undefined> {
  if (kind !== 'heic') return undefined;
  const sharp = await openSharp();
  const sizeOf = (bytes: Buffer) => sharp(bytes).metadata();
  const [got, stated] = await Promise.all([sizeOf(decoded), sizeOf(source).catch(() => undefined)]);
  if (stated === undefined) return 'its size cannot be read';
  if (got.width === stated.width && got.height === stated.height) return undefined;
  return `it decodes ${got.width}x${got.height} of ${stated.width}x${stated.height} pixels`;
}
