import { KinemacolorError } from '../../errors.ts';
import { FOREIGN_KINDS, type ForeignKind, isStillKind, type SourceKind } from '../../media/film/still.ts';
import { filmUrl, locateFfmpeg, spawnFfmpeg } from '../ffmpeg/ffmpeg.ts';
import { openSharp } from './open-sharp.ts';

/** Formats that libvips reads as it comes with sharp. */
const READ_BY_LIBVIPS: readonly SourceKind[] = ['gif', 'avif'];
/** ffmpeg's decoders of PNM, by the digit of the signature. */
const PNM: Readonly<Record<string, string>> = { '1': 'pbm', '2': 'pgm', '3': 'ppm', '4': 'pbm', '5': 'pgm', '6': 'ppm' };

/**
 * The bytes of a still in a format that libvips reads: its own, or a PNG of the same samples. Throws `source` where neither libvips nor
 * ffmpeg reads it.
 */
export async function readableBytes(path: string, kind: SourceKind, bytes: Buffer): Promise<Buffer> {
  if (isStillKind(kind) || READ_BY_LIBVIPS.includes(kind)) return bytes;
  const sharp = await openSharp();
  const decoded =
    kind === 'heic'
      ? await sharp(bytes)
          .keepMetadata()
          .png()
          .toBuffer()
          .catch(() => undefined)
      : undefined;
  return decoded ?? convertedByFfmpeg(path, kind, bytes);
}

async function convertedByFfmpeg(path: string, kind: ForeignKind, bytes: Buffer): Promise<Buffer> {
  const ffmpeg = await locateFfmpeg();
  const decoder = { bmp: 'bmp', jp2: 'jpeg2000', pnm: PNM[bytes.toString('latin1', 1, 2)] }[kind as string];
  const format = decoder === undefined ? [] : ['-f', 'image2', '-pattern_type', 'none', '-c:v', decoder];
  const output = ['-map', '0:v:0', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'];
  const child = spawnFfmpeg(ffmpeg, ['-v', 'error', ...format, '-i', filmUrl(path), ...output], { stdout: 'pipe' });
  const parts: Buffer[] = [];
  for await (const part of child.stdout as AsyncIterable<Buffer>) parts.push(part);
  const end = await child.outcome;
  if (end.code === 0 && parts.length > 0) return Buffer.concat(parts);
  const { name } = FOREIGN_KINDS[kind];
  throw new KinemacolorError(
    'source',
    `The picture ${path} cannot be used: ffmpeg ${ffmpeg.version} does not read this ${name} (${end.lastLines.at(-1) ?? 'it does not say why'}); export it as PNG or TIFF, or install a newer ffmpeg.`,
  );
}
