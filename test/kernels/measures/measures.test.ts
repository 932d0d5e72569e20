import assert from 'node:assert/strict';
import { type FullPicture, rgbPlanes } from '../../../src/kernels/color/rgb-planes.ts';
import { colorfulness } from '../../../src/kernels/measures/colorfulness.ts';
import { consistentMotion } from '../../../src/kernels/measures/consistent-motion.ts';
import { flicker } from '../../../src/kernels/measures/flicker.ts';
import { BINS, divergence, histogramOf, lumaHistogram } from '../../../src/kernels/measures/histogram.ts';
import { chromaPsnr, lumaDifference, MAX_PSNR, meanChroma, rgbPsnr } from '../../../src/kernels/measures/picture-error.ts';
import { flowField } from '../../../src/media/fields/flow-field.ts';
import { type IntegerSamples, integerPlane } from '../../../src/media/fields/plane.ts';

const EIGHT = { range: 'limited', depth: 8 } as const;
const TEN = { range: 'limited', depth: 10 } as const;
const FULL = { range: 'full', depth: 8 } as const;

/** A picture from formulas of its code values. */
function picture(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly [luma: number, cb: number, cr: number],
  depth = 8,
): FullPicture {
  const planes = [0, 1, 2].map(() => integerPlane(width, height, depth));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const [i, code] of at(x, y).entries()) planes[i]!.data[y * width + x] = code;
    }
  }
  return { luma: planes[0]!, cb: planes[1]!, cr: planes[2]! };
}

const textured = (x: number, y: number) =>
  [40 + ((x * 13 + y * 29) % 150), 90 + ((x * 5 + y * 3) % 70), 100 + ((x + 2 * y) % 60)] as const;
const near = (a: number | undefined, b: number, within: number) => assert.ok(Math.abs(a! - b) <= within, `${a} is not near ${b}`);

describe('kernels: measures of colour', () => {
  it('R, G, B of primaries, of black and of white, whatever depth and range', () => {
    const red = { r: 1, g: 0, b: 0 };
    const y = 0.2126;
    const codes = (black: number, luma: number, neutral: number, chroma: number) =>
      [black + luma * y, neutral + (chroma * -y) / 1.8556, neutral + chroma * 0.5].map(Math.round) as [number, number, number];
    for (const [format, code] of [
      [EIGHT, codes(16, 219, 128, 224)],
      [TEN, codes(64, 876, 512, 896)],
      [FULL, codes(0, 255, 127.5, 255)],
    ] as const) {
      const rgb = rgbPlanes(
        picture(2, 1, () => code, format.depth),
        format,
      );
      for (const channel of ['r', 'g', 'b'] as const) near(rgb[channel][1], red[channel], 0.006);
    }
    const ends = rgbPlanes(
      picture(2, 1, x => [x === 0 ? 16 : 235, 128, 128]),
      EIGHT,
    );
    for (const channel of ['r', 'g', 'b'] as const) {
      near(ends[channel][0], 0, 1e-7);
      near(ends[channel][1], 1, 1e-7);
    }
  });

  it('a histogram: shares add up to 1, a bin holds its lower edge, 1 is in the last bin', () => {
    const shares = histogramOf(Float32Array.of(0, 1 / 256, 1 / 256 - 1e-6, 0.5, 1, 255 / 256));
    near(
      shares.reduce((sum, share) => sum + share, 0),
      1,
      1e-12,
    );
    assert.deepEqual(
      [0, 1, 128, 255].map(bin => Math.round(6 * shares[bin]!)),
      [2, 1, 1, 2],
    );
    assert.equal(lumaHistogram(Uint8Array.of(235, 235, 16, 16), EIGHT)[BINS - 1], 0.5);
    assert.equal(lumaHistogram(Uint16Array.of(940, 64), TEN)[BINS - 1], 0.5);
  });

  it('divergence: 0 of a histogram from itself, ln 2 where nothing is shared, the same both ways', () => {
    const [p, q] = [histogramOf(Float32Array.of(0.1, 0.2)), histogramOf(Float32Array.of(0.7, 0.9))];
    assert.equal(divergence(p, p), 0);
    near(divergence(p, q), Math.LN2, 1e-12);
    const r = histogramOf(Float32Array.of(0.1, 0.9));
    near(divergence(p, r), divergence(r, p), 1e-15);
    // Half of the mass is shared: ((1/2) ln(4/3) + (1/2) ln 2 + the same) / 2 with shares 1/2, 1/2 against 1/2, 1/2.
    near(divergence(p, r), Math.LN2 / 2, 1e-12);
  });

  it('colourfulness: 0 of gray, its mean part alone of one flat colour', () => {
    near(
      colorfulness(
        rgbPlanes(
          picture(8, 8, (x, y) => [30 + 3 * x + y, 128, 128]),
          EIGHT,
        ),
      ),
      0,
      1e-4,
    );
    const flat = { width: 1, height: 1, r: Float32Array.of(0.8), g: Float32Array.of(0.4), b: Float32Array.of(0.2) };
    near(colorfulness(flat), 0.3 * Math.hypot(255 * 0.4, 255 * 0.4), 1e-4);
  });

  it('PSNR: capped for equal pictures, 20 dB for an error of a tenth', () => {
    const plane = (value: number) => new Float32Array(16).fill(value);
    const gray = (value: number) => ({ width: 4, height: 4, r: plane(value), g: plane(value), b: plane(value) });
    assert.equal(rgbPsnr(gray(0.5), gray(0.5)), MAX_PSNR);
    near(rgbPsnr(gray(0.5), gray(0.6)), 20, 1e-5);
    const [a, b] = [picture(8, 8, () => [90, 128, 128]), picture(8, 8, () => [90, 138, 118])];
    near(chromaPsnr(a, b, { a: EIGHT, b: EIGHT }), 20 * Math.log10(25.5), 1e-9);
    const deep = picture(8, 8, () => [360, 552, 472], 10);
    assert.equal(chromaPsnr(b, deep, { a: EIGHT, b: TEN }), MAX_PSNR);
  });

  it('luma differs by what it differs, also between depths; mean chroma is counted from neutral', () => {
    const [a, b] = [picture(4, 4, textured), picture(4, 4, (x, y) => (x === 3 && y === 3 ? [0, 0, 0] : textured(x, y)))];
    assert.deepEqual(lumaDifference(a.luma, a.luma, { a: 8, b: 8 }), { max: 0, mean: 0 });
    const there = a.luma.data[15]!;
    assert.deepEqual(lumaDifference(a.luma, b.luma, { a: 8, b: 8 }), { max: there, mean: there / 16 });
    const deep = picture(4, 4, (x, y) => textured(x, y).map(code => 4 * code) as [number, number, number], 10);
    assert.deepEqual(lumaDifference(a.luma, deep.luma, { a: 8, b: 10 }), { max: 0, mean: 0 });
    assert.deepEqual(
      meanChroma(
        picture(5, 3, () => [0, 131, 120]),
        EIGHT,
      ),
      { cb: 3, cr: -8 },
    );
    assert.deepEqual(
      meanChroma(
        picture(5, 3, () => [0, 524, 480], 10),
        TEN,
      ),
      { cb: 3, cr: -8 },
    );
  });
});

