import assert from 'node:assert/strict';
import { blendEnds } from '../../src/kernels/calm.ts';
import { loadKernels } from '../../src/kernels/simd.ts';
import { livelyField } from './synthetic.ts';

const SIZE = { width: 163, height: 91 };

describe('blendEnds', () => {
  it('leaves everything to the only end there is, and nothing where there is none', async () => {
    const kernels = await loadKernels();
    const one = livelyField(SIZE);
    assert.equal(blendEnds(kernels, { left: one, right: undefined }, 0.3), one);
    assert.equal(blendEnds(kernels, { left: undefined, right: one }, 0.3), one);
    assert.equal(blendEnds(kernels, { left: undefined, right: undefined }, 0.3), undefined);
  });
});
