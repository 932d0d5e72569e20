import { Segments } from '../parts/segments.tsx';
import { Select } from '../parts/select.tsx';
import { isSought, SHOT_FILTERS, verdictOf } from '../state/shot-filter.ts';
import { type State, shotAt, update } from '../state/store.ts';
import { giveVerdict, reviewShot, seekSought } from '../state/versions.ts';

const VERDICTS = [
  { value: null, title: 'None', tooltip: 'None' },
  { value: 'approved', title: 'Approved', tooltip: 'Approved (V)' },
  { value: 'needs-work', title: 'Needs work', tooltip: 'Needs work (Shift V)' },
] as const;
const FILTERS = SHOT_FILTERS.map(({ name, title }) => ({ value: name, title }));

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
      <Segments
        legend={`Verdict on shot ${shot.number + 1}`}
        options={VERDICTS}
        value={shot.review?.status ?? null}
        onChoose={status => void giveVerdict(status)}
      />
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
        <Select
          label="Shots to look for"
          tooltip="The others are dimmed in the film's timeline"
          options={FILTERS}
          value={review.filter}
          onChoose={filter => update({ filter })}
        />
        <button type="button" class="small" title="Next of these shots (U)" onClick={() => seekSought(review)}>
          {review.filter === 'all' ? 'Next that needs work' : `Next of ${found}`}
        </button>
      </div>
    </section>
  );
}
