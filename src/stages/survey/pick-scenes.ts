import { boxDecimate } from '../../kernels/filters/resample.ts';
import type { ScannedFrame } from './scan-film.ts';

/** Pictures whose coarse grays correlate less than this show different scenes. */
const MIN_CORRELATION = 0.7;
/** The picture's width in coarse cells, about 30: insensitive to small motion. */
const CELLS_ACROSS = 30;
/** Contrast in code values of a picture with content. Fades and leader are flatter. */
const MIN_CONTRAST = 12;

/** Coarse gray of a picture minus its mean, and its contrast. */
interface Coarse {
  readonly values: Float64Array;
  readonly contrast: number;
}

interface Pick {
  readonly frame: ScannedFrame;
  readonly contrast: number;
}

/**
 * Picks one frame per scene, the first with content, at most `max` of them spread over the film. With fewer scenes, adds frames
 * far from those picked. Holds at most twice as many frames.
 */
export async function pickScenes(frames: AsyncIterable<ScannedFrame>, max: number): Promise<ScannedFrame[]> {
  const scenes: Pick[] = [];
  const others: Pick[] = [];
  let last: Coarse | undefined;
  for await (const frame of frames) {
    const coarse = coarseOf(frame);
    const pick = { frame, contrast: coarse.contrast };
    const open = scenes.at(-1);
    if (!open || !last || correlation(last, coarse) < MIN_CORRELATION) scenes.push(pick);
    else if (open.contrast < MIN_CONTRAST && coarse.contrast > open.contrast) scenes[scenes.length - 1] = pick;
    else others.push(pick);
    last = coarse;
    for (const list of [scenes, others]) if (list.length > 2 * max) removeDensest(list);
  }
  const seen = scenes.filter(({ contrast }) => contrast >= MIN_CONTRAST);
  const picks = seen.length > 0 ? seen : scenes;
  while (picks.length > max) removeDensest(picks);
  while (picks.length < max && others.length > 0) picks.push(...others.splice(furthest(others, picks), 1));
  return picks.map(({ frame }) => frame).sort((a, b) => a.seconds - b.seconds);
}

function coarseOf({ gray }: ScannedFrame): Coarse {
  const { data } = boxDecimate(gray, Math.max(1, Math.round(gray.width / CELLS_ACROSS)), 8);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const values = Float64Array.from(data, value => value - mean);
  return { values, contrast: Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) };
}

/** Correlation, -1..1. Two flat pictures count as equal. */
function correlation(a: Coarse, b: Coarse): number {
  const flat = a.contrast < 1 || b.contrast < 1;
  if (flat) return a.contrast < 1 && b.contrast < 1 ? 1 : 0;
  const product = a.values.reduce((sum, value, i) => sum + value * b.values[i]!, 0) / a.values.length;
  return product / (a.contrast * b.contrast);
}

/** Removes the inner pick whose neighbours are closest to each other. */
function removeDensest(picks: Pick[]): void {
  const room = (place: number) => picks[place + 1]!.frame.seconds - picks[place - 1]!.frame.seconds;
  let nearest = 1;
  for (let place = 1; place < picks.length - 1; place++) if (room(place) < room(nearest)) nearest = place;
  picks.splice(nearest, 1);
}

/** Index of the frame furthest in time from every pick. */
function furthest(others: readonly Pick[], picks: readonly Pick[]): number {
  const distances = others.map(({ frame }) => Math.min(...picks.map(one => Math.abs(one.frame.seconds - frame.seconds))));
  return distances.indexOf(Math.max(...distances));
}
