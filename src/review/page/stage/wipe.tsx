import { isDragged } from '../parts/drag.ts';
import { show } from '../state/actions.ts';

/** A step by an arrow key, in shares of the picture. */
const KEY_STEP = 0.02;

/** The line between before and after. */
export function Wipe({ wipe }: { wipe: number }) {
  const drag = (event: PointerEvent) => {
    if (!isDragged(event)) return;
    event.stopPropagation();
    const box = (event.currentTarget as HTMLElement).parentElement!.getBoundingClientRect();
    show({ wipe: (event.clientX - box.left) / box.width });
  };
  const step = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 0, End: 1 }[event.key];
    if (direction === undefined && end === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    show({ wipe: end ?? wipe + direction! * KEY_STEP });
  };
  return (
    <div
      class="wipe"
      role="slider"
      tabIndex={0}
      aria-label="Wipe between before and after"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(wipe * 100)}
      aria-valuetext={`${Math.round(wipe * 100)} percent before`}
      style={{ left: `${wipe * 100}%` }}
      onPointerDown={drag}
      onPointerMove={drag}
      onKeyDown={step}
    >
      <span class="grip" />
    </div>
  );
}
