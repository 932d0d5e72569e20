import type { SeenAgain } from '../../contract.ts';
import { addressOf } from '../../routes.ts';
import { Icon } from '../parts/icons.tsx';
import { seek } from '../state/actions.ts';
import type { State } from '../state/store.ts';
import { useThumbnail } from '../state/thumbnails.ts';
import { shotsInWords } from './shot-numbers.ts';
import { type Examples, useSeen } from './use-seen.ts';

/** Width of a thumbnail that is asked for, in pixels: twice what is shown, for dense screens. */
const THUMBNAIL = 144;

interface SeenAgainParts {
  readonly review: State;
  /** What is looked for. */
  readonly examples: Examples;
  /** Give it its colour there, as one edit. */
  put(sightings: readonly SeenAgain[]): void;
}

/** The other shots in which a thing is seen, each to be looked at and accepted, or all at once. */
export function SeenAgainList({ review, examples, put }: SeenAgainParts) {
  const { search, more } = useSeen(examples, review.project!.revision);
  if (search.kind !== 'found')
    return (
      <p class="aside" role="status">
        {search.kind === 'looking' ? 'Looking for it in the other shots' : search.message}
      </p>
    );
  const { sightings, hinted, more: left } = search.seen;
  return (
    <div class="seen">
      <p class="aside" role="status">
        {sightings.length > 0
          ? `Also in ${shotsInWords(sightings.map(({ shot }) => shot))}: look, and give it its colour there.`
          : 'It is seen in no other shot that has no hint on it.'}
        {hinted.length > 0 && ` Done in ${shotsInWords(hinted)}.`}
      </p>
      {sightings.length > 1 && (
        <button type="button" class="small" data-accept="all" title="One edit, undone as one (Y)" onClick={() => put(sightings)}>
          Put it in all {sightings.length} shots
        </button>
      )}
      <ul aria-label="Shots in which it is seen again">
        {sightings.map(sighting => (
          <Sighting key={sighting.shot} sighting={sighting} put={put} only={sightings.length === 1} />
        ))}
      </ul>
      {left > 0 && (
        <button type="button" class="quiet small" onClick={more}>
          {left} more may show it: look on
        </button>
      )}
    </div>
  );
}

interface SightingParts extends Pick<SeenAgainParts, 'put'> {
  readonly sighting: SeenAgain;
  /** Whether it is the only one: then accepting all is accepting it. */
  readonly only: boolean;
}

function Sighting({ sighting, put, only }: SightingParts) {
  const { shot, index, x, y, likeness } = sighting;
  const picture = useThumbnail(addressOf('frame', { index }, { width: THUMBNAIL }));
  return (
    <li>
      <button
        type="button"
        class="bare look"
        title={`Look at frame ${index}; ${Math.round(likeness * 100)}% alike`}
        aria-label={`Look at shot ${shot + 1}, frame ${index}`}
        onClick={() => seek(index)}
      >
        {picture && <img src={picture} alt="" draggable={false} />}
        <span class="spot" style={{ left: `${x * 100}%`, top: `${y * 100}%` }} />
      </button>
      <span>
        Shot {shot + 1} <small>{Math.round(likeness * 100)}%</small>
      </span>
      <button
        type="button"
        class="small"
        aria-label={`Put it in shot ${shot + 1}`}
        {...(only && { 'data-accept': 'all' })}
        onClick={() => put([sighting])}
      >
        <Icon name="done" /> Put
      </button>
    </li>
  );
}

/** What the key for all proposals does. */
export function acceptAll(): void {
  document.querySelector<HTMLButtonElement>('[data-accept="all"]')?.click();
}
