import { useMemo } from 'preact/hooks';
import type { HintLane, ShotView } from '../../contract.ts';
import { frameUnder, leftOf } from '../parts/frame-axis.ts';
import { say, seek } from '../state/actions.ts';
import { useLanes } from '../state/lanes.ts';
import { type State, update } from '../state/store.ts';
import { nearGroups } from './near-groups.ts';

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly held: boolean;
}

/** Where a lane holds and where not, as stretches of places. */
function visibleStretches(places: HintLane['places']): Stretch[] {
  const out: { from: number; to: number; held: boolean }[] = [];
  for (const [at, place] of places.entries()) {
    const held = place !== null;
    const last = out.at(-1);
    if (last?.held === held) last.to = at + 1;
    else out.push({ from: at, to: at + 1, held });
  }
  return out;
}

/** The stretches in which a lane is lost, `times` so many of them together that each can be hit on a lane of this width (pixels). */
function lostStretches(places: HintLane['places'], width: number): { from: number; to: number; times: number }[] {
  const lost = visibleStretches(places).filter(({ held }) => !held);
  const groups = nearGroups(lost, ({ from }) => (from / places.length) * width);
  return groups.map(group => ({ from: group[0]!.from, to: group.at(-1)!.to, times: group.length }));
}

/**
 * A lane per hint: where it is seen, and where it was lost. A click there goes to the frame with its colour in hand, to say where
 * the thing is.
 */
export function HintLaneList({ review, shot, width }: { review: State; shot: ShotView; width: number }) {
  const found = useLanes(shot);
  const lanes = useMemo(
    () => found?.lanes.map((lane, number) => <Lane key={`${lane.index} ${lane.id ?? number}`} {...{ lane, shot, width }} />),
    [found, shot, width],
  );
  if (!found || found.lanes.length === 0) return <LaneRoom shot={shot} />;
  return (
    <ul class="hint-lanes" aria-label="Where each hint is seen" style={{ '--place': leftOf(review.frame, shot) }}>
      {lanes}
    </ul>
  );
}

/** The room of lanes that are not known yet, and of a first one: the picture does not move under the hand. */
function LaneRoom({ shot }: { shot: ShotView }) {
  const hints = shot.keyframes.reduce((sum, keyframe) => sum + keyframe.hints.length, 0);
  return (
    <div class="hint-lanes">
      {Array.from({ length: Math.max(1, hints) }, (_, lane) => (
        <div class="no-lane" key={lane} />
      ))}
    </div>
  );
}

function Lane({ lane, shot, width }: { lane: HintLane; shot: ShotView; width: number }) {
  const { places, color, name, index } = lane;
  const all = places.length;
  const called = name ?? color;
  const { start } = shot;
  const share = (at: number) => `${(at / all) * 100}%`;
  return (
    <li aria-label={`${called}, painted on frame ${index}`}>
      <button
        type="button"
        class="bare held"
        tabIndex={-1}
        title={`${called}: where it is coloured it is seen. Click to go there.`}
        aria-label={`Go to a frame of the lane of ${called}`}
        onClick={event => seek(frameUnder(event, event.currentTarget, shot))}
      >
        <svg viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
          <path d={heldPath(places, width)} fill={color} />
        </svg>
      </button>
      {lostStretches(places, width).map(({ from, to, times }) => {
        const lost = times === 1 ? 'is not seen in frames' : `is lost ${times} times in frames`;
        const what = `${called} ${lost} ${start + from} to ${start + to - 1}`;
        return (
          <button
            type="button"
            class="bare lost"
            key={from}
            title={`${what}. Click to show where it is.`}
            aria-label={`${what}: show where it is`}
            style={{ left: share(from), width: share(to - from) }}
            onClick={() => repair(lane, start + from, start + to - 1)}
          />
        );
      })}
      <span class="lane-name">{called}</span>
    </li>
  );
}

/** Where a lane holds, as boxes in a box 1000 wide and 1 high; of what shares a pixel, one place is enough. */
function heldPath(places: HintLane['places'], width: number): string {
  const pixels = Math.min(width, places.length);
  const held = Array.from({ length: pixels }, (_, x): HintLane['places'][number] => {
    const [from, to] = [Math.floor((x * places.length) / pixels), Math.floor(((x + 1) * places.length) / pixels)];
    return places.slice(from, to).find(place => place !== null) ?? null;
  });
  const at = (pixel: number) => ((pixel / pixels) * 1000).toFixed(1);
  return visibleStretches(held)
    .map(one => (one.held ? `M${at(one.from)} 0H${at(one.to)}V1H${at(one.from)}z` : ''))
    .join('');
}

/** In the middle of what was lost: there the thing is most likely to be seen whole, if it is to be seen at all. */
function repair({ color, name }: HintLane, from: number, to: number): void {
  seek(Math.floor((from + to) / 2));
  update({ color, name: name ?? '', tool: 'hint', isPlaying: false });
  say(`Click on ${name ?? 'the thing'} where it is seen again; where it is hidden, leave it.`);
}
