import { CopyPanel } from '../elsewhere/copy-panel.tsx';
import { EditListPanel } from '../review/edit-list.tsx';
import { VerdictPanel } from '../review/verdict-panel.tsx';
import { VersionPanel } from '../review/version-panel.tsx';
import { ScopePanel } from '../scopes/scope-panel.tsx';
import { type State, update } from '../state/store.ts';
import { GradePanel } from './grade-panel.tsx';
import { KeyframePanel } from './keyframe-panel.tsx';
import { PalettePanel } from './palette-panel.tsx';

const TABS = [
  { tab: 'colour', title: 'Colour', what: 'Keyframe, palette, grade' },
  { tab: 'review', title: 'Review', what: 'Verdicts and notes, versions, edits' },
] as const;

/** What can be changed: the keyframe shown, the palette, the grade; or what is said of shots, versions and edits. */
export function Inspector({ review }: { review: State }) {
  return (
    <aside class="inspector" aria-label={review.tab === 'colour' ? 'Colour' : 'Review'}>
      <fieldset class="segments tabs">
        <legend class="unseen">Panels</legend>
        {TABS.map(({ tab, title, what }) => (
          <label key={tab} class={review.tab === tab ? 'chosen' : ''} title={`${what} (Shift P)`}>
            <input type="radio" name="tab" checked={review.tab === tab} onChange={() => update({ tab })} />
            {title}
          </label>
        ))}
      </fieldset>
      {review.tab === 'colour' ? (
        <>
          <ScopePanel review={review} />
          <KeyframePanel review={review} />
          <PalettePanel review={review} />
          <GradePanel review={review} />
          <CopyPanel review={review} />
        </>
      ) : (
        <>
          <VerdictPanel review={review} />
          <VersionPanel review={review} />
          <EditListPanel review={review} />
        </>
      )}
    </aside>
  );
}