describe('kernels: flicker', () => {
  /** Motion by whole or broken pixels, the same everywhere. */
  function moving(width: number, height: number, dx: number, dy: number, factor = 1) {
    const [forward, back] = [1, -1].map(sign => {
      const field = flowField(Math.ceil(width / factor), Math.ceil(height / factor));
      for (let i = 0; i < field.data.length; i += 2) field.data.set([(sign * dx) / factor, (sign * dy) / factor], i);
      return field;
    });
    return { forward: forward!, backward: back!, factor };
  }

  it('colour that rests or travels with its picture does not flicker', () => {
    for (const [dx, dy, factor] of [
      [0, 0, 1],
      [3, -2, 1],
      [4, 2, 2],
    ] as const) {
      const start = picture(33, 21, (x, y) => textured(x + 100, y + 100));
      const later = picture(33, 21, (x, y) => textured(x - dx + 100, y - dy + 100));
      const motion = consistentMotion(moving(33, 21, dx, dy, factor), 33, 21);
      const { all, inside } = flicker(start, later, motion, EIGHT);
      assert.equal(inside, 0);
      // What leaves the picture by a whole pixel or more has no way back and does not count either.
      assert.equal(all, 0);
    }
  });

  it('is the change of chroma in 8-bit code values, whatever depth and range', () => {
    const motion = consistentMotion(moving(16, 12, 0, 0), 16, 12);
    const flat = (cb: number, cr: number, depth = 8) => picture(16, 12, () => [100, cb, cr], depth);
    assert.deepEqual(flicker(flat(120, 130), flat(123, 129), motion, EIGHT), { all: 2, inside: 2 });
    assert.deepEqual(flicker(flat(480, 520, 10), flat(492, 516, 10), motion, TEN), { all: 2, inside: 2 });
    near(flicker(flat(120, 130), flat(123, 129), motion, FULL).all, (2 * 224) / 255, 1e-12);
  });

  it('excludes inconsistent motion, and is undefined without any consistent pixel', () => {
    const { forward } = moving(16, 12, 3, 0);
    const torn = consistentMotion({ forward, backward: flowField(16, 12), factor: 1 }, 16, 12);
    assert.deepEqual(flicker(picture(16, 12, textured), picture(16, 12, textured), torn, EIGHT), {
      all: undefined,
      inside: undefined,
    });
  });

  it('agrees with a plain second implementation on inconsistent motion, edges included', () => {
    const [width, height] = [19, 14];
    const [earlier, later] = [picture(width, height, textured), picture(width, height, (x, y) => textured(x + 1, y + 2))];
    const motion = moving(width, height, 0.4, -0.3);
    const got = flicker(earlier, later, consistentMotion(motion, width, height), EIGHT);
    const sample = (data: IntegerSamples, x: number, y: number) => {
      let sum = 0;
      for (const [column, wx] of [
        [Math.floor(x), 1 - (x - Math.floor(x))],
        [Math.floor(x) + 1, x - Math.floor(x)],
      ] as const) {
        for (const [row, wy] of [
          [Math.floor(y), 1 - (y - Math.floor(y))],
          [Math.floor(y) + 1, y - Math.floor(y)],
        ] as const) {
          const seen = column >= 0 && row >= 0 && column < width && row < height;
          sum += seen ? wx * wy * data[row * width + column]! : 0;
        }
      }
      return sum;
    };
    const all: number[] = [];
    const inside: number[] = [];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [px, py] = [x + Math.fround(0.4), y + Math.fround(-0.3)];
        const seen = px <= width - 1 && py >= 0;
        const change = (['cb', 'cr'] as const)
          .map(name => Math.abs(sample(later[name].data, px, py) - earlier[name].data[y * width + x]!))
          .reduce((a, b) => a + b, 0);
        all.push(change / 2); // such small motion is steady everywhere: less than half a pixel squared is missed at the edge
        if (seen) inside.push(change / 2);
      }
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    near(got.all, mean(all), 1e-4);
    near(got.inside, mean(inside), 1e-4);
  });
});
