import type { HintLane, ShotView } from '../../contract.ts';
import { say, seek } from '../state/actions.ts';
import { useLanes } from '../state/lanes.ts';
import { type State, update } from '../state/store.ts';

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly held: boolean;
}

/** Where a lane holds and where not, as stretches of places. */
export function visibleStretches(places: HintLane['places']): Stretch[] {
  const out: { from: number; to: number; held: boolean }[] = [];
  for (const [at, place] of places.entries()) {
    const held = place !== null;
    const last = out.at(-1);
    if (last?.held === held) last.to = at + 1;
    else out.push({ from: at, to: at + 1, held });
  }
  return out;
}

/**
 * A lane per hint: where it is seen, and where it was lost. A click there goes to the frame with its colour in hand, to say where
 * the thing is.
 */
export function HintLaneList({ review, shot }: { review: State; shot: ShotView }) {
  const found = useLanes(shot);
  if (!found || found.lanes.length === 0) return null;
  return (
    <ul class="hint-lanes" aria-label="Where each hint is seen">
      {found.lanes.map((lane, number) => (
        <Lane key={`${lane.index} ${lane.id ?? number}`} lane={lane} start={found.start} frame={review.frame} />
      ))}
    </ul>
  );
}

function Lane({ lane, start, frame }: { lane: HintLane; start: number; frame: number }) {
  const { places, color, name, index } = lane;
  const all = places.length;
  const called = name ?? color;
  const share = (at: number) => `${(at / all) * 100}%`;
  return (
    <li aria-label={`${called}, painted on frame ${index}`}>
      {visibleStretches(places).map(({ from, to, held }) =>
        held ? (
          <button
            type="button"
            class="bare held"
            key={from}
            tabIndex={-1}
            title={`${called} is seen in frames ${start + from} to ${start + to - 1}`}
            aria-label={`${called} is seen in frames ${start + from} to ${start + to - 1}: go there`}
            style={{ left: share(from), width: share(to - from), backgroundColor: color }}
            onClick={() => seek(start + from)}
          />
        ) : (
          <button
            type="button"
            class={`bare lost ${frame >= start + from && frame < start + to ? 'here' : ''}`}
            key={from}
            title={`${called} is not seen in frames ${start + from} to ${start + to - 1}. Click to show where it is.`}
            aria-label={`${called} is not seen in frames ${start + from} to ${start + to - 1}: show where it is`}
            style={{ left: share(from), width: share(to - from) }}
            onClick={() => repair(lane, start + from, start + to - 1)}
          />
        ),
      )}
      <span class="lane-name">{called}</span>
    </li>
  );
}

/** In the middle of what was lost: there the thing is most likely to be seen whole, if it is to be seen at all. */
function repair({ color, name }: HintLane, from: number, to: number): void {
  seek(Math.floor((from + to) / 2));
  update({ color, name: name ?? '', tool: 'hint', isPlaying: false });
  say(`Click on ${name ?? 'the thing'} where it is seen again; where it is hidden, leave it.`);
}
