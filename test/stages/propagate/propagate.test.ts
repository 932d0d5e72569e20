import assert from 'node:assert/strict';
import { farthest, fieldOf, livelyField, picture, quantile, texture } from '../../../harness/synthetic.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import type { ChromaField } from '../../../src/media/fields/chroma-field.ts';
import type { Plane } from '../../../src/media/fields/plane.ts';
import { CHROMA_UNITS, unpackField } from '../../../src/media/fields/propagated-field.ts';
import { computeFlowPair } from '../../../src/stages/propagate/estimate-flow.ts';
import { blendCandidates, propagateChroma } from '../../../src/stages/propagate/propagate.ts';

const SIZE = { width: 163, height: 91 };
const FLOWS = ['fine', 'fast'] as const;
/** Carried colour is stored in whole units. */
const PACKED = 0.51 / CHROMA_UNITS;
/** Cells next to the edge, where a moving picture shows what the keyframe does not hold. */
const MARGIN = 24;

type Gray = Plane<Uint8Array>;

describe('propagateChroma', () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await loadKernels();
  });

  const carry = (color: ChromaField, grays: readonly Gray[], outward: 'later' | 'earlier', flow: 'fine' | 'fast') => {
    const inTime = outward === 'later' ? grays : grays.toReversed();
    const flowPairs = inTime.slice(1).map((later, i) => computeFlowPair(kernels, { earlier: inTime[i]!, later, flow }));
    const outwards = outward === 'later' ? flowPairs : flowPairs.toReversed();
    const keyframeDistance = { steps: 0, interval: grays.length };
    const input = {
      color,
      keyframeDistance,
      grays,
      flowPairs: outwards,
      outward,
      kind: 'steady',
      film: 'clean',
      flow,
      detail: 'fine',
    } as const;
    return propagateChroma(kernels, input).map(unpackField);
  };
  /** The picture after `t` frames of a camera that moves by (dx, dy) cells each. */
  const panned = (t: number, dx: number, dy: number) => picture(SIZE, (x, y) => texture(x + t * dx, y + t * dy));
  const pannedColor = (t: number, dx: number, dy: number) =>
    fieldOf(SIZE, (x, y) => [texture(x + t * dx, y + t * dy, 5) / 255 - 0.5, texture(x + t * dx, y + t * dy, 6) / 255 - 0.5, 1]);
  const inner = (a: Float32Array, b: Float32Array) =>
    [...a.keys()]
      .filter(i => {
        const [x, y] = [i % SIZE.width, Math.floor(i / SIZE.width)];
        return Math.min(x, y, SIZE.width - 1 - x, SIZE.height - 1 - y) >= MARGIN;
      })
      .map(i => Math.abs(a[i]! - b[i]!));

  for (const flow of FLOWS) {
    it(`leaves colour where it is when nothing moves (${flow})`, () => {
      const still = panned(0, 0, 0);
      const color = { ...livelyField(SIZE), trust: new Float32Array(SIZE.width * SIZE.height).fill(1) };
      for (const field of carry(color, [still, still, still, still], 'later', flow)) {
        for (const part of ['cb', 'cr'] as const) assert.ok(farthest(field[part], color[part]) < PACKED);
        assert.equal(farthest(field.trust, color.trust), 0);
      }
    });

    it(`carries colour along with a moving picture (${flow})`, () => {
      const [dx, dy] = [2, -1];
      const grays = [0, 1, 2, 3, 4, 5, 6].map(t => panned(t, dx, dy));
      for (const [i, field] of carry(pannedColor(0, dx, dy), grays, 'later', flow).entries()) {
        const miss = inner(field.cb, pannedColor(i + 1, dx, dy).cb);
        assert.ok(quantile(miss, 0.5) < 0.004, `frame ${i + 1}: median ${quantile(miss, 0.5)}`);
        assert.ok(quantile(miss, 0.99) < 0.04, `frame ${i + 1}: 99 % ${quantile(miss, 0.99)}`);
      }
    });

    it(`keeps one colour one colour, however the picture moves (${flow})`, () => {
      const grays = [0, 1, 2, 3].map(t =>
        picture(SIZE, (x, y) => texture(x * (1 + t / 60) + 3 * t, y + 6 * Math.sin(x / 15 + t))),
      );
      for (const field of carry(
        fieldOf(SIZE, () => [0.125, -0.25, 1]),
        grays,
        'later',
        flow,
      )) {
        assert.ok(
          field.cb.every(value => Math.abs(value - 0.125) < PACKED) && field.cr.every(value => Math.abs(value + 0.25) < PACKED),
        );
      }
    });
  }

  it('gives a film that runs backward the same colour backward', () => {
    const grays = [0, 1, 2, 3, 4].map(t => panned(t, 1.5, 0.75));
    const color = livelyField(SIZE);
    const later = carry(color, grays, 'later', 'fine');
    const earlier = carry(color, grays, 'earlier', 'fine');
    later.forEach((field, i) => {
      for (const part of ['cb', 'cr', 'trust'] as const) assert.equal(farthest(field[part], earlier[i]![part]), 0, part);
    });
  });

  it('trusts nothing that came from outside the picture', () => {
    const grays = [0, 1].map(t => panned(t, 12, 0));
    const [field] = carry(pannedColor(0, 0, 0), grays, 'later', 'fine');
    for (let y = 20; y < SIZE.height - 20; y++) assert.ok(field!.trust[y * SIZE.width + SIZE.width - 3]! < 0.01);
  });

  it('drifts less over a long span when each flow is held against the keyframe', () => {
    const turn = (t: number) => picture(SIZE, (x, y) => texture(x + 40 + 9 * Math.sin(t / 4 + y / 30), y + 0.37 * t));
    const colorAt = (t: number) =>
      fieldOf(SIZE, (x, y) => [texture(x + 40 + 9 * Math.sin(t / 4 + y / 30), y + 0.37 * t, 5) / 255 - 0.5, 0, 1]);
    const grays = Array.from({ length: 17 }, (_, t) => turn(t));
    const miss = (flow: 'fine' | 'fast') => {
      const misses = inner(carry(colorAt(0), grays, 'later', flow).at(-1)!.cb, colorAt(16).cb);
      return Math.sqrt(misses.reduce((sum, value) => sum + value * value, 0) / misses.length);
    };
    assert.ok(miss('fine') < 0.7 * miss('fast'), `${miss('fine')} against ${miss('fast')}`);
  });
});

