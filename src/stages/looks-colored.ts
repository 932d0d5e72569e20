import type { Ffmpeg } from '../adapters/ffmpeg.ts';
import { type RawVideoJob, rawVideo } from '../adapters/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../kernels/color.ts';
import { type Film, startSeconds } from '../media/film.ts';
import { seekNear } from './seek-near.ts';

/**
 * Does the film hold colour already? Looks at pictures spread over it. A tint (sepia, a blue night) is no colour: it gives every picture
 * part of the same brightness the same chroma, so what counts is how far chroma spreads among samples of like luma.
 */
export async function looksColored(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<boolean> {
  if (!film.storesChroma) return false;
  const start = Math.max(0, startSeconds(film));
  const seconds = film.statedSeconds ?? 0;
  const met = new Map<number | undefined, number>();
  for (const [looks, place] of LOOKS.entries()) {
    const inputArgs = seekNear(start + place * seconds, Number.POSITIVE_INFINITY);
    for await (const { ticks, spread } of looksAlong(film, ffmpeg, { inputArgs }, signal)) {
      met.set(ticks, spread);
      break;
    }
    const spreads = [...met.values()];
    if (areColored(spreads)) return true;
    if (looks < ENOUGH) continue;
    if (met.size <= ENOUGH && seconds > 0 && seconds * LEAST_APART < NEAR) return lookThrough(film, ffmpeg, signal);
    if (looks === ENOUGH && spreads.every(spread => spread < NEUTRAL_SPREAD)) return false;
  }
  return false;
}

/** Where in the film we look, as shares of its length, each time at the entry point before; no two are nearer to each other than the least. */
const LOOKS = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2];
const LEAST_APART = 0.1;
/** How many looks must show colour: a film with one tinted or damaged picture is still gray. */
const ENOUGH = 2;

/** Seconds: places nearer to each other than this may share an entry point. A film that has hardly any is decoded for its looks. */
const NEAR = 10;

/** A look need be neither exact nor at one exact picture: pictures that no other leans on are passed over, edges of blocks are left. */
const SKETCHILY = ['-skip_frame', 'noref', '-skip_loop_filter', 'all'];

function areColored(spreads: readonly number[]): boolean {
  return spreads.filter(spread => spread > COLOR_SPREAD).length >= ENOUGH;
}

/** Looks all along a short film, decoded once. */
async function lookThrough(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<boolean> {
  const apart = (LEAST_APART * (film.statedSeconds ?? 0)).toFixed(3);
  const choice = `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${apart})`;
  const spreads: number[] = [];
  for await (const { spread } of looksAlong(film, ffmpeg, { inputArgs: SKETCHILY, choice }, signal)) {
    spreads.push(spread);
    if (areColored(spreads)) return true;
  }
  return false;
}

/** 8-bit code values: a strong sepia stays near 1.5 (its curve bends), a film in muted colour begins at about 3. */
const COLOR_SPREAD = 2.2;

/** What a gray film has whose chroma is only coding noise; after as many looks as that takes, no more are needed. */
const NEUTRAL_SPREAD = 0.3;

/** Size of the small picture: area averages take the noise of film grain and of chroma coding away. */
const WIDTH = 64;
const HEIGHT = 36;

/** The size at which a picture is looked at. */
export const LOOK = { width: WIDTH, height: HEIGHT } as const;

/** Does a still hold colour already? `rgb`: the whole picture as 8-bit sRGB, interleaved, at the size of `LOOK`. A tint is no colour. */
export function pictureHoldsColor(rgb: Uint8Array): boolean {
  const { cb, cr } = rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });
  const luma = rgbToLuma(rgb, LOOK, { matrix: 'bt709', depth: 8, step: 3 });
  const codes = (plane: Float32Array) => Array.from(plane, value => Math.round(128 + 255 * value));
  return spreadOf(Uint8ClampedArray.from([...luma.data, ...codes(cb.data), ...codes(cr.data)])) > COLOR_SPREAD;
}

/** Each picture that is met, by its ticks, and how far chroma spreads in it. */
async function* looksAlong(
  film: Film,
  ffmpeg: Ffmpeg,
  looks: Pick<RawVideoJob, 'inputArgs' | 'choice'>,
  signal?: AbortSignal,
): AsyncGenerator<{ ticks: number | undefined; spread: number }, undefined> {
  const job: RawVideoJob = {
    path: film.path,
    stream: film.videoStream,
    timebase: film.format.timebase,
    ...looks,
    filter: `scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv444p`,
    pixelFormat: 'yuv444p',
    pictureBytes: 3 * WIDTH * HEIGHT,
    keptBytes: 3 * WIDTH * HEIGHT,
  };
  for await (const { ticks, data } of rawVideo(ffmpeg, job, signal)) yield { ticks, spread: spreadOf(new Uint8Array(data)) };
}

/** Root mean square of chroma's distance from its mean among samples of like luma. */
function spreadOf(samples: Uint8Array | Uint8ClampedArray): number {
  const cells = WIDTH * HEIGHT;
  const levels = Array.from({ length: 256 }, () => ({ count: 0, cb: 0, cr: 0, squares: 0 }));
  for (let i = 0; i < cells; i++) {
    const level = levels[samples[i]!]!;
    const cb = samples[cells + i]!;
    const cr = samples[2 * cells + i]!;
    level.count++;
    level.cb += cb;
    level.cr += cr;
    level.squares += cb * cb + cr * cr;
  }
  const met = levels.filter(({ count }) => count > 0);
  const squares = met.reduce((sum, { count, cb, cr, squares }) => sum + squares - (cb * cb + cr * cr) / count, 0);
  return Math.sqrt(squares / Math.max(1, cells - met.length)); // every level's mean takes one degree of freedom
}
