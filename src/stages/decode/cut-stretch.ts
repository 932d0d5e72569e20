import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { runPlainJob } from '../../adapters/ffmpeg/plain-job.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import { probeFilm } from '../probe/probe.ts';
import { decodeFrames } from './decode.ts';
import { windowFilters } from './luma-window.ts';

export interface Stretch {
  /** Seconds after the film's first frame. */
  readonly from: number;
  /** Seconds; undefined for everything to the film's end. */
  readonly duration: number | undefined;
}

export interface CutTarget {
  /** Path of the Matroska file to write, which can hold any codec. */
  readonly path: string;
  readonly ffmpeg: Ffmpeg;
  /**
   * Maximum length of the shorter side in pixels. A larger picture is scaled down and re-encoded, nearly losslessly, at 8 bit; so is one
   * of more bits than players show, or one that is looked at through a window, which the result shows.
   */
  readonly shortSide: number;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds read beyond the end of the stretch, since packets are stored ahead of their presentation time. */
const TAIL = 1;
/** Bits of luma that x264 stores. */
const PLAYED_DEPTH = 10;
/** The scaled clip is an intermediate file: fast encoding, at a quality above what is visible. */
const SMALL = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8', '-pix_fmt', 'yuv420p'];

/**
 * Cuts a stretch out of a film, picture and sound. Without re-encoding if the picture is small enough; the clip then begins at
 * the entry point at or before `from`, otherwise at `from`. `lead`: seconds between the clip's start and `from`. Throws `source`
 * if the stretch has no frame.
 */
export async function cutStretch(film: Film, { from, duration }: Stretch, target: CutTarget): Promise<{ lead: number }> {
  const { path, ffmpeg, shortSide, signal } = target;
  const start = startSeconds(film);
  const seek = from > 0 ? ['-seek_timestamp', '1', '-ss', (start + from).toFixed(3)] : [];
  const length = duration === undefined ? [] : ['-to', (start + from + duration + TAIL).toFixed(3)];
  const maps = ['-map', `0:${film.videoStream}`, '-map', '0:a?'];
  const { width, height, depth, window } = film.format;
  const isReencoded = Math.min(width, height) > shortSide || depth > PLAYED_DEPTH || window !== undefined;
  // Even sides in either orientation, since players may rotate the film.
  const side = Math.min(shortSide, width, height) & ~1;
  const scale = `${windowFilters(film)}scale='if(gt(iw,ih),-2,${side})':'if(gt(iw,ih),${side},-2)':flags=area`;
  const picture = isReencoded ? ['-vf', scale, ...ffmpeg.passthrough, ...SMALL] : [];
  const inputArgs = ['-v', 'error', '-copyts', ...seek];
  const outputArgs = [...maps, '-c', 'copy', ...picture, ...length, '-f', 'matroska'];
  await runPlainJob(ffmpeg, { input: film.path, inputArgs, output: path, outputArgs, signal });
  const first = await firstFrame(path, ffmpeg, signal);
  return { lead: Math.max(0, start + from - first) };
}

async function firstFrame(path: string, ffmpeg: Ffmpeg, signal: AbortSignal | undefined): Promise<number> {
  const film = await probeFilm(path, ffmpeg, signal);
  for await (const { ticks } of decodeFrames(film, ffmpeg, { count: 1, ...(signal && { signal }) }))
    return toSeconds({ ticks, timebase: film.format.timebase });
  throw new KinemacolorError('source', `${path} holds no frame.`);
}