describe('blendCandidates', () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await loadKernels();
  });
  const gray = picture(SIZE, x => (x < 80 ? 60 : 180));
  const calmed = (only: ChromaField) => blendCandidates(kernels, { candidates: [only], gray });

  it('leaves trusted colour alone', () => {
    const sure = { ...livelyField(SIZE), trust: new Float32Array(SIZE.width * SIZE.height).fill(1) };
    const calm = calmed(sure);
    for (const part of ['cb', 'cr', 'trust'] as const) assert.ok(farthest(calm[part], sure[part]) < PACKED);
  });

  it('spreads a distrusted speck, but not across an edge of the luma', () => {
    const speck = fieldOf(SIZE, (x, y) => {
      const astray = Math.hypot(x - 40, y - 40) < 2;
      return [astray ? 0.4 : x < 80 ? 0.1 : -0.2, 0, astray ? 0 : x < 76 || x > 83 ? 1 : 0];
    });
    const calm = calmed(speck);
    const at = (x: number, y: number) => calm.cb[y * SIZE.width + x]!;
    assert.ok(Math.abs(at(40, 40) - 0.1) < 0.2, `the speck is ${at(40, 40)}`);
    assert.ok(Math.abs(at(79, 60) - 0.1) < 0.02 && Math.abs(at(80, 60) + 0.2) < 0.02, `the edge is ${at(79, 60)}, ${at(80, 60)}`);
  });

  it('keeps a field of one colour', () => {
    const even = fieldOf(SIZE, () => [0.125, -0.25, 0]);
    const calm = calmed(even);
    // The neutral weight of the filter takes a share of 0.001 / 0.3 away.
    assert.ok(calm.cb.every(value => Math.abs(value - 0.125) < 0.002) && calm.cr.every(value => Math.abs(value + 0.25) < 0.002));
  });
});
