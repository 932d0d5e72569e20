import { useEffect, useState } from 'preact/hooks';
import type { HintLanes, ShotView } from '../../contract.ts';
import { fetchLanes } from './api.ts';
import { whenQuiet } from './pictures.ts';

interface Held {
  readonly shot: number;
  readonly lanes: HintLanes;
}

/** Where a shot's hints lie in its frames. While changes are being followed, what was known before. */
export function useLanes(shot: ShotView): HintLanes | undefined {
  const [held, setHeld] = useState<Held>();
  const hinted = shot.keyframes.some(({ hints }) => hints.length > 0);
  useEffect(() => {
    let wanted = true;
    void lanesOf(shot).then(
      lanes => wanted && lanes && setHeld({ shot: shot.number, lanes }),
      () => undefined, // asked again with the next change
    );
    return () => {
      wanted = false;
    };
  }, [shot.number, shot.planned, hinted]);
  return held?.shot === shot.number ? held.lanes : undefined;
}

const requested: { planned: string | undefined; lanes: Promise<HintLanes | undefined>; stop: AbortController } = {
  planned: undefined,
  lanes: Promise.resolve(undefined),
  stop: new AbortController(),
};

/**
 * Asked once for all that show them, and after the picture: to follow hints through a shot takes the server seconds, through a long
 * one minutes, and it does not go on for a shot that has changed or is not seen any more.
 */
function lanesOf({ number, planned }: ShotView): Promise<HintLanes | undefined> {
  if (requested.planned === planned) return requested.lanes;
  requested.stop.abort();
  const stop = new AbortController();
  const ask = () => (stop.signal.aborted ? undefined : fetchLanes(number, stop.signal));
  Object.assign(requested, { planned, stop, lanes: whenQuiet().then(ask) });
  requested.lanes.catch(() => {
    if (!stop.signal.aborted) requested.planned = undefined;
  });
  return requested.lanes;
}
