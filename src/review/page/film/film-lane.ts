import type { ShotView } from '../../contract.ts';
import { isSought, type ShotFilter } from '../state/shot-filter.ts';

/** What a pixel of the lane says: whether its shot is rendered, or what a person said of it. */
export type LaneState = 'none' | 'approved' | 'outdated' | 'rendered' | 'stale' | 'rendering' | 'needs-work';
/** What is to be done must not be hidden by what is done, where many shots share a pixel. */
const RISING: readonly LaneState[] = ['none', 'approved', 'outdated', 'rendered', 'stale', 'rendering', 'needs-work'];

export interface LaneColumn {
  readonly state: LaneState;
  readonly verdict: LaneState;
  readonly sought: boolean;
  /** Whether a shot begins here; a lane in which most do shows no borders. */
  readonly begins: boolean;
}

/** The lane of all shots, a column a pixel: of shots that share one, the one with most to be done counts. */
export function laneColumns(shots: readonly ShotView[], width: number, filter: ShotFilter): LaneColumn[] {
  const [first, end] = [shots[0]!.start, shots.at(-1)!.end];
  const columns = Array.from({ length: width }, (): LaneColumn | undefined => undefined);
  for (const shot of shots) {
    const from = Math.floor(((shot.start - first) / (end - first)) * width);
    const to = Math.max(from + 1, Math.floor(((shot.end - first) / (end - first)) * width));
    const own = { state: shot.state, verdict: verdictColor(shot), sought: isSought(shot, filter) };
    for (let x = from; x < Math.min(to, width); x++) columns[x] = joined(columns[x], { ...own, begins: x === from && from > 0 });
  }
  return columns.map(column => column ?? { state: 'none', verdict: 'none', sought: false, begins: false });
}

function verdictColor({ review }: ShotView): LaneState {
  if (review?.status === 'approved' && review.since === 'changed') return 'outdated';
  return review?.status ?? 'none';
}

function joined(before: LaneColumn | undefined, added: LaneColumn): LaneColumn {
  if (!before) return added;
  const higher = (one: LaneState, other: LaneState) => (RISING.indexOf(one) >= RISING.indexOf(other) ? one : other);
  return {
    state: higher(before.state, added.state),
    verdict: higher(before.verdict, added.verdict),
    sought: before.sought || added.sought,
    begins: before.begins || added.begins,
  };
}
