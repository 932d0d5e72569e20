import type { Hint } from '../media/hint.ts';
import { hintsOf, type Plan } from '../media/plan.ts';
import { followHints } from '../stages/follow-hints.ts';
import { openReel } from '../stages/reel.ts';
import { workingGrid } from '../stages/working-grid.ts';
import type { Workshop } from './composition.ts';

/**
 * The hints of every keyframe of a shot: its own (drawn last, so that they win), over those of the shot's other keyframes, followed to it
 * along the flow. A shot with hints is decoded once more for that, ahead of its rendering, since a hint speaks for earlier frames, too.
 */
export async function shotHints(
  plan: Plan,
  number: number,
  { film, ffmpeg, threads }: Workshop,
  signal: AbortSignal | undefined,
): Promise<Map<number, Hint[]>> {
  const shot = plan.shots[number]!;
  const own = new Map(shot.keyframes.map(keyframe => [keyframe.index, hintsOf(plan, keyframe)]));
  const hinted = new Map([...own].filter(([, hints]) => hints.length > 0));
  if (hinted.size === 0 || shot.keyframes.length < 2 || shot.kind !== 'steady') return own;
  const asked = new Set(shot.keyframes.filter(({ color }) => color.kind === 'model').map(({ index }) => index));
  const { format } = film;
  const grid = workingGrid(format.width, format.height);
  const reel = openReel(film, ffmpeg, signal);
  try {
    const frames = reel.frames({ index: shot.start, ticks: shot.startTicks }, shot.end);
    const seen = await followHints(frames, { hinted, asked }, { threads, grid, format });
    return new Map([...own].map(([index, hints]) => [index, [...(seen.get(index) ?? []), ...hints]]));
  } finally {
    await reel.close();
  }
}
