import { clamp } from './noise.ts';

/** A gray picture, 0 black .. 1 white, row-major. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** An area: distance from its edge in pixels, negative inside; and the rectangle that it lies in. */
export interface Shape {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  distance(x: number, y: number): number;
}

/** The gray of a surface at a place of its own world. */
export type Shade = (x: number, y: number) => number;

/** Where the picture's top left corner lies in the world that is drawn. */
export interface Camera {
  readonly x: number;
  readonly y: number;
}

/** Draw an area with soft edges: each pixel takes as much of the shade as the area covers of it. */
export function paint(canvas: Canvas, shape: Shape, shade: Shade, camera: Camera): void {
  const { width, height, data } = canvas;
  const left = clamp(Math.floor(shape.left - camera.x - 1), 0, width);
  const right = clamp(Math.ceil(shape.right - camera.x + 1), 0, width);
  const top = clamp(Math.floor(shape.top - camera.y - 1), 0, height);
  const bottom = clamp(Math.ceil(shape.bottom - camera.y + 1), 0, height);
  for (let py = top; py < bottom; py++) {
    for (let px = left; px < right; px++) {
      const [x, y] = [px + camera.x, py + camera.y];
      const cover = clamp(0.5 - shape.distance(x, y));
      if (cover > 0) data[py * width + px]! += cover * (shade(x, y) - data[py * width + px]!);
    }
  }
}

export function box(left: number, top: number, right: number, bottom: number): Shape {
  return { left, top, right, bottom, distance: (x, y) => Math.max(left - x, x - right, top - y, y - bottom) };
}

export function oval(x0: number, y0: number, rx: number, ry = rx): Shape {
  const distance = (x: number, y: number) => (Math.hypot((x - x0) / rx, (y - y0) / ry) - 1) * Math.min(rx, ry);
  return { left: x0 - rx, top: y0 - ry, right: x0 + rx, bottom: y0 + ry, distance };
}

/** A convex polygon; corners clockwise as seen. */
export function polygon(...corners: readonly (readonly [number, number])[]): Shape {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const edges = corners.map(([x0, y0], i) => {
    const [x1, y1] = corners[(i + 1) % corners.length]!;
    const length = Math.hypot(x1 - x0, y1 - y0);
    return { x0, y0, nx: (y1 - y0) / length, ny: -(x1 - x0) / length };
  });
  const distance = (x: number, y: number) => Math.max(...edges.map(({ x0, y0, nx, ny }) => (x - x0) * nx + (y - y0) * ny));
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys), distance };
}

export function together(...shapes: readonly Shape[]): Shape {
  return {
    left: Math.min(...shapes.map(({ left }) => left)),
    top: Math.min(...shapes.map(({ top }) => top)),
    right: Math.max(...shapes.map(({ right }) => right)),
    bottom: Math.max(...shapes.map(({ bottom }) => bottom)),
    distance: (x, y) => Math.min(...shapes.map(shape => shape.distance(x, y))),
  };
}

/** The part of a shape that lies inside another. */
export function inside(shape: Shape, window: Shape): Shape {
  return { ...shape, distance: (x, y) => Math.max(shape.distance(x, y), window.distance(x, y)) };
}
