import { type Ffmpeg, filmUrl, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import { probeFilm } from '../probe/probe.ts';
import { decodeFrames } from './decode.ts';

export interface Stretch {
  /** Seconds after the film's first frame. */
  readonly from: number;
  /** Seconds; undefined: to the film's end. */
  readonly duration: number | undefined;
}

export interface CutTarget {
  /** A Matroska file, which holds any codec. */
  readonly path: string;
  readonly ffmpeg: Ffmpeg;
  /** Most pixels of the shorter side; a larger picture is made that small and stored again, nearly lossless, 8 bit. */
  readonly shortSide: number;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds cut beyond the stretch's end: packets are stored ahead of the time at which they are shown. */
const TAIL = 1;
/** What is made smaller is stored for the next step alone: quickly, and better than anyone will see it. */
const SMALL = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8', '-pix_fmt', 'yuv420p'];

/**
 * Copy a stretch of a film, its picture and its sound, without decoding it where its picture is small enough. It begins at the entry point at
 * or before `from`, or at `from` where it was decoded; `lead` says how many seconds that is before it. Throws `source` where no frame is there.
 */
export async function cutStretch(film: Film, { from, duration }: Stretch, target: CutTarget): Promise<{ lead: number }> {
  const { path, ffmpeg, shortSide, signal } = target;
  const start = startSeconds(film);
  const seek = from > 0 ? ['-seek_timestamp', '1', '-ss', (start + from).toFixed(3)] : [];
  const length = duration === undefined ? [] : ['-to', (start + from + duration + TAIL).toFixed(3)];
  const maps = ['-map', `0:${film.videoStream}`, '-map', '0:a?'];
  const { width, height } = film.format;
  const large = Math.min(width, height) > shortSide;
  // Even sides, whichever way up players turn the film.
  const scale = `scale='if(gt(iw,ih),-2,${shortSide})':'if(gt(iw,ih),${shortSide},-2)':flags=area`;
  const picture = large ? ['-vf', scale, ...ffmpeg.passthrough, ...SMALL] : [];
  const args = ['-v', 'error', '-y', '-copyts', ...seek, '-i', filmUrl(film.path), ...maps, '-c', 'copy', ...picture, ...length];
  await spawnFfmpeg(ffmpeg, [...args, '-f', 'matroska', filmUrl(path)], { signal }).exited;
  const first = await firstFrame(path, ffmpeg, signal);
  return { lead: Math.max(0, start + from - first) };
}

async function firstFrame(path: string, ffmpeg: Ffmpeg, signal: AbortSignal | undefined): Promise<number> {
  const film = await probeFilm(path, ffmpeg, signal);
  for await (const { ticks } of decodeFrames(film, ffmpeg, { count: 1, ...(signal && { signal }) }))
    return toSeconds({ ticks, timebase: film.format.timebase });
  throw new KinemacolorError('source', `${path} holds no frame.`);
}
