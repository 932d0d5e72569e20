import assert from 'node:assert/strict';
import { dice, picture, texture } from '../../../harness/synthetic.ts';
import { GAMUT_HEADROOM, quantiseChroma, rgbToChroma, shrinkToGamut, ycbcrToRgb8 } from '../../../src/kernels/color/color.ts';
import type { Matrix, Range } from '../../../src/media/film/frame.ts';

const MATRICES: readonly Matrix[] = ['bt601', 'bt709', 'bt2020'];
const RANGES: readonly Range[] = ['limited', 'full'];
const SIZE = { width: 37, height: 21 };
const CELLS = SIZE.width * SIZE.height;

function plane(value: (i: number) => number) {
  return { ...SIZE, data: Float32Array.from({ length: CELLS }, (_, i) => value(i)) };
}

function rgbOf(y: number, cb: number, cr: number, matrix: Matrix): number[] {
  const [kr, kb] = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] }[matrix] as [number, number];
  const red = y + 2 * (1 - kr) * cr;
  const blue = y + 2 * (1 - kb) * cb;
  return [red, (y - kr * red - kb * blue) / (1 - kr - kb), blue];
}

describe('rgbToChroma', () => {
  it('knows the colour bars of BT.709', () => {
    const { cb, cr } = rgbToChroma(Uint8Array.of(255, 0, 0, 0, 0, 255, 128, 128, 128), 3, 1, { matrix: 'bt709', depth: 8 });
    assert.ok(Math.abs(cr.data[0]! - 0.5) < 1e-6 && Math.abs(cb.data[0]! + 0.2126 / 1.8556) < 1e-6);
    assert.ok(Math.abs(cb.data[1]! - 0.5) < 1e-6);
    assert.ok(Math.abs(cb.data[2]!) < 1e-7 && Math.abs(cr.data[2]!) < 1e-7);
  });
});

describe('shrinkToGamut', () => {
  for (const matrix of MATRICES) {
    it(`ends inside the gamut and its headroom, and at their edge when it shrinks at all (${matrix})`, () => {
      const roll = dice(3);
      for (let i = 0; i < 2000; i++) {
        const [y, cb, cr] = [roll(), roll() - 0.5, roll() - 0.5];
        const scale = shrinkToGamut(y, cb, cr, matrix);
        const rgb = rgbOf(y, scale * cb, scale * cr, matrix);
        assert.ok(scale >= 0 && scale <= 1);
        const room = Math.min(Math.min(...rgb), 1 - Math.max(...rgb)) + GAMUT_HEADROOM;
        assert.ok(room > -1e-9);
        if (scale < 1) assert.ok(room < 1e-9);
      }
    });
  }
});

describe('quantiseChroma', () => {
  const luma = picture(SIZE, (x, y) => texture(3 * x, 3 * y));
  for (const range of RANGES) {
    for (const depth of [8, 10, 12]) {
      const unit = 2 ** (depth - 8);
      it(`leaves neutral at ${128 * unit} (${range}, ${depth} bit)`, () => {
        const { cb, cr } = quantiseChroma({ cb: plane(() => 0), cr: plane(() => 0) }, luma, { matrix: 'bt709', range, depth });
        assert.ok(cb.data.every(value => value === 128 * unit) && cr.data.every(value => value === 128 * unit));
      });

      it(`is legal and, within rounding, inside the gamut and its headroom (${range}, ${depth} bit)`, () => {
        for (const matrix of MATRICES) {
          const roll = dice(7);
          const chroma = { cb: plane(() => 1.2 * (roll() - 0.5)), cr: plane(() => 1.2 * (roll() - 0.5)) };
          const { cb, cr } = quantiseChroma(chroma, luma, { matrix, range, depth });
          const [black, white, most] = range === 'full' ? [0, 255, 2 ** depth - 1] : [16, 219, 224 * unit];
          for (let i = 0; i < CELLS; i++) {
            const y = Math.min(Math.max((luma.data[i]! - black) / white, 0), 1);
            const u = (cb.data[i]! - 128 * unit) / most;
            const v = (cr.data[i]! - 128 * unit) / most;
            const rgb = rgbOf(y, u, v, matrix);
            const beyond = GAMUT_HEADROOM + 1.5 / most;
            assert.ok(Math.min(...rgb) > -beyond && Math.max(...rgb) < 1 + beyond, `${rgb} at luma ${y}`);
            if (range === 'limited') assert.ok(cb.data[i]! >= 16 * unit && cb.data[i]! <= 240 * unit);
          }
        }
      });
    }
  }

  it('fades chroma out toward black', () => {
    const dark = picture(SIZE, x => 16 + x / 4);
    const { cb } = quantiseChroma({ cb: plane(() => 0.001), cr: plane(() => 0) }, dark, {
      matrix: 'bt709',
      range: 'limited',
      depth: 12,
    });
    assert.equal(cb.data[0], 2048);
    const lifted = [...cb.data.subarray(0, SIZE.width)];
    for (let x = 1; x < SIZE.width; x++) assert.ok(lifted[x]! >= lifted[x - 1]!);
    assert.equal(lifted[SIZE.width - 1], 2052);
  });
});

describe('ycbcrToRgb8', () => {
  for (const matrix of MATRICES) {
    for (const range of RANGES) {
      it(`undoes rgbToChroma within rounding (${matrix}, ${range})`, () => {
        const roll = dice(11);
        const rgb = Uint8Array.from({ length: CELLS * 3 }, () => 30 + 190 * roll());
        const weights = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] }[matrix] as [number, number];
        const gray = Float64Array.from(
          { length: CELLS },
          (_, i) => weights[0] * rgb[3 * i]! + weights[1] * rgb[3 * i + 2]! + (1 - weights[0] - weights[1]) * rgb[3 * i + 1]!,
        );
        const codes = Uint16Array.from(gray, y => (range === 'full' ? (y / 255) * 1023 + 0.5 : (y / 255) * 876 + 64.5));
        const chroma = rgbToChroma(rgb, SIZE.width, SIZE.height, { matrix, depth: 8 });
        const eight = { ...SIZE, data: Uint8Array.from(gray, y => (range === 'full' ? y + 0.5 : (y / 255) * 219 + 16.5)) };
        const coded = quantiseChroma(chroma, eight, { matrix, range, depth: 10 });
        const back = ycbcrToRgb8({ luma: { ...SIZE, data: codes }, ...coded }, { matrix, range, depth: 10 });
        for (let i = 0; i < rgb.length; i++) assert.ok(Math.abs(rgb[i]! - back[i]!) <= 2, `${rgb[i]} came back as ${back[i]}`);
      });
    }
  }

  it('takes subsampled chroma', () => {
    const luma = picture({ width: 5, height: 3 }, () => 126);
    const small = (value: number) => picture({ width: 3, height: 2 }, () => value);
    const rgb = ycbcrToRgb8({ luma, cb: small(128), cr: small(160) }, { matrix: 'bt709', range: 'limited', depth: 8 });
    assert.equal(rgb.length, 45);
    assert.ok(rgb[0]! > rgb[1]! && rgb[2]! > rgb[1]!);
    assert.ok([...rgb].every((value, i) => value === rgb[i % 3]));
  });
});
