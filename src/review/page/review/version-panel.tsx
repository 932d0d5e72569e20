import { useState } from 'preact/hooks';
import type { VersionView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { type State, update } from '../state/store.ts';
import { NOW_VERSION, nameVersion, removeVersion, restoreVersion } from '../state/versions.ts';
import { ComparisonList } from './comparison-list.tsx';

/** States of the project that were named: kept whatever is edited later, compared, gone back to. */
export function VersionPanel({ review }: { review: State }) {
  const { versions } = review.project!;
  return (
    <section class="panel" aria-labelledby="versions-title">
      <h2 id="versions-title">Versions</h2>
      {versions.length === 0 && <p class="aside">Name the state that the project is in, to compare it later or go back to it.</p>}
      <NewVersion />
      {versions.length > 0 && (
        <>
          <ul class="versions">
            {[...versions].reverse().map(version => (
              <Version key={version.id} version={version} />
            ))}
          </ul>
          <Compare review={review} />
        </>
      )}
    </section>
  );
}

function NewVersion() {
  const [name, setName] = useState('');
  const add = (event: Event) => {
    event.preventDefault();
    const given = name.trim();
    if (given !== '') void nameVersion(given).then(revision => revision !== undefined && setName(''));
  };
  return (
    <form class="row" onSubmit={add}>
      <input
        type="text"
        aria-label="Name of this version"
        placeholder="Name this state"
        maxLength={100}
        value={name}
        onInput={event => setName(event.currentTarget.value)}
      />
      <button type="submit" class="small" disabled={name.trim() === ''}>
        Keep
      </button>
    </form>
  );
}

function Version({ version: { id, name, made } }: { version: VersionView }) {
  const [step, setStep] = useState<'asks' | 'rests'>('rests');
  return (
    <li>
      <span class="name" title={name}>
        {name}
        <small>{new Date(made).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}</small>
      </span>
      {step === 'asks' ? (
        <>
          <button type="button" class="small" onClick={() => void removeVersion(id, name)}>
            Remove for good
          </button>
          <button type="button" class="quiet small" onClick={() => setStep('rests')}>
            Keep
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            class="small"
            title="The project becomes as it was; undo brings back what was"
            aria-label={`Go back to ${name}`}
            onClick={() => void restoreVersion(id, name)}
          >
            Go back
          </button>
          <button type="button" class="quiet small" aria-label={`Remove version ${name}`} onClick={() => setStep('asks')}>
            <Icon name="remove" />
          </button>
        </>
      )}
    </li>
  );
}

function Compare({ review }: { review: State }) {
  const { compared, project } = review;
  const sides = [{ id: NOW_VERSION, name: 'As it is now' }, ...project!.versions];
  const last = project!.versions.at(-1)!.id;
  const choose = (side: 'one' | 'other', id: string) =>
    update({ compared: { one: last, other: NOW_VERSION, ...compared, [side]: id } });
  return (
    <>
      <div class="compare">
        {(['one', 'other'] as const).map(side => (
          <select
            key={side}
            aria-label={side === 'one' ? 'Compare, on the left' : 'Compare, on the right'}
            value={compared?.[side] ?? (side === 'one' ? last : NOW_VERSION)}
            onChange={event => choose(side, event.currentTarget.value)}
          >
            {sides.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        ))}
        <button
          type="button"
          class="small"
          aria-pressed={compared !== undefined}
          title="The picture shows both, wiped or side by side (2, 4)"
          onClick={() => update({ compared: compared ? undefined : { one: last, other: NOW_VERSION } })}
        >
          Compare
        </button>
      </div>
      {compared && <ComparisonList review={review} compared={compared} />}
    </>
  );
}
