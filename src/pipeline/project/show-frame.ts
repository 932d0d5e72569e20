import { screenPicture } from '../../adapters/pictures/screen-picture.ts';
import { KinemacolorError } from '../../errors.ts';
import { gray8, ycbcrToRgb8 } from '../../kernels/color/color.ts';
import { shownGray } from '../../kernels/color/shown-gray.ts';
import { boxDecimate } from '../../kernels/filters/resample.ts';
import type { Frame } from '../../media/film/frame.ts';
import { turned } from '../../media/film/shown-picture.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { shotNumberAt } from '../../media/plan/plan.ts';
import { windowAt } from '../../stages/decode/luma-window.ts';
import { hintCells } from '../../stages/keyframes/hint-field.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import type { EditingSession } from './editing-session.ts';

/** A frame of the source, gray, as a JPEG at most `width` pixels wide. Throws `usage` for a frame outside the plan. */
export async function showBefore(session: EditingSession, index: number, width: number): Promise<Buffer> {
  const { film } = session.context;
  return screenPicture(gray8((await sourceFrame(session, index)).luma, film.format), film, width);
}

/** A frame of a finished shot, by the fingerprint of that; undefined where there is no such shot any more. */
export async function showRendered(
  session: EditingSession,
  index: number,
  { fingerprint, width }: { readonly fingerprint: string; readonly width: number },
): Promise<Buffer | undefined> {
  if (!(await session.report(fingerprint))) return undefined;
  const { rgb, shown } = await renderedPicture(session, index, fingerprint);
  return screenPicture(rgb, shown, width);
}

/**
 * A frame of a finished shot, 8-bit RGB as coded, and how it is seen. Throws `internal` where the shot has not so many frames.
 */
export async function renderedPicture(session: EditingSession, index: number, fingerprint: string) {
  const shot = session.project.plan().shots[shotNumberAt(session.project.plan(), index)]!;
  const { start, startTicks } = shot;
  const ticks = (await session.context.times.of(index, shot)) ?? (await sourceFrame(session, index)).ticks;
  const found = await session.segments.frame(session.segment(fingerprint), index - start, ticks - startTicks);
  if (!found) throw new KinemacolorError('internal', `The rendered shot of frame ${index} does not hold it.`);
  const { rotation, sampleAspect, format } = session.context.film;
  const own = { ...found.film.format, matrix: format.matrix, window: windowAt(format, found.film.format.depth) };
  return { rgb: ycbcrToRgb8(found.frame, own), shown: { format: own, sampleAspect, rotation } };
}

/**
 * A keyframe coloured at once as a plan says (default: the current one), nothing rendered: with all the hints that it will be
 * rendered with, those that come from other keyframes too. Throws `usage` for a frame that is no keyframe.
 */
export async function showKeyframe(
  session: EditingSession,
  index: number,
  width: number,
  plan = session.project.plan(),
): Promise<Buffer> {
  const rgb = await session.keyframes.picture(plan, index, () => sourceFrame(session, index));
  return screenPicture(rgb, session.context.film, width);
}

/** The cells of the working grid that a hint would colour in a frame, upright, as runs of rows. */
export async function showRegion(
  session: EditingSession,
  index: number,
  hint: Hint,
): Promise<{ width: number; height: number; runs: (readonly [row: number, from: number, to: number])[] }> {
  const { film } = session.context;
  const { factor } = workingGrid(film.format.width, film.format.height);
  const gray = shownGray({ boxDecimate }, (await sourceFrame(session, index)).luma, factor, film.format);
  const upright = film.rotation % 180 === 0 ? gray : { width: gray.height, height: gray.width };
  const inside = new Uint8Array(gray.width * gray.height);
  for (const cell of hintCells(hint, gray)) {
    const place = { x: ((cell % gray.width) + 0.5) / gray.width, y: (Math.floor(cell / gray.width) + 0.5) / gray.height };
    const { x, y } = turned(place, film.rotation);
    inside[Math.floor(y * upright.height) * upright.width + Math.floor(x * upright.width)] = 1;
  }
  const runs: (readonly [number, number, number])[] = [];
  for (let row = 0; row < upright.height; row++)
    for (let x = 0; x < upright.width; x++) {
      if (inside[row * upright.width + x] === 0) continue;
      const from = x;
      while (x < upright.width && inside[row * upright.width + x] === 1) x++;
      runs.push([row, from, x]);
    }
  return { width: upright.width, height: upright.height, runs };
}

/** A frame of the source. */
export async function sourceFrame(session: EditingSession, index: number): Promise<Frame> {
  const plan = session.project.plan();
  const shot = plan.shots[shotNumberAt(plan, index)]!;
  const frame = await session.frames.frame(index, shot);
  if (frame) return frame;
  throw new KinemacolorError('source', `Frame ${index} of ${session.context.film.path} does not decode.`);
}
