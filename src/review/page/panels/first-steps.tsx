import { useState } from 'preact/hooks';
import type { State } from '../state/store.ts';

/** Three sentences for a project in which nothing was done yet. */
export function FirstSteps({ review }: { review: State }) {
  const [put, setPut] = useState<'there' | 'away'>('there');
  const { revision, shots } = review.project!;
  if (put === 'away' || revision > 0 || review.tool !== 'none' || shots.some(({ shown }) => shown !== null)) return null;
  return (
    <section class="panel first-steps" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">First steps</h2>
      <ol>
        <li>
          <kbd>R</kbd> renders the film; what the model makes of it is seen on the right of the wipe.
        </li>
        <li>
          Where a colour is wrong, choose one, press <kbd>H</kbd> and click on the thing: a frame takes a few clicks.
        </li>
        <li>The colour goes with the thing through its shot; a lane under the picture says where, and where to help.</li>
      </ol>
      <svg viewBox="0 0 240 60" aria-hidden="true">
        <rect x="1" y="6" width="70" height="48" rx="4" fill="#8a8a8a" />
        <circle cx="36" cy="30" r="13" fill="#5c5c5c" />
        <rect x="85" y="6" width="70" height="48" rx="4" fill="#9a8a70" />
        <circle cx="120" cy="30" r="13" fill="#5c5c5c" />
        <circle cx="120" cy="30" r="5" fill="#3f7d4a" stroke="#fff" stroke-width="1.5" />
        <rect x="169" y="6" width="70" height="48" rx="4" fill="#9a8a70" />
        <circle cx="204" cy="30" r="13" fill="#3f7d4a" />
      </svg>
      <button type="button" class="small" onClick={() => setPut('away')}>
        Put this away
      </button>
    </section>
  );
}
