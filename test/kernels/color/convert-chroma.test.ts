import assert from 'node:assert/strict';
import { convertChroma } from '../../../src/kernels/color/color.ts';
import type { Matrix } from '../../../src/media/film/frame.ts';

const MATRICES: readonly Matrix[] = ['bt601', 'bt709', 'bt2020'];
const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

describe('convertChroma', () => {
  for (const from of MATRICES) {
    for (const to of MATRICES) {
      it(`from ${from} to ${to} and back is the identity, and gray stays gray`, () => {
        const back = convertChroma(to, from)(...convertChroma(from, to)(0.13, -0.27));
        near(back[0], 0.13, 1e-12);
        near(back[1], -0.27, 1e-12);
        assert.deepEqual(convertChroma(from, to)(0, 0).map(Math.abs), [0, 0]);
      });
    }
  }

  it('knows pure red in both', () => {
    // ITU-R BT.601 and BT.709: Cb = (B - Y) / (2 (1 - Kb)), Cr = (R - Y) / (2 (1 - Kr)) of R = 1, G = B = 0.
    const red = convertChroma('bt601', 'bt709')(-0.299 / 1.772, 0.5);
    near(red[0], -0.2126 / 1.8556, 1e-9);
    near(red[1], 0.5, 1e-9);
  });
});
