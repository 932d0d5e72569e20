import { type FileHandle, open } from 'node:fs/promises';
import { KinemacolorError } from '../../errors.ts';

/** Where a box begins and ends in a file, and where its content begins. */
interface Box {
  readonly type: string;
  readonly content: number;
  readonly end: number;
}

/** Bytes before the matrix in a track header (ISO/IEC 14496-12, 8.3.2), by version. */
const BEFORE_MATRIX = [40, 52];

/**
 * Write a display matrix into the track header of an mp4 or mov file, in place. `track` counts from 0 in file order; `matrix`
 * holds nine numbers as stored (16.16 fixed point, the third column 2.30). ffmpeg can only write the matrix of a rotation.
 */
export async function writeDisplayMatrix(path: string, track: number, matrix: readonly number[]): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const movie = (await boxes(file, 0, size)).find(({ type }) => type === 'moov');
    const tracks = movie ? (await boxes(file, movie.content, movie.end)).filter(({ type }) => type === 'trak') : [];
    const own = tracks[track];
    const header = own && (await boxes(file, own.content, own.end)).find(({ type }) => type === 'tkhd');
    if (!header) throw new KinemacolorError('internal', `Expected a track ${track} in ${path}, but it has ${tracks.length}.`);
    const [version] = (await file.read(Buffer.alloc(1), 0, 1, header.content)).buffer;
    const bytes = Buffer.alloc(4 * matrix.length);
    for (const [place, value] of matrix.entries()) bytes.writeInt32BE(value, 4 * place);
    await file.write(bytes, 0, bytes.length, header.content + BEFORE_MATRIX[version === 1 ? 1 : 0]!);
  } finally {
    await file.close();
  }
}

async function boxes(file: FileHandle, start: number, end: number): Promise<Box[]> {
  const found: Box[] = [];
  for (let at = start; at + 8 <= end; at = found.at(-1)!.end) {
    const head = Buffer.alloc(16);
    await file.read(head, 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    if (length < 8 || at + length > end) break;
    found.push({ type: head.toString('latin1', 4, 8), content: at + (short === 1 ? 16 : 8), end: at + length });
  }
  return found;
}
