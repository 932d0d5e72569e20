import { box, type Camera, type Canvas, inside, oval, paint, polygon, type Shape, together } from './canvas.ts';
import { plaster, rounded } from './surfaces.ts';

const WHEEL = 17;

/** An old motor car seen from its side, with its driver; `place` is the point on the road below its middle. It drives to the right. */
export function drawCar(canvas: Canvas, camera: Camera, place: { x: number; y: number }): void {
  const bounce = 0.7 * Math.sin(place.x / 9);
  const local: Camera = { x: camera.x - place.x, y: camera.y - place.y };
  const sprung: Camera = { x: local.x, y: local.y - bounce };
  paint(canvas, oval(0, 2, 74, 5), () => 0.2, local);
  drawDriver(canvas, sprung);
  drawBody(canvas, sprung);
  for (const x of [-42, 42]) drawWheel(canvas, local, { x, turn: place.x / WHEEL });
}

function drawBody(canvas: Canvas, camera: Camera): void {
  const lacquer = plaster(0.62, 81);
  const cabin = together(polygon([-34, -64], [10, -64], [13, -61], [13, -40], [-38, -40]), box(-38, -42, 13, -30));
  paint(canvas, inside(cabin, box(-38, -64, 13, -59)), plaster(0.2, 82), camera);
  paint(canvas, together(box(-36, -60, -33, -40), box(-14, -60, -11, -40), box(10, -60, 13, -40)), () => 0.25, camera);
  const side = together(polygon([-62, -38], [64, -36], [66, -18], [-60, -16]), oval(-46, -30, 20, 13), oval(58, -28, 10, 9));
  paint(canvas, side, rounded(lacquer, { x: 0, y: -28, rx: 260, ry: 16 }), camera);
  paint(canvas, polygon([-60, -31], [64, -30], [64, -28], [-60, -29]), () => 0.88, camera);
  paint(canvas, together(box(-10, -36, -9, -18), box(12, -36, 13, -18)), () => 0.4, camera);
  for (const x of [22, 28, 34]) paint(canvas, box(x, -34, x + 1.6, -22), () => 0.36, camera);
  const guards = together(arch(-42), arch(42), box(-24, -15, 24, -11));
  paint(canvas, guards, (_, y) => 0.16 - 0.006 * (y + 20), camera);
  paint(canvas, oval(66, -36, 6, 7), (x, y) => 0.95 - 0.03 * Math.hypot(x - 64, y + 38), camera);
  paint(canvas, together(box(66, -20, 73, -16), box(-70, -20, -60, -16)), () => 0.8, camera);
}

/** A mudguard: the upper half of a ring around a wheel. */
function arch(x: number): Shape {
  const outer = oval(x, -WHEEL, 25);
  const inner = oval(x, -WHEEL, 20);
  const ring = { ...outer, distance: (px: number, py: number) => Math.max(outer.distance(px, py), -inner.distance(px, py)) };
  return inside(ring, box(x - 26, -50, x + 26, -13));
}

function drawWheel(canvas: Canvas, camera: Camera, { x, turn }: { x: number; turn: number }): void {
  paint(canvas, oval(x, -WHEEL, WHEEL), () => 0.1, camera);
  const spokes = (px: number, py: number) => {
    const angle = Math.atan2(py + WHEEL, px - x) - turn;
    const across = Math.abs(Math.sin(4 * angle)) * Math.hypot(px - x, py + WHEEL);
    return across < 4.5 ? 0.78 : 0.24;
  };
  paint(canvas, oval(x, -WHEEL, 12), spokes, camera);
  paint(canvas, oval(x, -WHEEL, 3.6), () => 0.9, camera);
}

function drawDriver(canvas: Canvas, camera: Camera): void {
  paint(canvas, oval(-1, -36, 10, 14), plaster(0.28, 85), camera);
  paint(canvas, oval(0, -52, 6.4, 7.4), rounded(plaster(0.76, 86), { x: 0, y: -52, rx: 9, ry: 10 }), camera);
  paint(canvas, oval(6.6, -51, 2, 1.8), () => 0.72, camera);
  paint(canvas, together(oval(3.4, -53.4, 1, 1.2), polygon([2, -48.6], [6, -49], [6, -48], [2, -47.6])), () => 0.14, camera);
  paint(canvas, together(oval(-1, -57.5, 6.6, 3.4), box(-2, -57.4, 9, -55.8)), () => 0.18, camera);
  paint(canvas, polygon([11, -44], [13, -45], [18, -34], [16, -33]), () => 0.1, camera);
  paint(canvas, polygon([2, -40], [14, -41], [14, -38], [2, -36]), plaster(0.3, 87), camera);
}
