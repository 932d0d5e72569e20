import assert from 'node:assert/strict';
import { type HintDot, spreadHints } from '../../../src/kernels/hints/spread-hints.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import type { FeatureMap } from '../../../src/media/fields/feature-map.ts';
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
/** What a model gives that has no features and takes no hints. */
const ALONE = { features: undefined, hinted: undefined };
/** A model that sees one thing left of the middle and another right of it. */
const TWO_THINGS: FeatureMap = {
  width: WIDTH,
  height: 1,
  channels: 2,
  data: Float32Array.from({ length: 2 * WIDTH }, (_, i) => Number(i % WIDTH < 30 === i < WIDTH)),
};
const SEEN = { features: TWO_THINGS, hinted: undefined };

describe('hints spread', () => {
  it('gives cells under a dot its colour and keeps trust', () => {
    const red = dot(5, 9, RED);
    const out = spreadHints(field(0.02, 0.01), [red], { gray: banner(), ...ALONE });
    for (const cell of red.cells) assert.deepEqual([out.cb[cell], out.cr[cell]], [...Float32Array.from(RED)]);
    assert.ok(out.trust.every(trust => trust === Math.fround(0.8)));
  });

  it('a hint that agrees with the automatic colour changes nothing', () => {
    const out = spreadHints(field(0.02, 0.01), [dot(5, 9, [0.02, 0.01])], { gray: banner(), ...ALONE });
    assert.ok(out.cb.every(value => Math.abs(value - 0.02) < 1e-6) && out.cr.every(value => Math.abs(value - 0.01) < 1e-6));
  });

  it('colours all of what it sits on, and little of what has another luma', () => {
    const out = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray: banner(), ...ALONE });
    assert.ok(out.cr[at(2, 30)]! > 0.6 * RED[1], `its own side: ${out.cr[at(2, 30)]}`);
    assert.ok(out.cr[at(24, 18)]! < 0.05 * RED[1], `beyond the edge: ${out.cr[at(24, 18)]}`);
  });

  it('leaves what the model saw in another colour', () => {
    const automatic = field(0, 0);
    for (let y = 0; y < HEIGHT; y++) automatic.cb.fill(0.12, at(31, y), at(31, y) + 30);
    const out = spreadHints(automatic, [dot(24, 18, RED)], { gray: flat(), ...ALONE });
    assert.ok(out.cr[at(28, 18)]! > 0.8 * RED[1]);
    assert.ok(out.cr[at(33, 18)]! < 0.05 * RED[1]);
  });

  it('fades with the distance, and of two hints the nearer wins', () => {
    const one = spreadHints(field(0, 0), [dot(3, 18, RED)], { gray: flat(), ...ALONE });
    for (let x = 6; x < WIDTH; x++) assert.ok(one.cr[at(x, 18)]! < one.cr[at(x - 1, 18)]!, `at ${x}`);
    const two = spreadHints(field(0, 0), [dot(3, 18, RED), dot(56, 18, BLUE)], { gray: flat(), ...ALONE });
    assert.ok(two.cr[at(12, 18)]! > two.cb[at(12, 18)]! && two.cb[at(48, 18)]! > two.cr[at(48, 18)]!);
  });

  it('follows the model’s own answer where a dot reaches, and nowhere else', () => {
    const hinted = field(0.1, 0.1);
    const out = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray: banner(), features: undefined, hinted });
    assert.ok(out.cb[at(8, 24)]! > 0, 'between the dot’s own change and the model’s');
    assert.ok(Math.abs(out.cb[at(30, 18)]!) < 0.002, `beyond the edge: ${out.cb[at(30, 18)]}`);
  });

  it('a mirrored picture gives the mirrored colour', () => {
    const gray = banner();
    for (let i = 0; i < gray.data.length; i++) gray.data[i] = gray.data[i]! + (i % WIDTH);
    const mirrored = grayPlane(WIDTH, HEIGHT);
    for (let i = 0; i < gray.data.length; i++) mirrored.data[i] = gray.data[at(WIDTH - 1 - (i % WIDTH), Math.floor(i / WIDTH))]!;
    const here = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray, ...ALONE });
    const there = spreadHints(field(0, 0), [dot(WIDTH - 10, 18, RED)], { gray: mirrored, ...ALONE });
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++)
        assert.ok(Math.abs(here.cr[at(x, y)]! - there.cr[at(WIDTH - 1 - x, y)]!) < 1e-5, `${x}, ${y}`);
  });

  describe('by the features of a model', () => {
    it('a hint colours its thing to the end, and little of another of the same luma', () => {
      const red = dot(3, 5, RED);
      const out = spreadHints(field(0.02, 0.01), [red], { gray: flat(), ...SEEN });
      for (const cell of red.cells) assert.deepEqual([out.cb[cell], out.cr[cell]], [...Float32Array.from(RED)]);
      assert.ok(out.cr[at(28, 35)]! > 0.9 * RED[1], `its far end: ${out.cr[at(28, 35)]}`);
      assert.ok(out.cr[at(32, 5)]! < 0.01 + 0.15 * RED[1], `the other thing: ${out.cr[at(32, 5)]}`);
      assert.ok(out.trust.every(trust => trust === Math.fround(0.8)));
    });

    it('a hint stops at an edge of luma within what the model sees as one', () => {
      const out = spreadHints(field(0, 0), [dot(8, 18, RED)], { gray: banner(), ...SEEN });
      assert.ok(out.cr[at(2, 30)]! > 0.9 * RED[1] && out.cr[at(24, 18)]! < 0.05 * RED[1], `${out.cr[at(24, 18)]}`);
    });

    it('of two hints each takes its own thing, and the nearer wins within one', () => {
      const dots = [dot(3, 18, RED), dot(56, 18, BLUE)];
      const apart = spreadHints(field(0, 0), dots, { gray: flat(), ...SEEN });
      assert.ok(apart.cr[at(28, 18)]! > 0.8 * RED[1] && apart.cb[at(28, 18)]! < 0);
      assert.ok(apart.cb[at(32, 18)]! > 0.8 * BLUE[0] && apart.cr[at(32, 18)]! < 0);
      const within = spreadHints(field(0, 0), [dot(3, 4, RED), dot(25, 32, BLUE)], { gray: flat(), ...SEEN });
      assert.ok(within.cr[at(6, 8)]! > within.cb[at(6, 8)]! && within.cb[at(22, 28)]! > within.cr[at(22, 28)]!);
    });

    it('a hint that agrees with the automatic colour changes nothing', () => {
      const out = spreadHints(field(0.02, 0.01), [dot(5, 9, [0.02, 0.01])], { gray: banner(), ...SEEN });
      assert.ok(out.cb.every(value => Math.abs(value - 0.02) < 1e-6) && out.cr.every(value => Math.abs(value - 0.01) < 1e-6));
    });
  });
});
