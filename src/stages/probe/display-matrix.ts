import { writeDisplayMatrix } from '../../adapters/containers/movie-matrix.ts';
import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Container } from '../encode/codecs.ts';

/** 1 as a display matrix stores it, and the only other numbers in one that turns by quarters and mirrors. */
const ONE = 0x10000;

/** Read ffprobe's dump of a display matrix: three lines of an address and three numbers. Undefined for none, and for one that changes nothing. */
export function parseDisplayMatrix(dump: string | undefined): readonly number[] | undefined {
  const rows = [...(dump ?? '').matchAll(/^[0-9a-f]{8}:\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/gm)];
  const matrix = rows.flatMap(([, ...numbers]) => numbers.map(Number));
  if (matrix.length !== 9) return undefined;
  const plain = [ONE, 0, 0, ONE].every((value, i) => value === matrix[[0, 1, 3, 4][i]!]);
  return plain && matrix[6] === 0 && matrix[7] === 0 ? undefined : matrix;
}

/** Does a matrix show the mirror image of what is coded? */
export function isMirrored([a = ONE, b = 0, , c = 0, d = ONE]: readonly number[]): boolean {
  return a * d - b * c < 0;
}

/** By how many degrees, counter-clockwise, a matrix turns the picture; a mirrored one before it is mirrored from left to right. */
export function turnOf(matrix: readonly number[]): number {
  const [a = ONE, b = 0, , , d = ONE] = matrix;
  return (Math.atan2(-b, isMirrored(matrix) ? d : a) * 180) / Math.PI;
}

/** Turned by quarters, mirrored or not, and nothing else? */
function isPlainTurn(matrix: readonly number[]): boolean {
  const [a = 0, b = 0, , c = 0, d = 0] = matrix;
  const sizes = [a, b, c, d].map(Math.abs);
  return sizes.every(size => size === 0 || size === ONE) && a * b === 0 && c * d === 0;
}

/** From this version on ffmpeg writes a mirrored picture into Matroska (seen with 7.0 and 9.0). */
const MIRRORS = 7;

/** ffmpeg's input options that turn and mirror the picture in Matroska. */
export function matroskaTurn(matrix: readonly number[]): string[] {
  return ['-display_rotation', String(Math.round(turnOf(matrix))), ...(isMirrored(matrix) ? ['-display_hflip'] : [])];
}

/** A sentence about a way of showing the picture that Matroska, or this ffmpeg, has no word for. */
export function turnWarnings({ displayMatrix }: Film, container: Container, ffmpeg: Pick<Ffmpeg, 'major' | 'version'>): string[] {
  if (container !== 'mkv' || !displayMatrix) return [];
  if (!isPlainTurn(displayMatrix))
    return ['The film says how its picture is scaled, moved or turned for display, which mkv cannot hold; choose .mp4 or .mov.'];
  return isMirrored(displayMatrix) && ffmpeg.major < MIRRORS
    ? [
        `The film is shown mirrored, which cannot be written to mkv by ffmpeg ${ffmpeg.version}; choose .mp4 or .mov, or ffmpeg ${MIRRORS} or later.`,
      ]
    : [];
}

/** Give a finished mp4 or mov, of which `track` is the picture, the source's own display matrix, number by number. */
export async function keepDisplayMatrix({ displayMatrix }: Film, output: string, track: number): Promise<void> {
  if (displayMatrix) await writeDisplayMatrix(output, track, displayMatrix);
}
