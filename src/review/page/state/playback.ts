import { seek } from './actions.ts';
import { fetchAhead, isSettled } from './pictures.ts';
import { AHEAD, sidesOf } from './shown.ts';
import { secondsAt, state, update } from './store.ts';

/** When no picture came for so long the frame is shown as it is, in milliseconds, rather than standing still for ever. */
const LONGEST_WAIT = 1500;

/** Ask for the frames that come next, nearest first. */
export function prefetch(width: number): void {
  const { project, frame } = state();
  if (!project) return;
  const count = Math.min(AHEAD, project.film.frames - 1 - frame);
  const sides = Array.from({ length: count }, (_, ahead) => sidesOf(state(), frame + 1 + ahead, width));
  fetchAhead(sides.flatMap(({ before, after }) => [after, before]));
}

/**
 * Play at the film's own times; a frame whose pictures have not come holds the film up, and what time that took is not made up
 * for.
 */
export function play(width: () => number): void {
  if (state().isPlaying) return;
  const { project } = state();
  if (!project) return;
  if (state().frame >= project.film.frames - 1) seek(0);
  update({ isPlaying: true });
  let due = performance.now();
  const tick = (now: number): void => {
    const { project, frame, isPlaying } = state();
    if (!isPlaying || !project) return;
    if (frame >= project.film.frames - 1) {
      pause();
      return;
    }
    const next = due + (secondsAt(project, frame + 1) - secondsAt(project, frame)) * 1000;
    const { before, after } = sidesOf(state(), frame + 1, width());
    const here = isSettled(before) && isSettled(after);
    if (now >= next && (here || now - next > LONGEST_WAIT)) {
      // Late by less than a frame: keep the beat. Later: begin a new one.
      due = now - next < next - due ? next : now;
      seek(frame + 1);
    }
    prefetch(width());
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

export function pause(): void {
  update({ isPlaying: false });
}
