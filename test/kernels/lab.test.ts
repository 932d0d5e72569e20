import assert from 'node:assert/strict';
import { chromaToLab, hintToLab, labToChroma, lightnessOf } from '../../src/kernels/lab.ts';
import { dice } from './synthetic.ts';

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

    it(`what a model is told in Lab comes back as the chroma that was meant, however strong (${matrix})`, () => {
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
