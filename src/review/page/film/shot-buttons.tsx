import type { ShotView } from '../../contract.ts';
import { seek } from '../state/actions.ts';
import { isSought, verdictOf } from '../state/shot-filter.ts';
import { clock, type State, secondsAt, shotAt } from '../state/store.ts';
import { filmRange } from './film-slots.ts';

/** Pixels that a shot has on average at least, for each to have a button. */
const LEAST = 26;

/** A button for each shot, where a film has so few that they can be hit; else the strip and the keys [ and ] are the way. */
export function ShotButtons({ review, width }: { review: State; width: number }) {
  const project = review.project!;
  const { shots } = project;
  if (width / shots.length < LEAST) return null;
  const { first, end } = filmRange(project);
  const share = (frames: number) => `${(frames / (end - first)) * 100}%`;
  const chosen = shotAt(project, review.frame).number;
  return (
    <ol class="shots" aria-label="Shots">
      {shots.map(shot => (
        <li key={shot.number} style={{ left: share(shot.start - first), width: share(shot.end - shot.start) }}>
          <button
            type="button"
            class={`bare shot ${shot.state} ${isSought(shot, review.filter) ? '' : 'dimmed'}`}
            aria-current={shot.number === chosen ? 'true' : undefined}
            aria-label={`Shot ${shot.number + 1}, ${clock(secondsAt(project, shot.start))}, ${stateInWords(shot, review)}, ${verdictOf(shot)}`}
            title={`Shot ${shot.number + 1}, frames ${shot.start} to ${shot.end - 1}: ${stateInWords(shot, review)}, ${verdictOf(shot)}${shot.review?.note ? `. ${shot.review.note}` : ''}`}
            onClick={() => seek(shot.start)}
          >
            {shot.number + 1}
            {shot.review?.status && <span class={`verdict ${shot.review.status}`}>{MARKS[shot.review.status]}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}

const MARKS = { approved: '✓', 'needs-work': '!' } as const;

/** Rendered share of the shot, known while the progress is the shot's own; unknown while it counts the film's frames. */
function shareDone(shot: ShotView, { progress }: State): number | undefined {
  if (progress?.shot !== shot.number || progress.total !== shot.end - shot.start) return undefined;
  return progress.done / progress.total;
}

export function stateInWords(shot: ShotView, review: State): string {
  if (shot.state === 'rendered') return 'done';
  if (shot.state === 'stale') return shot.shown === null ? 'not rendered' : 'changed';
  const share = shareDone(shot, review);
  return share === undefined ? 'rendering' : `rendering ${Math.round(share * 100)}%`;
}
