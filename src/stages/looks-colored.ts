import type { Ffmpeg } from '../adapters/ffmpeg.ts';
import type { Film } from '../media/film.ts';

export async function looksColored(_film: Film, _ffmpeg: Ffmpeg, _signal?: AbortSignal): Promise<boolean> {
  return false;
}
