import assert from 'node:assert/strict';
import { codeRange } from '../../../src/kernels/color/color.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import type { ColorFrame } from '../../../src/media/film/frame.ts';
import { layOut } from '../../../src/stages/encode/layout.ts';

describe('layOut', () => {
  it('chroma only: luma lies halfway from black to white, at any depth and range', async () => {
    for (const range of ['limited', 'full'] as const)
      for (const depth of [8, 10, 12, 16]) {
        const plane = integerPlane(2, 2, depth);
        const frame: ColorFrame = { index: 0, ticks: 0, luma: plane, cb: plane, cr: plane, subsampling: '444' };
        async function* frames() {
          yield frame;
        }
        const format = { width: 2, height: 2, depth, range, matrix: 'bt709', timebase: { num: 1, den: 24 } } as const;
        const { black, luma } = codeRange(range, depth);
        for await (const laidOut of layOut(frames(), 'chroma-only', format))
          for (const code of laidOut.luma.data)
            assert.ok(Math.abs(code - black - (black + luma - code)) <= 1, `${range}, ${depth} bit: ${code}`);
      }
  });
});
