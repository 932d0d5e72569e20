import assert from 'node:assert/strict';
import { type HintDot, spreadHints } from '../../../src/kernels/hints/spread-hints.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';

const [WIDTH, HEIGHT] = [61, 37];
const [DARK, LIGHT] = [60, 180];
const at = (x: number, y: number) => y * WIDTH + x;

/** A dark left third, a light middle, a dark right third. */
function banner() {
  const gray = grayPlane(WIDTH, HEIGHT);
  for (let i = 0; i < gray.data.length; i++) gray.data[i] = Math.abs((i % WIDTH) - 30) < 10 ? LIGHT : DARK;
  return gray;
}
function flat(level = 128) {
  const gray = grayPlane(WIDTH, HEIGHT);
  gray.data.fill(level);
  return gray;
}
function field(cb: number, cr: number): ChromaField {
  const out = chromaField(WIDTH, HEIGHT);
  out.cb.fill(cb);
  out.cr.fill(cr);
  out.trust.fill(0.8);
  return out;
}
function dot(x: number, y: number, [cb, cr]: readonly [number, number]): HintDot {
  return { cells: [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)], cb, cr };
}
const RED = [-0.05, 0.15] as const;
const BLUE = [0.15, -0.05] as const;

describe('hints spread', () => {
  it('gives cells under a dot its colour and keeps trust', () => {
    const red = dot(5, 9, RED);
    const out = spreadHints(field(0.02, 0.01), [red], { gray: banner(), hinted: undefined });
    for (const cell of red.cells) assert.deepEqual([out.cb[cell], out.cr[cell]], [...Float32Array.from(RED)]);
    assert.ok(out.trust.every(trust => trust === Math.fround(0.8)));
  });

  it('a hint that agrees with the automatic colour changes nothing', () => {
    const out = spreadHints(field(0.02, 0.01), [dot(5, 9, [0.02, 0.01])], { gray: banner(), hinted: undefined });
    assert.ok(out.cb.every(value => Math.abs(value - 0.02) < 1e-6) && out.cr.every(value => Math.abs(value - 0.01) < 1e-6));
  });

  it('colours all of what it sits on, and little of what has another luma', () => {
    const out = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray: banner(), hinted: undefined });
    assert.ok(out.cr[at(2, 30)]! > 0.6 * RED[1], `its own side: ${out.cr[at(2, 30)]}`);
    assert.ok(out.cr[at(24, 18)]! < 0.05 * RED[1], `beyond the edge: ${out.cr[at(24, 18)]}`);
  });

  it('leaves what the model saw in another colour', () => {
    const automatic = field(0, 0);
    for (let y = 0; y < HEIGHT; y++) automatic.cb.fill(0.12, at(31, y), at(31, y) + 30);
    const out = spreadHints(automatic, [dot(24, 18, RED)], { gray: flat(), hinted: undefined });
    assert.ok(out.cr[at(28, 18)]! > 0.8 * RED[1]);
    assert.ok(out.cr[at(33, 18)]! < 0.05 * RED[1]);
  });

  it('fades with the distance, and of two hints the nearer wins', () => {
    const one = spreadHints(field(0, 0), [dot(3, 18, RED)], { gray: flat(), hinted: undefined });
    for (let x = 6; x < WIDTH; x++) assert.ok(one.cr[at(x, 18)]! < one.cr[at(x - 1, 18)]!, `at ${x}`);
    const two = spreadHints(field(0, 0), [dot(3, 18, RED), dot(56, 18, BLUE)], { gray: flat(), hinted: undefined });
    assert.ok(two.cr[at(12, 18)]! > two.cb[at(12, 18)]! && two.cb[at(48, 18)]! > two.cr[at(48, 18)]!);
  });

  it('follows the model’s own answer where a dot reaches, and nowhere else', () => {
    const hinted = field(0.1, 0.1);
    const out = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray: banner(), hinted });
    assert.ok(out.cb[at(8, 24)]! > 0, 'between the dot’s own change and the model’s');
    assert.ok(Math.abs(out.cb[at(30, 18)]!) < 0.002, `beyond the edge: ${out.cb[at(30, 18)]}`);
  });

  it('a mirrored picture gives the mirrored colour', () => {
    const gray = banner();
    for (let i = 0; i < gray.data.length; i++) gray.data[i] = gray.data[i]! + (i % WIDTH);
    const mirrored = grayPlane(WIDTH, HEIGHT);
    for (let i = 0; i < gray.data.length; i++) mirrored.data[i] = gray.data[at(WIDTH - 1 - (i % WIDTH), Math.floor(i / WIDTH))]!;
    const here = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray, hinted: undefined });
    const there = spreadHints(field(0, 0), [dot(WIDTH - 10, 18, RED)], { gray: mirrored, hinted: undefined });
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++)
        assert.ok(Math.abs(here.cr[at(x, y)]! - there.cr[at(WIDTH - 1 - x, y)]!) < 1e-5, `${x}, ${y}`);
  });
});
