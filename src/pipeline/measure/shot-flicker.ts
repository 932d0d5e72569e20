import type { PlannedShot } from '../../media/plan/plan.ts';
import { decodeFrames } from '../../stages/decode/decode.ts';
import { decodeColor } from '../../stages/decode/decode-color.ts';
import { compareFilms } from '../../stages/measure/compare-films.ts';
import { measureFrames } from '../../stages/measure/measure-frames.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { RenderContext } from '../run/render-context.ts';

/**
 * Chroma flicker of each frame of a rendered shot: how much its colour changes along the motion since the frame before, in
 * 8-bit code values (`kernels/measures/flicker`). 0 for the first frame.
 */
export async function shotFlicker(
  segment: string,
  shot: PlannedShot,
  { film, ffmpeg, threads }: RenderContext,
  signal: AbortSignal,
): Promise<number[]> {
  const result = await probeFilm(segment, ffmpeg, signal);
  const part = result.format.width === 2 * film.format.width ? 'right' : 'whole';
  const from = { index: shot.start, ticks: shot.startTicks };
  const films = {
    result: decodeColor(result, ffmpeg, { part, signal }),
    source: decodeFrames(film, ffmpeg, { from, count: shot.end - shot.start, signal }),
    truth: undefined,
  };
  const grid = workingGrid(film.format.width, film.format.height);
  const formats = { result: { ...result.format, range: film.format.range }, source: film.format, truth: undefined, grid };
  const flicker: number[] = [];
  for await (const { pair } of measureFrames(compareFilms(films, {}), { threads, formats }))
    flicker.push(rounded(pair?.result.all ?? 0));
  return flicker;
}

function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
