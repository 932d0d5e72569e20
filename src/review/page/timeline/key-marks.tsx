import { useState } from 'preact/hooks';
import type { KeyframeView, ShotView } from '../../contract.ts';
import { isDragged } from '../parts/drag.ts';
import { frameUnder, leftOf } from '../parts/frame-axis.ts';
import { edit, seek } from '../state/actions.ts';
import { state, update } from '../state/store.ts';
import { nearGroups } from './near-groups.ts';

/** A click whose pointer slips by less than this share of the shot is no drag. */
const SLIP = 0.004;
const SOURCES = { model: 'the model', picture: 'a picture', reference: 'the model, like a reference' } as const;

interface MarksParts {
  readonly shot: ShotView;
  /** The keyframe that is seen, if one is. */
  readonly chosen: number | undefined;
  /** Of the timeline, in pixels. */
  readonly width: number;
}

/** The keyframes of a shot; where they lie too close to be hit, several share a mark. */
export function KeyMarks({ shot, chosen, width }: MarksParts) {
  const frames = shot.end - shot.start;
  const groups = nearGroups(shot.keyframes, ({ index }) => ((index - shot.start) / frames) * width);
  return (
    <div class="keys">
      {groups.map(group => {
        const first = group[0]!;
        const isChosen = group.some(({ index }) => index === chosen);
        return group.length === 1 ? (
          <KeyMark key={first.index} keyframe={first} shot={shot} chosen={isChosen} />
        ) : (
          <SharedMark key={first.index} group={group} shot={shot} chosen={isChosen} />
        );
      })}
    </div>
  );
}

/** A diamond on its frame: a click goes there, a drag moves the keyframe to another frame. */
function KeyMark({ keyframe, shot, chosen }: { keyframe: KeyframeView; shot: ShotView; chosen: boolean }) {
  const [to, setTo] = useState<number>();
  const { index } = keyframe;
  const frames = shot.end - shot.start;
  const hints = keyframe.hints.length;
  const drag = (event: PointerEvent) => {
    if (isDragged(event)) setTo(frameUnder(event, (event.currentTarget as HTMLElement).parentElement!, shot));
  };
  const drop = () => {
    setTo(undefined);
    if (to === undefined || to === index || Math.abs(to - index) < SLIP * frames) seek(index);
    else void edit({ kind: 'keyframe-move', index, to }, `Keyframe ${index} moved to frame ${to}.`).then(() => seek(to));
  };
  const label = `Keyframe ${index}, colour from ${SOURCES[keyframe.source]}${hints > 0 ? `, ${hints} hints` : ''}`;
  return (
    <button
      type="button"
      class={`bare key ${keyframe.source} ${chosen ? 'chosen' : ''}`}
      style={{ left: leftOf(to ?? index, shot) }}
      aria-label={label}
      aria-current={chosen ? 'true' : undefined}
      title={`${label}. Drag to move it.`}
      onPointerDown={drag}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={() => setTo(undefined)}
      onClick={() => {
        seek(index);
        update({ isPlaying: false });
      }}
    >
      <Diamond hinted={hints > 0} />
    </button>
  );
}

/** Several keyframes: each click goes to the next of them. */
function SharedMark({ group, shot, chosen }: { group: readonly KeyframeView[]; shot: ShotView; chosen: boolean }) {
  const [first, last] = [group[0]!.index, group.at(-1)!.index];
  const hinted = group.some(({ hints }) => hints.length > 0);
  const label = `${group.length} keyframes from ${first} to ${last}${hinted ? ', with hints' : ''}`;
  const own = group.find(({ source }) => source !== 'model')?.source ?? 'model';
  return (
    <button
      type="button"
      class={`bare key shared ${own} ${chosen ? 'chosen' : ''}`}
      style={{ left: leftOf((first + last) / 2, shot) }}
      aria-label={`${label}: go to the next of them`}
      aria-current={chosen ? 'true' : undefined}
      title={`${label}. Click to go from one to the next.`}
      onClick={() => {
        const { frame } = state();
        seek((group.find(({ index }) => index > frame) ?? group[0]!).index);
        update({ isPlaying: false });
      }}
    >
      <Diamond hinted={hinted} />
    </button>
  );
}

function Diamond({ hinted }: { hinted: boolean }) {
  return (
    <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      <path d="M7 1 13 7 7 13 1 7z" />
      {hinted && <circle cx="7" cy="7" r="1.8" />}
    </svg>
  );
}
