import { useState } from 'preact/hooks';
import type { Curves, KeyframeView, ShotView } from '../../contract.ts';
import { frameUnder, isDragged } from '../parts/drag.ts';
import { edit, seek } from '../state/actions.ts';
import { type State, shotAt, update } from '../state/store.ts';
import { curvePath, useCurves } from './curves.ts';
import { HintLaneList } from './hint-lanes.tsx';

/** The curve of flicker reaches at least so far up, in 8-bit code values, so that a calm shot looks calm. */
const CALM_FLICKER = 4;
/** A click whose pointer slips by less than this share of the shot is no drag. */
const SLIP = 0.004;

/** One shot over its whole width: trust and flicker of each frame, its keyframes and its worst spots. */
export function TimelineBar({ review }: { review: State }) {
  const shot = shotAt(review.project!, review.frame);
  const curves = useCurves(shot);
  const share = (frame: number) => ((frame - shot.start + 0.5) / (shot.end - shot.start)) * 100;
  const at = curves ? review.frame - curves.start : 0;
  const flickerAt = (index: number) => figure(curves?.flicker[index - curves.start], 1);
  const scrub = (event: PointerEvent) => {
    if (isDragged(event)) seek(frameUnder(event, event.currentTarget as HTMLElement, shot));
  };
  return (
    <section class="timeline" aria-label={`Timeline of shot ${shot.number + 1}`}>
      <dl class="legend">
        <div>
          <dt class="trust">Trust</dt>
          <dd>{figure(curves?.trust[at], 2)}</dd>
        </div>
        <div>
          <dt class="flicker">Flicker</dt>
          <dd>{figure(curves?.flicker[at], 1)}</dd>
        </div>
      </dl>
      <div class="lanes">
        <div class="spots">
          {(shot.worst ?? []).map(spot => (
            <button
              type="button"
              class="bare spot"
              key={spot.index}
              style={{ left: `${share(spot.index)}%` }}
              title={`Frame ${spot.index}: flicker ${flickerAt(spot.index)}, trust ${figure(spot.trust, 2)}`}
              aria-label={`Worst spot at frame ${spot.index}: flicker ${flickerAt(spot.index)}, trust ${figure(spot.trust, 2)}`}
              onClick={() => seek(spot.index)}
            >
              <svg viewBox="0 0 12 10" width="12" height="10" aria-hidden="true">
                <path d="M0 0h12L6 10z" fill="currentColor" />
              </svg>
            </button>
          ))}
        </div>
        <div class="plot" onPointerDown={scrub} onPointerMove={scrub}>
          <Plot shot={shot} curves={curves} />
          <span class="head" style={{ left: `${share(review.frame)}%` }} />
        </div>
        <div class="keys">
          {shot.keyframes.map(keyframe => (
            <KeyMark key={keyframe.index} keyframe={keyframe} shot={shot} chosen={keyframe.index === review.frame} />
          ))}
        </div>
        <HintLaneList review={review} shot={shot} />
      </div>
    </section>
  );
}

function Plot({ shot, curves }: { shot: ShotView; curves: Curves | undefined }) {
  if (!curves)
    return <p class="empty">{shot.state === 'rendering' ? 'Rendering: the curves follow' : 'Curves follow the first render'}</p>;
  const trust = curvePath(curves.trust, 1, 'lowest');
  const highest = curves.flicker.reduce((most, value) => Math.max(most, value), CALM_FLICKER);
  return (
    <svg
      viewBox="0 0 1000 100"
      preserveAspectRatio="none"
      role="img"
      aria-label={`Trust and flicker of frames ${shot.start} to ${shot.end - 1}`}
    >
      <path class="half" d="M0 50H1000" />
      <path class="trust area" d={`${trust}V100H0Z`} />
      <path class="trust" d={trust} />
      <path class="flicker" d={curvePath(curves.flicker, highest, 'highest')} />
    </svg>
  );
}

const SOURCES = { model: 'the model', picture: 'a picture', reference: 'the model, like a reference' } as const;

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
      style={{ left: `${(((to ?? index) - shot.start + 0.5) / frames) * 100}%` }}
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
      <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
        <path d="M7 1 13 7 7 13 1 7z" />
        {hints > 0 && <circle cx="7" cy="7" r="1.8" />}
      </svg>
    </button>
  );
}

function figure(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}
