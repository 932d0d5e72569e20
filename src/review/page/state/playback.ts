import type { ProjectView } from '../../contract.ts';
import { seek } from './actions.ts';
import { playFilm } from './film-player.ts';
import { fetchAhead, isSettled } from './pictures.ts';
import { AHEAD, sidesOf } from './shown.ts';
import { secondsAt, shotAt, state, update } from './store.ts';

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

/** Play from the frame that is seen: a shot whose film is ready with its sound, any other by single frames. */
export function play(width: () => number): void {
  const { project, isPlaying, frame } = state();
  if (isPlaying || !project) return;
  if (frame >= project.film.frames - 1) seek(0);
  update({ isPlaying: true });
  goOn(width);
}

function goOn(width: () => number): void {
  if (state().isPlaying && !playFilm(() => shotEnded(width))) playFrames(width);
}

/** The shot that was played is at its end, or has been left. */
function shotEnded(width: () => number): void {
  const { project, frame, loop, isPlaying } = state();
  if (!isPlaying || !project) return;
  const shot = shotAt(project, frame);
  const isAtEnd = frame >= shot.end - 1;
  if (isAtEnd && loop === 'off' && shot.end >= project.film.frames) {
    pause();
    return;
  }
  if (isAtEnd) seek(loop === 'shot' ? shot.start : shot.end);
  goOn(width);
}

/**
 * Play single frames at the film's own times; a frame whose pictures have not come holds the film up, and what time that took is
 * not made up for. A shot that begins and whose film is ready is played by that.
 */
function playFrames(width: () => number): void {
  let due = performance.now();
  const tick = (now: number): void => {
    const { project, frame, isPlaying } = state();
    if (!isPlaying || !project) return;
    const shot = shotAt(project, frame);
    if (frame >= shot.end - 1 && now >= due + frameTime(project, frame)) {
      shotEnded(width);
      return;
    }
    const next = due + frameTime(project, frame);
    const { before, after } = sidesOf(state(), Math.min(frame + 1, project.film.frames - 1), width());
    const here = isSettled(before) && isSettled(after);
    if (frame < shot.end - 1 && now >= next && (here || now - next > LONGEST_WAIT)) {
      // Late by less than a frame: keep the beat. Later: begin a new one.
      due = now - next < next - due ? next : now;
      seek(frame + 1);
    }
    prefetch(width());
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/** In milliseconds. */
function frameTime(project: ProjectView, frame: number): number {
  return (secondsAt(project, frame + 1) - secondsAt(project, frame)) * 1000;
}

export function pause(): void {
  update({ isPlaying: false });
}
