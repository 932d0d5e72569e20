import { CopyPanel } from '../elsewhere/copy-panel.tsx';
import { nextOption, Segments } from '../parts/segments.tsx';
import { EditListPanel } from '../review/edit-list.tsx';
import { VerdictPanel } from '../review/verdict-panel.tsx';
import { VersionPanel } from '../review/version-panel.tsx';
import { ScopePanel } from '../scopes/scope-panel.tsx';
import { type State, type Tab, update } from '../state/store.ts';
import { FirstSteps } from './first-steps.tsx';
import { GradePanel } from './grade-panel.tsx';
import { KeyframePanel } from './keyframe-panel.tsx';
import { PalettePanel } from './palette-panel.tsx';

const TABS: readonly { readonly value: Tab; readonly title: string; readonly tooltip: string }[] = [
  { value: 'colour', title: 'Colour', tooltip: 'Keyframe, palette, copies to other shots (Shift P)' },
  { value: 'grade', title: 'Grade', tooltip: 'Grade and scopes (Shift P)' },
  { value: 'review', title: 'Review', tooltip: 'Verdicts and notes, versions, edits (Shift P)' },
];

/** Opens the panels at the next tab. */
export function nextTab({ tab }: Pick<State, 'tab'>): void {
  update({ tab: nextOption(TABS, tab), panels: 'open' });
}

/** What can be changed: the keyframe shown, the palette; the grade, beside the scopes; what is said of shots, versions and edits. */
export function Inspector({ review }: { review: State }) {
  const { tab } = review;
  return (
    <aside class="inspector" aria-label={TABS.find(({ value }) => value === tab)!.title}>
      <Segments class="tabs" legend="Panels" options={TABS} value={tab} onChoose={chosen => update({ tab: chosen })} />
      {tab === 'colour' && (
        <>
          <FirstSteps review={review} />
          <KeyframePanel review={review} />
          <PalettePanel review={review} />
          <CopyPanel review={review} />
        </>
      )}
      {tab === 'grade' && (
        <>
          <GradePanel review={review} />
          <ScopePanel review={review} />
        </>
      )}
      {tab === 'review' && (
        <>
          <VerdictPanel review={review} />
          <VersionPanel review={review} />
          <EditListPanel review={review} />
        </>
      )}
    </aside>
  );
}
