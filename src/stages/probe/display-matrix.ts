import { writeDisplayMatrix } from '../../adapters/containers/movie-matrix.ts';
import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Container } from '../encode/codec-cards.ts';

/** 1.0 in a display matrix (16.16). Matrices of quarter turns and mirroring contain only this, its negative, and 0. */
const ONE = 0x10000;

/** Parses ffprobe's dump of a display matrix: three lines of an offset and three numbers. Undefined if absent or the identity. */
export function parseDisplayMatrix(dump: string | undefined): readonly number[] | undefined {
  const rows = [...(dump ?? '').matchAll(/^[0-9a-f]{8}:\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*$/gm)];
  const matrix = rows.flatMap(([, ...numbers]) => numbers.map(Number));
  if (matrix.length !== 9) return undefined;
  const plain = [ONE, 0, 0, ONE].every((value, i) => value === matrix[[0, 1, 3, 4][i]!]);
  return plain && matrix[6] === 0 && matrix[7] === 0 ? undefined : matrix;
}

/** Whether the matrix mirrors the picture. */
export function isMirrored([a = ONE, b = 0, , c = 0, d = ONE]: readonly number[]): boolean {
  return a * d - b * c < 0;
}

/** Rotation in degrees, counter-clockwise. A mirrored picture is rotated first, then flipped horizontally. */
export function rotationOfMatrix(matrix: readonly number[]): number {
  const [a = ONE, b = 0, , , d = ONE] = matrix;
  return (Math.atan2(-b, isMirrored(matrix) ? d : a) * 180) / Math.PI;
}

/** Whether the matrix consists of quarter turns and mirroring only. */
function isQuarterTurn(matrix: readonly number[]): boolean {
  const [a = 0, b = 0, , c = 0, d = 0] = matrix;
  const sizes = [a, b, c, d].map(Math.abs);
  return sizes.every(size => size === 0 || size === ONE) && a * b === 0 && c * d === 0;
}

/** First ffmpeg version that writes mirroring to Matroska (verified with 7.0 and 9.0). */
const WRITES_MIRRORING = 7;

/** ffmpeg input options that rotate and mirror the picture in Matroska. */
export function matroskaRotationArgs(matrix: readonly number[]): string[] {
  return ['-display_rotation', String(Math.round(rotationOfMatrix(matrix))), ...(isMirrored(matrix) ? ['-display_hflip'] : [])];
}

/** Warning about display matrices that Matroska, or this ffmpeg, cannot represent. */
export function rotationWarnings(
  { displayMatrix }: Film,
  container: Container,
  ffmpeg: Pick<Ffmpeg, 'major' | 'version'>,
): string[] {
  if (container !== 'mkv' || !displayMatrix) return [];
  if (!isQuarterTurn(displayMatrix))
    return ['The film says how its picture is scaled, moved or turned for display, which mkv cannot hold; choose .mp4 or .mov.'];
  return isMirrored(displayMatrix) && ffmpeg.major < WRITES_MIRRORING
    ? [
        `The film is shown mirrored, which cannot be written to mkv by ffmpeg ${ffmpeg.version}; choose .mp4 or .mov, or ffmpeg ${WRITES_MIRRORING} or later.`,
      ]
    : [];
}

/** Writes the source's display matrix into a finished mp4 or mov, number by number. `track`: the picture's. */
export async function keepDisplayMatrix({ displayMatrix }: Film, output: string, track: number): Promise<void> {
  if (displayMatrix) await writeDisplayMatrix(output, track, displayMatrix);
}
