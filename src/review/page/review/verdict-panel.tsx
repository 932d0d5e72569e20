import { isSought, SHOT_FILTERS, type ShotFilter, verdictOf } from '../state/shot-filter.ts';
import { type State, shotAt, update } from '../state/store.ts';
import { reviewShot, seekSought } from '../state/versions.ts';

const VERDICTS = [
  { status: null, title: 'None', what: 'has no verdict any more', key: '' },
  { status: 'approved', title: 'Approved', what: 'is approved', key: ' (V)' },
  { status: 'needs-work', title: 'Needs work', what: 'needs work', key: ' (Shift V)' },
] as const;

/** What a person says of the shot that is seen, and which shots are looked for. */
export function VerdictPanel({ review }: { review: State }) {
  const project = review.project!;
  const shot = shotAt(project, review.frame);
  const found = project.shots.filter(one => isSought(one, review.filter)).length;
  return (
    <section class="panel" aria-labelledby="verdict-title">
      <h2 id="verdict-title">
        Shot <span>{shot.number + 1}</span>
      </h2>
      <fieldset class="segments">
        <legend class="unseen">Verdict on shot {shot.number + 1}</legend>
        {VERDICTS.map(({ status, title, what, key }) => {
          const isChosen = (shot.review?.status ?? null) === status;
          return (
            <label key={title} class={isChosen ? 'chosen' : ''} title={`${title}${key}`}>
              <input type="radio" name="verdict" checked={isChosen} onChange={() => void reviewShot({ status }, what)} />
              {title}
            </label>
          );
        })}
      </fieldset>
      {shot.review?.since === 'changed' && <p class="aside notice">Changed since: {verdictOf(shot)}.</p>}
      <textarea
        key={`${shot.number} ${shot.review?.note ?? ''}`}
        id="shot-note"
        rows={2}
        maxLength={2000}
        aria-label={`Note on shot ${shot.number + 1}`}
        placeholder="A note on this shot, kept in the project (T)"
        defaultValue={shot.review?.note ?? ''}
        onChange={event => {
          const note = event.currentTarget.value.trim() || null;
          void reviewShot({ note }, note === null ? 'has no note any more' : 'has a note');
        }}
      />
      <div class="row">
        <select
          aria-label="Shots to look for"
          title="The others are dimmed in the film's timeline"
          value={review.filter}
          onChange={event => update({ filter: event.currentTarget.value as ShotFilter })}
        >
          {SHOT_FILTERS.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        <button type="button" class="small" title="Next of these shots (U)" onClick={() => seekSought(review)}>
          {review.filter === 'all' ? 'Next that needs work' : `Next of ${found}`}
        </button>
      </div>
    </section>
  );
}
