import type { State } from '../state/store.ts';
import { GradePanel } from './grade-panel.tsx';
import { KeyframePanel } from './keyframe-panel.tsx';
import { PalettePanel } from './palette-panel.tsx';

/** What can be changed: the keyframe shown, the palette, the grade. */
export function Inspector({ review }: { review: State }) {
  return (
    <aside class="inspector" aria-label="Colour">
      <KeyframePanel review={review} />
      <PalettePanel review={review} />
      <GradePanel review={review} />
    </aside>
  );
}
