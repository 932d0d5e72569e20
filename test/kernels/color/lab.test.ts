import assert from 'node:assert/strict';
import { dice } from '../../../harness/synthetic.ts';
import { chromaToLab, hintToLab, labToChroma, lightnessOf } from '../../../src/kernels/color/lab.ts';

const SIZE = { width: 19, height: 13 };
const plane = (value: (i: number) => number) => ({
  ...SIZE,
  data: Float32Array.from({ length: SIZE.width * SIZE.height }, (_, i) => value(i)),
});

describe('Lab', () => {
  it('knows black, white and the middle gray of sRGB', () => {
    assert.ok(Math.abs(lightnessOf(0)) < 1e-9);
    assert.ok(Math.abs(lightnessOf(1) - 100) < 1e-6);
    assert.ok(Math.abs(lightnessOf(119 / 255) - 50.03) < 0.02);
  });

  it('knows the pure red of sRGB: a 80.1, b 67.2', () => {
    const kr = 0.2126;
    const { a, b } = chromaToLab(
      plane(() => kr),
      { cb: plane(() => -kr / 1.8556), cr: plane(() => 0.5) },
      'bt709',
    );
    assert.ok(Math.abs(a.data[0]! - 80.1) < 0.2, `${a.data[0]}`);
    assert.ok(Math.abs(b.data[0]! - 67.2) < 0.2, `${b.data[0]}`);
  });

  it('is what the standards say, far beyond the colours of a screen, too', () => {
    const code = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
    const light = (of: number) => (of <= 0.04045 ? of / 12.92 : ((of + 0.055) / 1.055) ** 2.4);
    const root = (of: number) => (of > 216 / 24389 ? Math.cbrt(of) : (24389 / 27 / 116) * of + 16 / 116);
    const square = (of: number) => (of > 6 / 29 ? of ** 3 : (of - 16 / 116) * 3 * (6 / 29) ** 2);
    const roll = dice(7);
    const large = { width: 200, height: 100 };
    const many = (value: () => number) => ({ ...large, data: Float32Array.from({ length: 20_000 }, value) });
    const [luma, a, b] = [many(() => 1.1 * roll() - 0.05), many(() => 340 * (roll() - 0.5)), many(() => 340 * (roll() - 0.5))];
    const { cb, cr } = labToChroma(luma, { a, b }, 'bt709');
    for (let i = 0; i < luma.data.length; i++) {
      const middle = root(light(luma.data[i]!));
      assert.ok(Math.abs(lightnessOf(luma.data[i]!) - (116 * middle - 16)) < 2e-5);
      const [x, y, z] = [
        square(middle + a.data[i]! / 500) * 0.950456,
        square(middle),
        square(middle - b.data[i]! / 200) * 1.088754,
      ];
      const red = code(3.240479 * x - 1.53715 * y - 0.498535 * z);
      const green = code(-0.969256 * x + 1.875992 * y + 0.041556 * z);
      const blue = code(0.055648 * x - 0.204043 * y + 1.057311 * z);
      const own = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      assert.ok(Math.abs(cb.data[i]! - (blue - own) / 1.8556) < 1e-5, `${cb.data[i]} is not ${(blue - own) / 1.8556}`);
      assert.ok(Math.abs(cr.data[i]! - (red - own) / 1.5748) < 1e-5, `${cr.data[i]} is not ${(red - own) / 1.5748}`);
    }
  });

  for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
    it(`neutral is neutral, both ways (${matrix})`, () => {
      const luma = plane(i => (i % 20) / 19);
      const none = plane(() => 0);
      const { cb, cr } = labToChroma(luma, { a: none, b: none }, matrix);
      assert.ok([...cb.data, ...cr.data].every(value => Math.abs(value) < 1e-4));
      const { a, b } = chromaToLab(luma, { cb: none, cr: none }, matrix);
      assert.ok([...a.data, ...b.data].every(value => Math.abs(value) < 1e-2));
    });

    it(`a small tint comes back (${matrix})`, () => {
      const roll = dice(5);
      const luma = plane(() => 0.3 + 0.4 * roll());
      const chroma = { cb: plane(() => 0.02 * (roll() - 0.5)), cr: plane(() => 0.02 * (roll() - 0.5)) };
      const back = labToChroma(luma, chromaToLab(luma, chroma, matrix), matrix);
      for (let i = 0; i < luma.data.length; i++) {
        assert.ok(Math.abs(back.cb.data[i]! - chroma.cb.data[i]!) < 1e-3);
        assert.ok(Math.abs(back.cr.data[i]! - chroma.cr.data[i]!) < 1e-3);
      }
    });

    it(`a hint converted to Lab and back is the same chroma, at any saturation (${matrix})`, () => {
      const roll = dice(6);
      const luma = plane(() => 0.3 + 0.4 * roll());
      const chroma = { cb: plane(() => 0.4 * (roll() - 0.5)), cr: plane(() => 0.4 * (roll() - 0.5)) };
      const back = labToChroma(luma, hintToLab(luma, chroma, matrix), matrix);
      for (let i = 0; i < luma.data.length; i++) {
        assert.ok(Math.abs(back.cb.data[i]! - chroma.cb.data[i]!) < 1e-4);
        assert.ok(Math.abs(back.cr.data[i]! - chroma.cr.data[i]!) < 1e-4);
      }
    });
  }
});
