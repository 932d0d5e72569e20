import { useState } from 'preact/hooks';
import { seek } from '../state/actions.ts';
import type { State } from '../state/store.ts';
import { goToEdit, useHistory } from '../state/versions.ts';

/** Edits that are listed at first, and more with each click. */
const LISTED = 40;

/** Every edit in one line, the last on top. A click goes to the state after it: all later ones are undone, and can be made again. */
export function EditListPanel({ review }: { review: State }) {
  const history = useHistory(review.project!.revision);
  const [listed, setListed] = useState(LISTED);
  if (!history) return null;
  const { edits, position } = history;
  const shown = edits.map((edit, place) => ({ ...edit, place: place + 1 })).reverse();
  const first = Math.max(0, Math.min(edits.length - position, shown.length - listed));
  const go = (place: number, what: string, frame?: number) =>
    void goToEdit(place, what).then(() => frame !== undefined && seek(frame));
  return (
    <section class="panel" aria-labelledby="edits-title">
      <h2 id="edits-title">
        Edits <span>{position}</span>
      </h2>
      {edits.length === 0 ? (
        <p class="aside">Everything that you do is listed here, and can be gone back to.</p>
      ) : (
        <>
          <p class="aside">A click goes to the state after an edit, the cross to the state before it.</p>
          <ol class="edits" aria-label="Edits, the last first" reversed>
            {shown.slice(0, first + listed).map(({ line, frame, place }) => (
              <li key={place} class={place > position ? 'undone' : ''}>
                <button
                  type="button"
                  class="quiet small line"
                  aria-current={place === position ? 'step' : undefined}
                  title={`${line}: go to the state after it`}
                  onClick={() => go(place, `As it was after: ${line}.`, frame)}
                >
                  {line}
                  {place > position && <span class="unseen"> (undone)</span>}
                </button>
                {place <= position && (
                  <button
                    type="button"
                    class="quiet small"
                    aria-label={`Go to the state before: ${line}`}
                    title="Go to the state before it"
                    onClick={() => go(place - 1, `As it was before: ${line}.`, frame)}
                  >
                    ×
                  </button>
                )}
              </li>
            ))}
          </ol>
          {shown.length > first + listed && (
            <button type="button" class="quiet small" onClick={() => setListed(listed + LISTED)}>
              Show earlier edits
            </button>
          )}
        </>
      )}
    </section>
  );
}
