/** A point of the picture, in shares of its width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the keyboard's cross begins. */
export const CENTER: Point = { x: 0.5, y: 0.5 };

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The point of the picture that is nearest to the one given. */
export function inPicture({ x, y }: Point): Point {
  return { x: clamp(x), y: clamp(y) };
}

/** The point under the pointer, of the element that listens. */
export function pointUnder(event: PointerEvent): Point {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return inPicture({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
}

/** The point a step farther, by an arrow key; undefined for any other key. */
export function pointByKey({ x, y }: Point, key: string, step: number): Point | undefined {
  const arrow = ARROWS[key];
  return arrow && inPicture({ x: x + arrow[0] * step, y: y + arrow[1] * step });
}

/** A share, kept within 0..1. */
export function clamp(share: number): number {
  return Math.max(0, Math.min(1, share));
}
