import { box, type Camera, type Canvas, oval, paint, polygon, together } from './canvas.ts';
import { cloudy, ease, mix, smooth } from './noise.ts';
import { bricks, leaves, plaster, rounded, tiles } from './surfaces.ts';

/** Hills with a church: a balloon rises and passes behind the steeple, sheep graze. `t` is 0..1 over the shot. */
export function drawHills(canvas: Canvas, t: number, weave: Camera): void {
  const sky = (x: number, y: number) => 0.58 + y / 620 + 0.28 * ease((cloudy((x - 14 * t) / 90, y / 40, 91) - 0.48) * 3);
  paint(canvas, box(-10, -10, 500, 290), sky, weave);
  drawHill(canvas, weave, { base: 168, rise: 26, length: 130, gray: 0.55, seed: 93 });
  drawBalloon(canvas, weave, { x: mix(176, 334, t), y: mix(98, 64, ease(t)) + 2 * Math.sin(7 * t) });
  drawHill(canvas, weave, { base: 196, rise: 24, length: 95, gray: 0.42, seed: 95 });
  drawChurch(canvas, weave, 268);
  drawHill(canvas, weave, { base: 232, rise: 22, length: 150, gray: 0.5, seed: 97 });
  for (const [i, [x, y]] of [
    [70, 236],
    [118, 244],
    [356, 238],
    [420, 250],
  ].entries()) {
    drawSheep(canvas, weave, { x: x! + 5 * Math.sin(2.2 * t + i), y: y!, nod: Math.max(0, Math.sin(5 * t + 2 * i)) });
  }
}

interface Hill {
  readonly base: number;
  readonly rise: number;
  readonly length: number;
  readonly gray: number;
  readonly seed: number;
}

function drawHill(canvas: Canvas, camera: Camera, { base, rise, length, gray, seed }: Hill): void {
  const edge = (x: number) => base - rise * (2 * smooth(x / length, 0, seed) - 1) - 2.5 * smooth(x / 5, 0, seed + 1);
  const grass = leaves(gray, seed + 2);
  const hill = { left: -10, top: base - rise - 8, right: 500, bottom: 290, distance: (x: number, y: number) => edge(x) - y };
  paint(canvas, hill, (x, y) => grass(x, 1.8 * y) - 0.0022 * (y - base), camera);
}

function drawBalloon(canvas: Canvas, camera: Camera, { x, y }: { x: number; y: number }): void {
  const local: Camera = { x: camera.x - x, y: camera.y - y };
  const stripes = (px: number, py: number) => {
    const half = 46 * Math.sqrt(Math.max(0.02, 1 - (py / 56) ** 2));
    const stripe = Math.floor((Math.asin(Math.max(-1, Math.min(1, px / half))) / Math.PI + 0.5) * 8);
    return (stripe % 2 === 0 ? 0.86 : 0.34) + 0.06 * (smooth(px / 3, py / 3, 98) - 0.5);
  };
  const ropes = together(polygon([-20, 46], [-18, 46], [-8, 80], [-10, 80]), polygon([18, 46], [20, 46], [10, 80], [8, 80]));
  paint(canvas, ropes, () => 0.22, local);
  paint(canvas, oval(0, 0, 46, 52), rounded(stripes, { x: 0, y: 0, rx: 46, ry: 60 }), local);
  paint(canvas, polygon([-22, 44], [22, 44], [12, 60], [-12, 60]), rounded(stripes, { x: 0, y: 30, rx: 40, ry: 60 }), local);
  paint(canvas, together(oval(-4, 73, 3), oval(4, 72, 3.2), box(-7, 75, 7, 80)), () => 0.12, local);
  paint(canvas, box(-10, 78, 10, 91), bricks(0.74, 99), local);
  paint(canvas, box(-11, 77, 11, 80), () => 0.2, local);
}

function drawChurch(canvas: Canvas, camera: Camera, x: number): void {
  paint(canvas, box(x, 168, x + 82, 226), bricks(0.62, 101), camera);
  paint(canvas, polygon([x - 4, 170], [x + 10, 140], [x + 72, 140], [x + 88, 170]), tiles(0.28, 102), camera);
  for (const dx of [34, 58])
    paint(canvas, together(oval(x + dx, 186, 5), box(x + dx - 5, 186, x + dx + 5, 204)), () => 0.18, camera);
  paint(canvas, box(x - 6, 92, x + 26, 226), bricks(0.68, 103), camera);
  paint(canvas, box(x + 18, 92, x + 26, 226), bricks(0.5, 103), camera);
  paint(canvas, polygon([x - 9, 93], [x + 10, 26], [x + 29, 93]), tiles(0.26, 104), camera);
  paint(canvas, together(box(x + 9, 12, x + 11, 28), box(x + 5.5, 16, x + 14.5, 18)), () => 0.16, camera);
  paint(canvas, oval(x + 8, 112, 8), () => 0.9, camera);
  paint(canvas, together(box(x + 7.3, 106, x + 8.7, 112.7), box(x + 7.3, 111.3, x + 13, 112.7)), () => 0.1, camera);
  paint(canvas, together(oval(x + 8, 140, 5), box(x + 3, 140, x + 13, 156)), plaster(0.2, 105), camera);
}

function drawSheep(canvas: Canvas, camera: Camera, { x, y, nod }: { x: number; y: number; nod: number }): void {
  const wool = leaves(0.8, 107);
  const local: Camera = { x: camera.x - x, y: camera.y - y };
  for (const leg of [-8, -4, 5, 9]) paint(canvas, box(leg - 1.2, 4, leg + 1.2, 13), () => 0.16, local);
  paint(canvas, oval(0, 0, 14, 8.5), rounded(wool, { x: 0, y: 0, rx: 30, ry: 12 }), local);
  paint(canvas, oval(15, -4 + 6 * nod, 5, 4), () => 0.2, local);
  paint(canvas, oval(12, -7 + 6 * nod, 3, 1.6), () => 0.24, local);
}
