import type { ProjectView, ShotView } from '../../contract.ts';

/** Which shots a person looks for. */
export const SHOT_FILTERS = [
  { name: 'all', title: 'All shots' },
  { name: 'needs-work', title: 'Needs work' },
  { name: 'open', title: 'Not approved' },
  { name: 'noted', title: 'With a note' },
  { name: 'stale', title: 'Not rendered' },
] as const;
export type ShotFilter = (typeof SHOT_FILTERS)[number]['name'];

/** An approval of another state of the shot counts for nothing here. */
export function isSought({ review, state }: Pick<ShotView, 'review' | 'state'>, filter: ShotFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'needs-work':
      return review?.status === 'needs-work';
    case 'open':
      return review?.status !== 'approved' || review.since === 'changed';
    case 'noted':
      return review?.note !== undefined;
    case 'stale':
      return state !== 'rendered';
  }
}

/** The next of these shots after a frame's, and after the last the first; undefined where there is none. */
export function nextSought({ shots }: Pick<ProjectView, 'shots'>, frame: number, filter: ShotFilter): ShotView | undefined {
  const sought = shots.filter(shot => isSought(shot, filter));
  return sought.find(({ start }) => start > frame) ?? sought[0];
}

/** What a person said of a shot, in words. */
export function verdictOf({ review }: Pick<ShotView, 'review'>): string {
  if (review?.status === undefined) return 'no verdict';
  const verdict = review.status === 'approved' ? 'approved' : 'needs work';
  return review.since === 'changed' ? `${verdict}, changed since` : verdict;
}
