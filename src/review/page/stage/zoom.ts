import { FITTED, state, update } from '../state/store.ts';

/** Of the fitted picture. */
const MOST = 8;
/** By a key, and by a notch of the wheel. */
export const KEY_ZOOM = 1.5;
const WHEEL_ZOOM = 1.2;
/** Of the picture, by a key. */
const PAN = 0.1;

/** Enlarge about a place (shares of the picture), which stays where it is. */
export function zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
  const { scale, x, y } = state().zoom;
  const next = Math.max(1, Math.min(MOST, scale * factor));
  if (next === 1) {
    zoomOut();
    return;
  }
  const about = at ?? { x, y };
  const share = scale / next;
  update({ zoom: { scale: next, ...held({ x: about.x + (x - about.x) * share, y: about.y + (y - about.y) * share }, next) } });
}

export function zoomOut(): void {
  update({ zoom: FITTED });
}

/** By shares of the picture. */
export function panBy(dx: number, dy: number): void {
  const { scale, x, y } = state().zoom;
  update({ zoom: { scale, ...held({ x: x + dx, y: y + dy }, scale) } });
}

export function panByKey(dx: -1 | 0 | 1, dy: -1 | 0 | 1): void {
  const { scale } = state().zoom;
  panBy((dx * PAN) / scale, (dy * PAN) / scale);
}

export function onWheel(event: WheelEvent, at: { readonly x: number; readonly y: number }): void {
  event.preventDefault();
  zoomBy(event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, at);
}

/** The picture's edge stays at the stage's. */
function held({ x, y }: { x: number; y: number }, scale: number): { x: number; y: number } {
  const margin = 0.5 / scale;
  const within = (value: number) => Math.max(margin, Math.min(1 - margin, value));
  return { x: within(x), y: within(y) };
}

/** The page without the browser around it, and back. */
export function fullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen().catch(() => undefined); // a browser may refuse it
}
