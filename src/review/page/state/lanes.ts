import { useEffect, useState } from 'preact/hooks';
import type { HintLanes, ShotView } from '../../contract.ts';
import { fetchLanes } from './api.ts';

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
    fetchLanes(shot.number).then(
      lanes => wanted && setHeld({ shot: shot.number, lanes }),
      () => undefined, // asked again with the next change
    );
    return () => {
      wanted = false;
    };
  }, [shot.number, shot.planned, hinted]);
  return held?.shot === shot.number ? held.lanes : undefined;
}
