import assert from 'node:assert/strict';
import {
  dice,
  farthest,
  fieldOf,
  flowOf,
  livelyField,
  livelyFlow,
  ODD_SIZES,
  picture,
  texture,
} from '../../../harness/synthetic.ts';
import { type Kernels, plainKernels } from '../../../src/kernels/kernels.ts';
import { weightTable } from '../../../src/kernels/propagation/candidate-weight.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { CHROMA_UNITS, unpackField, weightsOf } from '../../../src/media/fields/propagated-field.ts';

const SIZES = [
  ...ODD_SIZES,
  { width: 8, height: 8 },
  { width: 16, height: 16 },
  { width: 200, height: 9 },
  { width: 64, height: 48 },
];

describe('vector kernels equal their plain twins', () => {
  let fast: Kernels;
  before(async () => {
    fast = await loadKernels();
  });

  for (const size of SIZES) {
    const name = `${size.width} x ${size.height}`;
    const at = picture(size, (x, y) => texture(x, y));
    const from = picture(size, (x, y) => 0.95 * texture(x * 1.02 - 2.3, y - 1.7) + 3);

    for (const finestScale of [0, 1, 2] as const) {
      it(`estimateFlow, finest scale ${finestScale}, ${name}`, () => {
        for (const options of [{ finestScale }, { finestScale, iterations: 2 }, { finestScale, initial: livelyFlow(size) }]) {
          const plain = plainKernels.estimateFlow(at, from, options);
          assert.ok(farthest(fast.estimateFlow(at, from, options).data, plain.data) < 1e-5);
        }
      });
    }

    const flow = livelyFlow(size);
    const field = livelyField(size);

    it(`composeFlow and consistencyError, ${name}`, () => {
      const far = flowOf(size, (x, y) => [3 * Math.cos(y / 7), x / 20 - 2]);
      assert.ok(farthest(fast.composeFlow(flow, far).data, plainKernels.composeFlow(flow, far).data) < 1e-4);
      assert.ok(farthest(fast.consistencyError(flow, far).data, plainKernels.consistencyError(flow, far).data) < 1e-4);
    });

    it(`warpField and warpScalar, ${name}`, () => {
      const [one, other] = [fast.warpField(field, flow), plainKernels.warpField(field, flow)];
      for (const part of ['cb', 'cr', 'trust'] as const) assert.ok(farthest(one[part], other[part]) < 1e-4, part);
      const values = { ...size, data: field.cb };
      assert.ok(farthest(fast.warpScalar(values, flow).data, plainKernels.warpScalar(values, flow).data) < 1e-4);
    });

    it(`zero flow is the identity, ${name}`, () => {
      const still = flowOf(size, () => [0, 0]);
      const warped = fast.warpField(field, still);
      for (const part of ['cb', 'cr', 'trust'] as const) assert.equal(farthest(warped[part], field[part]), 0);
      assert.equal(farthest(fast.composeFlow(still, flow).data, flow.data), 0);
    });

    it(`betterFlow, ${name}`, () => {
      const error = (values: Float32Array) => ({ ...size, data: values });
      const one = { flow, error: error(field.cb) };
      const other = { flow: flowOf(size, (x, y) => [x / 9, y / 7]), error: error(field.cr) };
      assert.deepEqual(fast.betterFlow(one, other), plainKernels.betterFlow(one, other));
    });

    it(`photometricError, ${name}`, () => {
      for (const normalise of ['none', 'mean', 'mean-and-gain'] as const) {
        for (const window of [1, 5, 7]) {
          const plain = plainKernels.photometricError(at, from, flow, { window, normalise });
          const difference = farthest(fast.photometricError(at, from, flow, { window, normalise }).data, plain.data);
          assert.ok(difference < 0.02, `${normalise} over ${window}: ${difference} levels`);
        }
      }
    });

    it(`guidedUpsample, ${name}`, () => {
      for (const factor of [1, 1.7, 2, 4]) {
        const big = { width: Math.round(size.width * factor), height: Math.round(size.height * factor) };
        const high = picture(big, (x, y) => texture(x / factor, y / factor));
        for (const options of [
          { radius: 2, epsilon: 1e-4 },
          { radius: 5, epsilon: 1e-3 },
        ]) {
          const plain = plainKernels.guidedUpsample(field, at, high, options);
          const out = fast.guidedUpsample(field, at, high, options);
          for (const part of ['cb', 'cr'] as const) {
            const difference = farthest(out[part].data, plain[part].data);
            assert.ok(difference < 1e-3, `${part} times ${factor}: ${difference}`);
          }
        }
      }
    });

    it(`smoothField, ${name}`, () => {
      const options = { radius: 3, epsilon: 1e-4 };
      const [one, other] = [fast.smoothField(field, at, options), plainKernels.smoothField(field, at, options)];
      for (const part of ['cb', 'cr', 'trust'] as const) assert.ok(farthest(one[part], other[part]) < 1e-3, part);
    });

    it(`smoothField, ${name}: what lies beyond two windows' reach leaves no trace`, () => {
      for (const radius of [1, 3]) {
        const options = { radius, epsilon: 1e-4 };
        const inside = ({ x, y }: { x: number; y: number }) => x < size.width / 3 && y < size.height / 3;
        const places = Array.from(field.cb, (_, i) => ({ x: i % size.width, y: Math.floor(i / size.width) }));
        const painted = { ...field, cb: field.cb.map((value, i) => (inside(places[i]!) ? 0.31 : value)) };
        const [one, other] = [fast.smoothField(field, at, options), fast.smoothField(painted, at, options)];
        const near = places.map(({ x, y }) => inside({ x: x - 2 * radius, y: y - 2 * radius }));
        assert.deepEqual(
          [...other.cb].filter((_, i) => !near[i]),
          [...one.cb].filter((_, i) => !near[i]),
        );
        assert.ok(farthest(one.cb, other.cb) > 0.01);
      }
    });

    it(`boxDecimate, ${name}`, () => {
      const roll = dice(9);
      for (const depth of [8, 10, 12, 16]) {
        const samples = Array.from({ length: size.width * size.height }, () => Math.floor(roll() * 2 ** depth));
        const luma = { ...size, data: depth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples) };
        for (const factor of [1, 2, 3, 4, 5, 6, 8, 9, 16]) {
          assert.deepEqual(fast.boxDecimate(luma, factor, depth), plainKernels.boxDecimate(luma, factor, depth));
        }
      }
    });

    it(`resizeArea and resizeField, ${name}`, () => {
      for (const [width, height] of [
        [size.width, size.height],
        [7, 5],
        [333, 100],
        [20, 200],
      ] as const) {
        assert.ok(farthest(fast.resizeArea(at, width, height).data, plainKernels.resizeArea(at, width, height).data) < 1e-3);
        const [one, other] = [fast.resizeField(field, width, height), plainKernels.resizeField(field, width, height)];
        for (const part of ['cb', 'cr', 'trust'] as const) assert.ok(farthest(one[part], other[part]) < 1e-5, part);
      }
    });

    it(`quantiseChroma, ${name}`, () => {
      const chroma = { cb: { ...size, data: field.cb }, cr: { ...size, data: field.cr } };
      const luma = picture(size, (x, y) => (x === 0 ? 0 : x === 1 ? 255 : texture(x, y, 4)));
      for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
        for (const range of ['limited', 'full'] as const) {
          for (const depth of [8, 10, 12]) {
            const one = fast.quantiseChroma(chroma, luma, { matrix, range, depth });
            const other = plainKernels.quantiseChroma(chroma, luma, { matrix, range, depth });
            assert.ok(farthest(one.cb.data, other.cb.data) <= 1 && farthest(one.cr.data, other.cr.data) <= 1);
          }
        }
      }
    });
  }

  for (const size of SIZES) {
    const name = `${size.width} x ${size.height}`;
    const gray = picture(size, (x, y) => texture(x, y));
    const left = livelyField(size);
    const right = fieldOf(size, (x, y) => [
      texture(x, y, 21) / 255 - 0.5,
      texture(x, y, 22) / 255 - 0.5,
      texture(x, y, 23) / 255,
    ]);

    it(`chromaCodes, ${name}`, () => {
      for (const factor of [0.7, 1, 2]) {
        const high = picture({ width: Math.round(size.width * factor), height: Math.round(size.height * factor) }, (x, y) =>
          texture(x / factor, y / factor),
        );
        for (const depth of [8, 10]) {
          const options = { radius: 3, epsilon: 1e-3, matrix: 'bt709', range: 'limited', depth } as const;
          const [one, other] = [fast.chromaCodes(left, gray, high, options), plainKernels.chromaCodes(left, gray, high, options)];
          assert.ok(farthest(one.cb.data, other.cb.data) <= 1 && farthest(one.cr.data, other.cr.data) <= 1);
        }
      }
    });

    const flowErrors = {
      error: { ...size, data: left.cb.map(value => 60 * Math.abs(value)) },
      pathError: { ...size, data: right.cr.map(value => (value > 0.2 ? 200 * value : Math.abs(value))) },
    };
    const candidates = [
      { field: left, keyframeDistance: { steps: 3, interval: 16 } },
      { field: right, keyframeDistance: { steps: 20, interval: 16 } },
      { field: left, keyframeDistance: { steps: 2, interval: Number.POSITIVE_INFINITY } },
    ].map(({ field: known, keyframeDistance }) =>
      plainKernels.weighCandidate(known, flowErrors, weightTable(keyframeDistance, 13)),
    );

    it(`weighCandidate, ${name}`, () => {
      for (const [keyframeDistance, tolerance] of [
        [{ steps: 3, interval: 16 }, 13],
        [{ steps: 40, interval: 16 }, 18],
      ] as const) {
        const table = weightTable(keyframeDistance, tolerance);
        const [one, other] = [fast.weighCandidate(left, flowErrors, table), plainKernels.weighCandidate(left, flowErrors, table)];
        const [fields, weights] = [[one, other].map(unpackField), [one, other].map(weightsOf)];
        for (const part of ['cb', 'cr'] as const) assert.ok(farthest(fields[0]![part], fields[1]![part]) <= 1.01 / CHROMA_UNITS);
        assert.ok(fields[0]!.trust.every((trust, i) => Math.abs(trust - fields[1]!.trust[i]!) <= 0.01 * trust + 1e-6));
        assert.ok(weights[0]!.every((weight, i) => Math.abs(weight - weights[1]![i]!) <= 0.01 * weight));
      }
    });

    it(`mixFields and smoothUntrusted, ${name}`, () => {
      for (const count of [1, 2, 3]) {
        const some = candidates.slice(0, count);
        const [mixed, plain] = [fast.mixFields(some), plainKernels.mixFields(some)];
        const options = { radius: 2, epsilon: 1e-3, untrustedWeight: 0.3 };
        const [calm, other] = [fast.smoothUntrusted(some, gray, options), plainKernels.smoothUntrusted(some, gray, options)];
        for (const part of ['cb', 'cr', 'trust'] as const) {
          assert.ok(farthest(mixed[part], plain[part]) < 1e-5, part);
          assert.ok(farthest(calm[part], other[part]) < 1e-3, part);
        }
      }
    });
  }

  it('a window without any trust is neutral', () => {
    const size = { width: 97, height: 200 };
    const lively = livelyField(size);
    const field = { ...lively, trust: lively.trust.map((trust, i) => (i % 97 < 40 && i < 97 * 120 ? trust : 0)) };
    const gray = picture(size, (x, y) => texture(x, y));
    const out = fast.guidedUpsample(field, gray, gray, { radius: 3, epsilon: 1e-4 });
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 97; x++) {
        if (x > 47 || y > 127) assert.ok(Math.abs(out.cb.data[y * 97 + x]!) < 1e-3, `${x}, ${y}: ${out.cb.data[y * 97 + x]}`);
      }
    }
  });

  it('what a call leaves behind does not change the next', () => {
    const size = { width: 63, height: 41 };
    const gray = picture(size, (x, y) => texture(x, y));
    const moved = picture(size, (x, y) => texture(x + 1.5, y));
    const first = fast.estimateFlow(gray, moved, { finestScale: 0 }).data;
    fast.boxDecimate({ width: 1920, height: 1080, data: new Uint16Array(1920 * 1080).fill(65535) }, 4, 16);
    fast.guidedUpsample(livelyField(size), gray, moved, { radius: 4, epsilon: 1e-3 });
    assert.deepEqual(fast.estimateFlow(gray, moved, { finestScale: 0 }).data, first);
  });
});
