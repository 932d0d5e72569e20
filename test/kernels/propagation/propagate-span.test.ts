import assert from 'node:assert/strict';
import { farthest, livelyField, motion, picture, quantile, texture } from '../../../harness/synthetic.ts';
import { type Kernels, plainKernels } from '../../../src/kernels/kernels.ts';
import { propagateSpan, type SpanOptions, searchesAt } from '../../../src/kernels/propagation/propagate-span.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { unpackField } from '../../../src/media/fields/propagated-field.ts';

const SIZES = [
  { width: 8, height: 8 },
  { width: 9, height: 23 },
  { width: 61, height: 17 },
  { width: 163, height: 91 },
];
const OPTIONS: readonly SpanOptions[] = [
  {
    window: 5,
    normalise: 'none',
    tolerance: 13,
    keyframeDistance: { steps: 0, interval: 3 },
    refineEvery: 1,
    refineTwice: true,
    recoverEvery: 2,
    alwaysSearch: false,
  },
  {
    window: 5,
    normalise: 'none',
    tolerance: 13,
    keyframeDistance: { steps: 0, interval: 3 },
    refineEvery: 0,
    refineTwice: false,
    recoverEvery: 0,
    alwaysSearch: false,
  },
  {
    window: 7,
    normalise: 'mean-and-gain',
    tolerance: 18,
    keyframeDistance: { steps: 2, interval: 9 },
    refineEvery: 1,
    refineTwice: false,
    recoverEvery: 4,
    alwaysSearch: true,
  },
  {
    window: 5,
    normalise: 'mean',
    tolerance: 18,
    keyframeDistance: { steps: 2, interval: 9 },
    refineEvery: 2,
    refineTwice: true,
    recoverEvery: 0,
    alwaysSearch: false,
  },
];

describe('propagateSpan', () => {
  let fast: Kernels;
  before(async () => {
    fast = await loadKernels();
  });

  /** A picture that moves and swells, with flow both ways between neighbours. */
  const span = (size: { width: number; height: number }) => {
    const grays = [0, 1, 2, 3, 4].map(t =>
      picture(size, (x, y) => texture(x * (1 + t / 80) + 1.3 * t, y + 3 * Math.sin(x / 15 + t))),
    );
    const flow = (at: number, from: number) => fast.estimateFlow(grays[at]!, grays[from]!, { finestScale: 0 });
    const toward = grays.slice(1).map((_, i) => motion(flow(i + 1, i), flow(i, i + 1)));
    return { color: livelyField(size), grays, toward };
  };

  for (const size of SIZES) {
    it(`is its steps one after the other, at ${size.width} x ${size.height}`, () => {
      const input = span(size);
      for (const options of OPTIONS) {
        const whole = fast.propagateSpan(input, options);
        const inSteps = propagateSpan(fast, input, options);
        assert.equal(whole.length, 4);
        for (const [i, field] of whole.entries()) {
          for (const part of ['cb', 'cr', 'trust'] as const) {
            const [one, other] = [unpackField(field), unpackField(inSteps[i]!)];
            assert.ok(farthest(one[part], other[part]) < 1e-4, `${part} of frame ${i + 1}, ${options.normalise}`);
          }
        }
      }
    });

    it(`is its plain twin, but where two flows are alike, at ${size.width} x ${size.height}`, () => {
      const input = span(size);
      for (const options of OPTIONS) {
        const plain = plainKernels.propagateSpan(input, options);
        for (const [i, field] of fast.propagateSpan(input, options).entries()) {
          for (const part of ['cb', 'cr', 'trust'] as const) {
            const other = unpackField(plain[i]!)[part];
            const misses = Array.from(unpackField(field)[part], (value, cell) => Math.abs(value - other[cell]!));
            assert.ok(quantile(misses, 0.95) < 2e-3, `${part} of frame ${i + 1}: ${quantile(misses, 0.95)}`);
          }
        }
      }
    });
  }

  it('leaves nothing behind that changes the next call', () => {
    const [one, other] = [span(SIZES[2]!), span(SIZES[3]!)];
    const first = fast.propagateSpan(one, OPTIONS[0]!);
    fast.propagateSpan(other, OPTIONS[2]!);
    assert.deepEqual(fast.propagateSpan(one, OPTIONS[0]!), first);
  });

  it('searches when it is due, and less where all motion is consistent, least beyond the next keyframe', () => {
    const options: SpanOptions = { ...OPTIONS[0]!, refineEvery: 2, recoverEvery: 4, keyframeDistance: { steps: 0, interval: 4 } };
    const at = (step: number, share: number) => searchesAt(step - 1, step * share, options);
    assert.deepEqual(at(2, 0.5), { refines: true, recovers: false });
    assert.deepEqual(at(3, 0.5), { refines: false, recovers: false });
    assert.deepEqual(at(4, 0.5), { refines: true, recovers: true });
    assert.deepEqual(at(4, 0), { refines: true, recovers: false });
    assert.deepEqual(at(8, 0.02), { refines: true, recovers: false });
    assert.deepEqual(at(8, 0), { refines: false, recovers: false });
    assert.deepEqual(at(8, 0.5), { refines: true, recovers: true });
    assert.deepEqual(searchesAt(7, 0, { ...options, alwaysSearch: true }), { refines: true, recovers: true });
  });

  it('carries nothing where there is no neighbour', () => {
    const { color, grays } = span(SIZES[0]!);
    assert.deepEqual(fast.propagateSpan({ color, grays: grays.slice(0, 1), toward: [] }, OPTIONS[0]!), []);
  });
});
