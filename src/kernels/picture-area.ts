import type { IntegerSamples, Plane } from '../media/plane.ts';
import { codeRange } from './color.ts';

/** A line of a bar: mean luma at most this, 0..1. Bars of scans are a little lighter than black. */
const BAR_LUMA = 0.06;
/** And its spread at most this: grain and scan noise, but no picture. */
const BAR_SPREAD = 0.03;
/** The picture's first lines beside a bar are lighter than it by this: a scene that falls off into the dark has no bar. */
const EDGE_STEP = 0.03;
/** Lines beside a bar that are held against it, as a share of the picture's side. */
const EDGE_LINES = 0.02;
/** Widest bar, as a share of the side. A 9:16 film in a 16:9 frame has bars of 0.34. */
const WIDEST_BAR = 0.36;
/** Narrowest bar that is cut off, as a share of the side: a dark line or two change no model's mind. */
const NARROWEST_BAR = 0.015;

/** A rectangle of whole pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the picture lies in its frame: the frame without black bars at its sides (letterbox, pillarbox, a scan's surround). The whole
 * frame where it has none. `depth` and `range` say what black is.
 */
export function pictureArea(luma: Plane<IntegerSamples>, format: { depth: number; range: 'limited' | 'full' }): Area {
  const codes = codeRange(format.range, format.depth);
  const { width, height, data } = luma;
  const light = (x: number, y: number) => Math.max(0, (data[y * width + x]! - codes.black) / codes.luma);
  const [top, bottom] = bars(height, width, (line, along) => light(along, line));
  const tall = height - top - bottom;
  const [left, right] = bars(width, tall, (line, along) => light(line, top + along));
  return { left, top, width: width - left - right, height: tall };
}

/** Lines of the bar at the first and at the last end of `lines` lines of `length` samples. */
function bars(lines: number, length: number, light: (line: number, along: number) => number): [number, number] {
  const first = bar(lines, length, light);
  const last = bar(lines, length, (line, along) => light(lines - 1 - line, along));
  return [first, last];
}

function bar(lines: number, length: number, light: (line: number, along: number) => number): number {
  const most = Math.floor(lines * WIDEST_BAR);
  const statistics = (line: number) => lineStatistics(length, along => light(line, along));
  let dark = 0;
  for (; dark <= most; dark++) {
    const { mean, spread } = statistics(dark);
    if (mean > BAR_LUMA || spread > BAR_SPREAD) break;
  }
  if (dark > most || dark < lines * NARROWEST_BAR) return 0;
  const beside = Math.min(dark, Math.max(1, Math.round(lines * EDGE_LINES)));
  let step = 0;
  for (let i = 0; i < beside; i++) step += statistics(dark + i).mean - statistics(dark - 1 - i).mean;
  return step / beside >= EDGE_STEP ? dark : 0;
}

/** Some hundreds of samples say what a line holds. */
const SAMPLES = 512;

function lineStatistics(length: number, light: (along: number) => number): { mean: number; spread: number } {
  const step = Math.max(1, Math.floor(length / SAMPLES));
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let along = step >> 1; along < length; along += step) {
    const value = light(along);
    sum += value;
    squares += value * value;
    count++;
  }
  if (count === 0) return { mean: 1, spread: 1 };
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
