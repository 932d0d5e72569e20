import { CopyPanel } from '../elsewhere/copy-panel.tsx';
import { Segments } from '../parts/segments.tsx';
import { EditListPanel } from '../review/edit-list.tsx';
import { VerdictPanel } from '../review/verdict-panel.tsx';
import { VersionPanel } from '../review/version-panel.tsx';
import { ScopePanel } from '../scopes/scope-panel.tsx';
import { type State, update } from '../state/store.ts';
import { GradePanel } from './grade-panel.tsx';
import { KeyframePanel } from './keyframe-panel.tsx';
import { PalettePanel } from './palette-panel.tsx';

const TABS = [
  { value: 'colour', title: 'Colour', tooltip: 'Keyframe, palette, grade (Shift P)' },
  { value: 'review', title: 'Review', tooltip: 'Verdicts and notes, versions, edits (Shift P)' },
] as const;

/** What can be changed: the keyframe shown, the palette, the grade; or what is said of shots, versions and edits. */
export function Inspector({ review }: { review: State }) {
  return (
    <aside class="inspector" aria-label={review.tab === 'colour' ? 'Colour' : 'Review'}>
      <Segments class="tabs" legend="Panels" options={TABS} value={review.tab} onChoose={tab => update({ tab })} />
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
