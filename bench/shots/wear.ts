import type { Wear } from './labelled-film.ts';
import { WIDTH } from './read-clip.ts';

/** Gray code values, row-major, not yet rounded. */
export type Picture = Float32Array;

/** Share of brightness a frame is off by, at most. */
const FLICKER = 0.2;
/** Pixels the gate moves a frame by, at most. */
const WEAVE = 1.5;
/** Code values, standard deviation at this size; the survey halves it. */
const GRAIN = 5;
/** Specks of dust per frame, at most, and the chance of a large blotch. */
const SPECKS = 12;
const BLOTCH = 0.08;
/** Chance that a film has running scratches; what they add, in code values. */
const SCRATCHED = 0.7;
const SCRATCH = 40;

/** What years do to a film: a fresh film of the same length. */
export function wearFilm(pictures: readonly Picture[], wear: Wear, random: () => number): Picture[] {
  if (wear === 'clean') return [...pictures];
  const scratches = random() < SCRATCHED ? Array.from({ length: 3 }, () => Math.floor(random() * WIDTH)) : [];
  // The sum of four even draws, less its mean 2, has a variance of 1/3 and looks like a normal one.
  const draw = () => (random() + random() + random() + random() - 2) * Math.sqrt(3);
  const grain = Float32Array.from({ length: 4 * (pictures[0]?.length ?? 0) }, () => GRAIN * draw());
  return pictures.map(picture => {
    const gain = 1 + FLICKER * (2 * random() - 1);
    const lit = picture.map(value => 16 + (value - 16) * gain);
    if (wear === 'flicker') return lit;
    const woven = shift(lit, (2 * random() - 1) * WEAVE, (2 * random() - 1) * WEAVE);
    dust(woven, random);
    for (const x of scratches) scratch(woven, x, random);
    const from = Math.floor(random() * (grain.length - woven.length));
    for (let i = 0; i < woven.length; i++) woven[i] = woven[i]! + grain[from + i]!;
    return woven;
  });
}

/** Move by a part of a pixel, edges repeated. */
function shift(picture: Picture, dx: number, dy: number): Picture {
  const height = picture.length / WIDTH;
  const at = (x: number, y: number) =>
    picture[Math.min(height - 1, Math.max(0, y)) * WIDTH + Math.min(WIDTH - 1, Math.max(0, x))]!;
  const x0 = Math.floor(dx);
  const y0 = Math.floor(dy);
  const fx = dx - x0;
  const fy = dy - y0;
  const moved = new Float32Array(picture.length);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < WIDTH; column++, i++) {
      const x = column + x0;
      const y = row + y0;
      moved[i] = (at(x, y) * (1 - fx) + at(x + 1, y) * fx) * (1 - fy) + (at(x, y + 1) * (1 - fx) + at(x + 1, y + 1) * fx) * fy;
    }
  }
  return moved;
}

function dust(picture: Picture, random: () => number): void {
  const height = picture.length / WIDTH;
  const blobs = Math.floor(random() * SPECKS);
  for (let n = 0; n < blobs; n++)
    blot(picture, {
      x: random() * WIDTH,
      y: random() * height,
      radius: 0.6 + random() * 1.8,
      value: random() < 0.6 ? 235 : 16,
    });
  if (random() < BLOTCH)
    blot(picture, {
      x: random() * WIDTH,
      y: random() * height,
      radius: 12 + random() * 18,
      value: random() < 0.5 ? 230 : 20,
    });
}

function blot(picture: Picture, { x, y, radius, value }: { x: number; y: number; radius: number; value: number }): void {
  const height = picture.length / WIDTH;
  for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row++) {
    for (let column = Math.max(0, Math.ceil(x - radius)); column < Math.min(WIDTH, x + radius); column++) {
      if ((row - y) ** 2 + (column - x) ** 2 <= radius ** 2) picture[row * WIDTH + column] = value;
    }
  }
}

function scratch(picture: Picture, x: number, random: () => number): void {
  const column = Math.min(WIDTH - 1, Math.max(0, Math.round(x + 3 * (random() - 0.5))));
  for (let i = column; i < picture.length; i += WIDTH) picture[i] = picture[i]! + SCRATCH;
}
