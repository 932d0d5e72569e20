import { box, type Camera, type Canvas, oval, paint, polygon, together } from './canvas.ts';
import { drawCar } from './car.ts';
import { cloudy, ease, mix, smooth } from './noise.ts';
import { asphalt, bricks, leaves, planks, plaster, tiles } from './surfaces.ts';

const PAVEMENT = 204;
const STREET = 222;

/** Houses: left edge, width, height of the walls, height of the roof, kind of wall, gray. */
const HOUSES = [
  { x: -14, w: 104, wall: 92, roof: 44, surface: bricks, gray: 0.42 },
  { x: 92, w: 86, wall: 118, roof: 34, surface: plaster, gray: 0.74 },
  { x: 182, w: 118, wall: 78, roof: 52, surface: planks, gray: 0.55 },
  { x: 306, w: 92, wall: 112, roof: 40, surface: bricks, gray: 0.34 },
  { x: 402, w: 110, wall: 88, roof: 46, surface: plaster, gray: 0.66 },
  { x: 516, w: 98, wall: 104, roof: 38, surface: planks, gray: 0.46 },
] as const;

/** A street: the camera pans along it; a car drives by and passes behind a tree and a lamp. `t` is 0..1 over the shot. */
export function drawStreet(canvas: Canvas, t: number, weave: Camera): void {
  const pan = mix(0, 118, ease(t));
  const at = (depth: number): Camera => ({ x: pan * depth + weave.x, y: weave.y });
  drawSky(canvas, at(0.12), t);
  drawFarRoofs(canvas, at(0.4));
  for (const [i, house] of HOUSES.entries()) drawHouse(canvas, at(1), { ...house, seed: 20 + 7 * i });
  paint(canvas, box(-50, PAVEMENT, 700, STREET), plaster(0.6, 3), at(1));
  paint(canvas, box(-50, STREET - 3, 700, STREET), plaster(0.42, 4), at(1));
  paint(canvas, box(-50, STREET, 700, 300), asphalt(0.62, 5, [238, 254]), at(1));
  const drive = mix(-90, 520, t);
  drawCar(canvas, at(1), { x: drive, y: 248 });
  drawLamp(canvas, at(1.25), 246);
  drawTree(canvas, at(1.25), { x: 432, t });
}

function drawSky(canvas: Canvas, camera: Camera, t: number): void {
  const drift = 6 * t;
  const shade = (x: number, y: number) => {
    const cloud = cloudy((x + drift) / 70, y / 34, 11);
    return 0.66 + y / 900 + 0.3 * ease((cloud - 0.46) * 3.4);
  };
  paint(canvas, box(-50, -20, 700, 240), shade, camera);
}

function drawFarRoofs(canvas: Canvas, camera: Camera): void {
  for (let i = 0; i < 12; i++) {
    const x = i * 58 - 30;
    const top = 78 + 34 * smooth(i * 1.7, 0, 31);
    paint(
      canvas,
      polygon([x, top + 22], [x + 31, top], [x + 62, top + 22], [x + 62, 220], [x, 220]),
      plaster(0.6, 40 + i),
      camera,
    );
  }
}

interface House {
  readonly x: number;
  readonly w: number;
  readonly wall: number;
  readonly roof: number;
  readonly surface: (gray: number, seed: number) => (x: number, y: number) => number;
  readonly gray: number;
  readonly seed: number;
}

function drawHouse(canvas: Canvas, camera: Camera, { x, w, wall, roof, surface, gray, seed }: House): void {
  const eaves = PAVEMENT - wall;
  const texture = surface(gray, seed);
  const underEaves = (y: number) => 0.22 * Math.max(0, 1 - (y - eaves) / 9);
  paint(canvas, box(x + 0.7 * w, eaves - roof - 8, x + 0.7 * w + 13, eaves), bricks(0.3, seed + 1), camera);
  paint(canvas, box(x, eaves, x + w, PAVEMENT), (px, py) => texture(px, py) - underEaves(py), camera);
  const gable = polygon([x - 5, eaves + 2], [x + 0.2 * w, eaves - roof], [x + 0.8 * w, eaves - roof], [x + w + 5, eaves + 2]);
  paint(canvas, gable, tiles(gray > 0.5 ? 0.3 : 0.5, seed + 2), camera);
  const columns = w > 100 ? 3 : 2;
  for (let floor = 0; floor < (wall > 100 ? 2 : 1); floor++) {
    for (let column = 0; column < columns; column++) {
      drawWindow(canvas, camera, { x: x + ((column + 0.5) / columns) * w, y: eaves + 24 + 40 * floor, seed: seed + column });
    }
  }
  const door = x + (0.3 + 0.4 * smooth(seed, 0, 8)) * w;
  paint(canvas, box(door - 11, PAVEMENT - 38, door + 11, PAVEMENT), plaster(0.8, seed), camera);
  paint(canvas, box(door - 8, PAVEMENT - 35, door + 8, PAVEMENT), planks(0.24, seed + 3), camera);
  paint(canvas, oval(door + 5, PAVEMENT - 17, 1.5), () => 0.9, camera);
}

function drawWindow(canvas: Canvas, camera: Camera, { x, y, seed }: { x: number; y: number; seed: number }): void {
  paint(canvas, box(x - 11, y - 13, x + 11, y + 14), plaster(0.84, seed), camera);
  const glass = (px: number, py: number) => 0.2 + 0.004 * (px - x) - 0.008 * (py - y) + 0.1 * smooth(px / 7, py / 5, seed);
  paint(canvas, box(x - 9, y - 11, x + 9, y + 11), glass, camera);
  paint(canvas, together(box(x - 0.8, y - 11, x + 0.8, y + 11), box(x - 9, y - 2, x + 9, y - 0.6)), () => 0.82, camera);
  paint(canvas, box(x - 13, y + 11, x + 13, y + 14), plaster(0.72, seed + 1), camera);
}

function drawLamp(canvas: Canvas, camera: Camera, x: number): void {
  paint(canvas, together(box(x - 2.2, 112, x + 2.2, 268), box(x - 6, 256, x + 6, 268)), px => 0.14 + 0.05 * (x - px), camera);
  paint(canvas, polygon([x - 9, 92], [x + 9, 92], [x + 5, 113], [x - 5, 113]), (_, py) => 0.9 - 0.01 * (py - 92), camera);
  paint(canvas, together(polygon([x - 12, 93], [x, 82], [x + 12, 93]), box(x - 6, 112, x + 6, 116)), () => 0.12, camera);
}

function drawTree(canvas: Canvas, camera: Camera, { x, t }: { x: number; t: number }): void {
  const bark = (px: number, py: number) => 0.26 + 0.2 * (smooth(px / 2.2, py / 9, 61) - 0.5) - 0.012 * (px - x);
  paint(canvas, polygon([x - 8, 120], [x + 8, 120], [x + 13, 275], [x - 13, 275]), bark, camera);
  const sway = 1.6 * Math.sin(9 * t);
  const crowns = [
    [-34, 96, 40, 34, 0.3],
    [30, 90, 44, 36, 0.34],
    [-4, 62, 46, 40, 0.42],
  ] as const;
  for (const [dx, y, rx, ry, gray] of crowns) {
    const crown = oval(x + dx, y, rx, ry);
    const ragged = {
      ...crown,
      distance: (px: number, py: number) => crown.distance(px, py) + 9 * (cloudy(px / 7, py / 7, 66) - 0.45),
    };
    const lit = leaves(gray, 70);
    paint(canvas, ragged, (px, py) => lit(px, py) - 0.2 * ((py - y) / ry), { x: camera.x - sway, y: camera.y });
  }
}
