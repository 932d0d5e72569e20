import { useMemo, useRef } from 'preact/hooks';
import type { Curves, ShotView, WorstSpot } from '../../contract.ts';
import { isDragged } from '../parts/drag.ts';
import { frameUnder, leftOf } from '../parts/frame-axis.ts';
import { useWidth } from '../parts/use-width.ts';
import { seek } from '../state/actions.ts';
import { keyframeOn, type State, shotAt } from '../state/store.ts';
import { curvePath, useCurves } from './curves.ts';
import { HintLaneList } from './hint-lanes.tsx';
import { KeyMarks } from './key-marks.tsx';
import { nearGroups } from './near-groups.ts';

/** The curve of flicker reaches at least so far up, in 8-bit code values, so that a calm shot looks calm. */
const CALM_FLICKER = 4;

/** One shot over its whole width: trust and flicker of each frame, its keyframes and its worst spots. */
export function TimelineBar({ review }: { review: State }) {
  const shot = shotAt(review.project!, review.frame);
  const curves = useCurves(shot);
  const lanes = useRef<HTMLDivElement>(null);
  const width = useWidth(lanes);
  const at = curves ? review.frame - curves.start : 0;
  const flickerAt = (index: number) => figure(curves?.flicker[index - curves.start], 1);
  const scrub = (event: PointerEvent) => {
    if (isDragged(event)) seek(frameUnder(event, event.currentTarget as HTMLElement, shot));
  };
  // What is the same is not drawn anew with each frame that is played.
  const plot = useMemo(() => <Plot shot={shot} curves={curves} />, [shot, curves]);
  const chosen = keyframeOn(review.project!, review.frame)?.index;
  const marks = useMemo(() => <KeyMarks shot={shot} chosen={chosen} width={width} />, [shot, chosen, width]);
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
        <div class="spots" ref={lanes}>
          {worstApart(shot, width).map(spot => (
            <button
              type="button"
              class="bare spot"
              key={spot.index}
              style={{ left: leftOf(spot.index, shot) }}
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
          {plot}
          <span class="head" style={{ left: leftOf(review.frame, shot) }} />
        </div>
        {marks}
        <HintLaneList review={review} shot={shot} width={width} />
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

/** The worst spots; of those that lie too close to be hit, the worst. */
function worstApart({ worst = [], start, end }: ShotView, width: number): WorstSpot[] {
  const rising = worst.toSorted((a, b) => a.index - b.index);
  const groups = nearGroups(rising, ({ index }) => ((index - start) / (end - start)) * width);
  return groups.map(group => group.reduce((least, spot) => (spot.trust < least.trust ? spot : least)));
}

function figure(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}
