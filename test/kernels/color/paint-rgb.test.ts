import assert from 'node:assert/strict';
import { paintRgb, rgbToLuma } from '../../../src/kernels/color/color.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import { lumaOfRgb } from '../../fixtures/stills.ts';

const SIDE = 256;

/** Every luma code of 8 bit (a spread of those of 16) against chroma all around the circle, in and far out of the gamut. */
function everything(depth: 8 | 16) {
  const luma = integerPlane(SIDE, SIDE, depth);
  const cb = new Float32Array(SIDE * SIDE);
  const cr = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const level = i % SIDE;
    const turn = Math.floor(i / SIDE);
    luma.data[i] = depth === 8 ? level : level * 257 + (level < 255 ? turn : 0);
    const reach = (0.5 * ((turn * 37) % 64)) / 63;
    cb[i] = reach * Math.cos((turn * 2 * Math.PI) / 61);
    cr[i] = reach * Math.sin((turn * 2 * Math.PI) / 61);
  }
  const plane = (data: Float32Array) => ({ width: SIDE, height: SIDE, data });
  return { luma, chroma: { cb: plane(cb), cr: plane(cr) } };
}

describe('paintRgb', () => {
  for (const depth of [8, 16] as const) {
    it(`keeps the luma of every code to less than half a code at ${depth} bit, whatever the chroma`, () => {
      const { luma, chroma } = everything(depth);
      const data = paintRgb(luma, chroma, { matrix: 'bt709', depth });
      const found = lumaOfRgb({ width: SIDE, height: SIDE, channels: 3, depth, data });
      const worst = found.reduce((most, y, i) => Math.max(most, Math.abs(y - luma.data[i]!)), 0);
      assert.ok(worst <= 0.7152 / 2 + 1e-6, `off by ${worst} codes`);
      assert.deepEqual(rgbToLuma(data, luma, { matrix: 'bt709', depth, step: 3 }).data, luma.data);
    });
  }

  it('keeps the hue of chroma that leaves the gamut, and only shrinks it', () => {
    const { luma, chroma } = everything(8);
    const rgb = paintRgb(luma, chroma, { matrix: 'bt709', depth: 8 });
    const compared = { count: 0 };
    for (let i = 0; i < luma.data.length; i++) {
      const [r, g, b] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!];
      const y = luma.data[i]!;
      const [u, v] = [(b - y) / 1.8556 / 255, (r - y) / 1.5748 / 255];
      const [cb, cr] = [chroma.cb.data[i]!, chroma.cr.data[i]!];
      assert.ok(Math.hypot(u, v) <= Math.hypot(cb, cr) + 1 / 255, `chroma grew at ${i}`);
      if (Math.hypot(u, v) < 0.1) continue; // rounding turns what is small
      compared.count++;
      const turn = Math.atan2(v * cb - u * cr, u * cb + v * cr);
      assert.ok(Math.abs(turn) < 0.05, `hue turned by ${turn} at ${[r, g, b]}`);
    }
    assert.ok(compared.count > 1000);
  });

  it('black, white and neutral chroma stay gray', () => {
    const luma = { width: 4, height: 1, data: Uint8Array.from([0, 255, 100, 7]) };
    const flat = (value: number[]) => ({ width: 4, height: 1, data: Float32Array.from(value) });
    const rgb = paintRgb(luma, { cb: flat([0.4, 0.4, 0, 0]), cr: flat([-0.3, 0.3, 0, 0]) }, { matrix: 'bt709', depth: 8 });
    assert.deepEqual([...rgb], [0, 0, 0, 255, 255, 255, 100, 100, 100, 7, 7, 7]);
  });
});
