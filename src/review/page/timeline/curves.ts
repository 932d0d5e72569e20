import { useEffect, useState } from 'preact/hooks';
import type { Curves, ShotView } from '../../contract.ts';
import { fetchCurves, fetchFlicker } from '../state/api.ts';

/** Points a curve is drawn with at most: about two a pixel of a wide screen. */
const MAX_POINTS = 2000;

/**
 * The curves of a shot, fetched anew whenever it has been rendered; nothing where it never was. Flicker, which is measured first,
 * follows.
 */
export function useCurves(shot: ShotView): Curves | undefined {
  const [curves, setCurves] = useState<{ readonly shot: number; readonly curves: Curves }>();
  const measured = shot.shown !== null;
  useEffect(() => {
    if (!measured) return;
    let wanted = true;
    const show = (fetched: Curves) => wanted && setCurves({ shot: shot.number, curves: fetched });
    fetchCurves(shot.number).then(
      fetched => {
        show(fetched);
        // What cannot be measured is left out, as it is until then.
        if (wanted)
          fetchFlicker(shot.number).then(
            ({ flicker }) => show({ ...fetched, flicker }),
            () => undefined,
          );
      },
      // A shot without curves is shown without them: the state beside it says why.
      () => wanted && setCurves(undefined),
    );
    return () => {
      wanted = false;
    };
  }, [shot.number, measured, shot.shown]);
  return curves?.shot === shot.number ? curves.curves : undefined;
}

/**
 * A path through one value a frame, in a box 1000 wide and 100 high whose top is `top`. Of frames that share a point the worst
 * counts: the lowest or the highest, as `worst` says.
 */
export function curvePath(values: readonly number[], top: number, worst: 'lowest' | 'highest'): string {
  const stride = Math.max(1, Math.ceil(values.length / MAX_POINTS));
  const points: string[] = [];
  for (let at = 0; at < values.length; at += stride) {
    const some = values.slice(at, at + stride).filter(Number.isFinite);
    const value = some.length === 0 ? 0 : worst === 'lowest' ? Math.min(...some) : Math.max(...some);
    const x = ((at + 0.5) / values.length) * 1000;
    points.push(`${x.toFixed(1)} ${(100 - Math.min(1, value / top) * 100).toFixed(1)}`);
  }
  if (points.length === 0) return '';
  // Level to both edges, where half of the first and of the last frame lie.
  return `M0 ${points[0]!.split(' ')[1]}L${points.join('L')}L1000 ${points.at(-1)!.split(' ')[1]}`;
}
