import { useState } from 'preact/hooks';
import type { VersionView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { NameForm } from '../parts/name-form.tsx';
import { Select } from '../parts/select.tsx';
import { type State, update } from '../state/store.ts';
import { compareLast, NOW_VERSION, nameVersion, removeVersion, restoreVersion, versionTitle } from '../state/versions.ts';
import { ComparisonList } from './comparison-list.tsx';

/** States of the project that were named: kept whatever is edited later, compared, gone back to. */
export function VersionPanel({ review }: { review: State }) {
  const { versions } = review.project!;
  return (
    <section class="panel" aria-labelledby="versions-title">
      <h2 id="versions-title">Versions</h2>
      {versions.length === 0 && <p class="aside">Name the state that the project is in, to compare it later or go back to it.</p>}
      <NameForm label="Name of this version" placeholder="Name this state" maxLength={100} action="Keep" onName={nameVersion} />
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
            Cancel
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
  const sides = [NOW_VERSION, ...project!.versions.map(({ id }) => id)].map(id => ({
    value: id,
    title: versionTitle(project!, id),
  }));
  const chosen = compared ?? { one: project!.versions.at(-1)!.id, other: NOW_VERSION };
  return (
    <>
      <div class="compare">
        {(['one', 'other'] as const).map(side => (
          <Select
            key={side}
            label={side === 'one' ? 'Compare, on the left' : 'Compare, on the right'}
            options={sides}
            value={chosen[side]}
            onChoose={id => update({ compared: { ...chosen, [side]: id } })}
          />
        ))}
        <button
          type="button"
          class="small"
          aria-pressed={compared !== undefined}
          title="The picture shows both, wiped or side by side (2, 4)"
          onClick={() => compareLast(review)}
        >
          Compare
        </button>
      </div>
      {compared && <ComparisonList review={review} compared={compared} />}
    </>
  );
}
