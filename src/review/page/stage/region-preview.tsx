import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Region } from '../../contract.ts';
import { fetchRegion } from '../state/api.ts';
import { type State, state } from '../state/store.ts';

/** The pointer rests so long before what lies under it is asked for, in milliseconds. */
const REST = 60;

/** What the fill would colour if it were used where the pointer is. */
export function useRegion({ tool, frame, fill, radius, color }: State): Region | undefined {
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

export function RegionPreview({ region, color }: { region: Region; color: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pen = canvas.current!.getContext('2d')!;
    pen.clearRect(0, 0, region.width, region.height);
    pen.fillStyle = color;
    for (const [row, from, to] of region.runs) pen.fillRect(from, row, to - from, 1);
  }, [region, color]);
  return <canvas ref={canvas} class="region" width={region.width} height={region.height} />;
}
