import { useEffect, useState } from 'preact/hooks';
import type { ShotReviewChange } from '../../../media/plan/shot-review.ts';
import type { Comparison, EditList, ProjectView } from '../../contract.ts';
import { edit, perform, say, seek } from './actions.ts';
import { call, json } from './api.ts';
import { nextSought, SHOT_FILTERS } from './shot-filter.ts';
import { type Compared, type State, shotAt, state, update } from './store.ts';

/** What stands for the project as it is now. */
export const NOW_VERSION = 'now';

export function versionTitle({ versions }: Pick<ProjectView, 'versions'>, id: string): string {
  return id === NOW_VERSION ? 'As it is now' : (versions.find(version => version.id === id)?.name ?? 'Removed version');
}

export const nameVersion = (name: string) =>
  perform(`This state is kept as "${name}".`, () => call('nameVersion', json({ name })));

export const restoreVersion = (id: string, name: string) =>
  perform(`The project is as it was in "${name}". Undo brings back what was.`, () => call('restoreVersion', { words: { id } }));

export function removeVersion(id: string, name: string): Promise<unknown> {
  const { compared } = state();
  if (compared?.one === id || compared?.other === id) update({ compared: undefined });
  return perform(`Version "${name}" is removed.`, () => call('removeVersion', { words: { id } }));
}

/** The last version beside the project as it is, or no longer. */
export function compareLast({ compared, project }: State): void {
  const last = project!.versions.at(-1);
  if (!last && !compared) say('There is no version to compare with; keep one first.');
  else update({ compared: compared || !last ? undefined : { one: last.id, other: NOW_VERSION } });
}

export function goToEdit(position: number, what: string): Promise<unknown> {
  return perform(what, () => call('go', json({ position })));
}

/** What a person says of the shot that is seen. */
export function reviewShot(set: ShotReviewChange, what: string): Promise<unknown> {
  const { project, frame } = state();
  const { number } = shotAt(project!, frame);
  return edit({ kind: 'shot-review', shot: number, set }, `Shot ${number + 1} ${what}.`);
}

const VERDICTS = { approved: 'is approved', 'needs-work': 'needs work' } as const;

/** Null takes the verdict on the shot that is seen away. */
export function giveVerdict(status: keyof typeof VERDICTS | null): Promise<unknown> {
  return reviewShot({ status }, status === null ? 'has no verdict any more' : VERDICTS[status]);
}

/** To the next of the shots that are looked for: those that need work, unless others are chosen. */
export function seekSought({ project, frame, filter }: State): void {
  const wanted = filter === 'all' ? 'needs-work' : filter;
  const next = nextSought(project!, frame, wanted);
  const { title } = SHOT_FILTERS.find(({ name }) => name === wanted)!;
  if (!next) say(`No shot is among these: ${title.toLowerCase()}.`);
  else {
    seek(next.start);
    if (next.review?.note) say(`Shot ${next.number + 1}: ${next.review.note}`);
  }
}

/** Every edit, asked for anew whenever there is another. */
export function useHistory(revision: number): EditList | undefined {
  return useAnswer(() => call('history'), `${revision}`);
}

export function useComparison({ one, other }: Compared, serial: number): Comparison | undefined {
  return useAnswer(() => call('compare', { words: { id: one, other } }), `${one} ${other} ${serial}`);
}

function useAnswer<Answer>(ask: () => Promise<Answer>, key: string): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    let wanted = true;
    ask().then(
      found => wanted && setAnswer(found),
      () => undefined, // asked again with the next change
    );
    return () => {
      wanted = false;
    };
  }, [key]);
  return answer;
}
