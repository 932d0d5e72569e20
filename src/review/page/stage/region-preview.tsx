import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Hint } from '../../../media/plan/hint.ts';
import type { Region } from '../../contract.ts';
import { fetchRegion } from '../state/api.ts';
import { chosenRegion } from '../state/hint-actions.ts';
import { type State, state } from '../state/store.ts';

/** The pointer rests so long before what lies under it is asked for, in milliseconds. */
const REST = 60;

interface ShownRegion {
  readonly region: Region;
  readonly color: string;
}

/** What the fill would colour if it were used where the pointer is; else what the chosen region colours. */
export function useRegion(review: State): ShownRegion | undefined {
  const pointed = usePointedRegion(review);
  const chosen = chosenRegion(review);
  const covered = useChosenRegion(review.frame, review.tool === 'fill' ? undefined : chosen);
  if (pointed) return { region: pointed, color: review.color };
  return covered && chosen && { region: covered, color: chosen.color };
}

function usePointedRegion({ tool, frame, fill, radius, color }: State): Region | undefined {
  const [region, setRegion] = useState<Region>();
  const request = useRef('');
  useEffect(() => {
    setRegion(undefined);
    request.current = '';
    if (tool !== 'fill') return;
    const controller = new AbortController();
    const timer = setInterval(() => {
      const { pointed: place } = state();
      if (!place) return;
      const key = `${place.x} ${place.y}`;
      if (key === request.current) return;
      request.current = key;
      fetchRegion(frame, { ...place, color, radius, fill }, controller.signal).then(
        found => !controller.signal.aborted && setRegion(found),
        () => undefined, // a preview that does not come is none
      );
    }, REST);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [tool, frame, fill, radius]);
  return region;
}

/** Until a changed region is known, its cells of before. */
function useChosenRegion(frame: number, hint: (Hint & { readonly id: string }) | undefined): Region | undefined {
  const [held, setHeld] = useState<{ readonly id: string; readonly frame: number; readonly region: Region }>();
  const key = hint && JSON.stringify(hint);
  useEffect(() => {
    if (!hint) return;
    const controller = new AbortController();
    fetchRegion(frame, hint, controller.signal).then(
      region => !controller.signal.aborted && setHeld({ id: hint.id, frame, region }),
      () => undefined, // a preview that does not come is none
    );
    return () => controller.abort();
  }, [frame, key]);
  return held && held.id === hint?.id && held.frame === frame ? held.region : undefined;
}

export function RegionPreview({ region, color }: ShownRegion) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pen = canvas.current!.getContext('2d')!;
    pen.clearRect(0, 0, region.width, region.height);
    pen.fillStyle = color;
    for (const [row, from, to] of region.runs) pen.fillRect(from, row, to - from, 1);
  }, [region, color]);
  return <canvas ref={canvas} class="region" width={region.width} height={region.height} />;
}
