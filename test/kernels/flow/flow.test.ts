import assert from 'node:assert/strict';
import { flowOf, ODD_SIZES, picture, quantile, texture } from '../../../harness/synthetic.ts';
import { estimateFlow, type FlowOptions } from '../../../src/kernels/flow/flow.ts';
import type { FlowField } from '../../../src/media/fields/flow-field.ts';

const SIZE = { width: 161, height: 91 };

/** The end-point errors of the cells at least `margin` from the edge. */
function errors(flow: FlowField, truth: FlowField, margin: number): number[] {
  const out: number[] = [];
  for (let y = margin; y < flow.height - margin; y++) {
    for (let x = margin; x < flow.width - margin; x++) {
      const i = 2 * (y * flow.width + x);
      out.push(Math.hypot(flow.data[i]! - truth.data[i]!, flow.data[i + 1]! - truth.data[i + 1]!));
    }
  }
  return out;
}

/** `at` shows the texture, `from` the same shifted so that at(x) looks like from(x + shift). */
function shifted(size: { width: number; height: number }, dx: number, dy: number, level = (value: number) => value) {
  return { at: picture(size, (x, y) => texture(x, y)), from: picture(size, (x, y) => level(texture(x - dx, y - dy))) };
}

describe('estimateFlow', () => {
  for (const [dx, dy] of [
    [0, 0],
    [0.5, -0.25],
    [1.3, -0.7],
    [-5.25, 3.5],
    [14.5, -9.25],
  ] as const) {
    it(`recovers a shift by (${dx}, ${dy}) to a tenth of a cell`, () => {
      const { at, from } = shifted(SIZE, dx, dy);
      const miss = errors(
        estimateFlow(at, from, { finestScale: 0 }),
        flowOf(SIZE, () => [dx, dy]),
        16,
      );
      assert.ok(quantile(miss, 0.5) < 0.1, `median error ${quantile(miss, 0.5)}`);
      assert.ok(quantile(miss, 0.95) < 0.25, `95 % error ${quantile(miss, 0.95)}`);
    });
  }

  it('follows what left the picture by how its neighbours move', () => {
    const [dx, dy] = [14, -9];
    const { at, from } = shifted(SIZE, dx, dy);
    const flow = estimateFlow(at, from, { finestScale: 0 });
    const missed: number[] = [];
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++) {
        if (x + dx < SIZE.width && y + dy >= 0) continue;
        const i = 2 * (y * SIZE.width + x);
        missed.push(Math.hypot(flow.data[i]! - dx, flow.data[i + 1]! - dy));
      }
    }
    assert.ok(quantile(missed, 0.5) < 0.75, `median error ${quantile(missed, 0.5)}`);
  });

  it('finds nothing where nothing moves', () => {
    const { at } = shifted(SIZE, 0, 0);
    assert.ok(estimateFlow(at, at, { finestScale: 0 }).data.every(value => value === 0));
  });

  for (const finestScale of [1, 2] as const) {
    it(`gives cells of the full grid when the finest scale is ${finestScale}`, () => {
      const { at, from } = shifted(SIZE, 4.5, -2.5);
      const flow = estimateFlow(at, from, { finestScale });
      assert.deepEqual([flow.width, flow.height], [SIZE.width, SIZE.height]);
      assert.ok(
        quantile(
          errors(
            flow,
            flowOf(SIZE, () => [4.5, -2.5]),
            16,
          ),
          0.5,
        ) <
          0.1 * 2 ** finestScale,
      );
    });
  }

  for (const [name, level] of [
    ['10 % darker', (v: number) => 0.9 * v],
    ['12 levels brighter', (v: number) => v * 0.95 + 12],
  ] as const) {
    it(`is not led astray by a frame ${name}`, () => {
      const steady = shifted(SIZE, 2.25, 1.5);
      const flickering = shifted(SIZE, 2.25, 1.5, level);
      const before = estimateFlow(steady.at, steady.from, { finestScale: 0 });
      const after = estimateFlow(flickering.at, flickering.from, { finestScale: 0 });
      const miss = errors(after, before, 12);
      assert.ok(quantile(miss, 0.5) < 0.1, `median change ${quantile(miss, 0.5)}`);
      assert.ok(quantile(miss, 0.95) < 0.2, `95 % change ${quantile(miss, 0.95)}`);
    });
  }

  it('follows a turning and growing picture', () => {
    const motion = (x: number, y: number) => [0.03 * (x - 80) - 0.04 * (y - 45), 0.04 * (x - 80) + 0.03 * (y - 45)] as const;
    const from = picture(SIZE, (x, y) => texture(x, y));
    const at = picture(SIZE, (x, y) => texture(x + motion(x, y)[0], y + motion(x, y)[1]));
    const miss = errors(estimateFlow(at, from, { finestScale: 0 }), flowOf(SIZE, motion), 12);
    assert.ok(quantile(miss, 0.5) < 0.1, `median error ${quantile(miss, 0.5)}`);
  });

  it('starts from a given flow where the search alone would not get there', () => {
    const { at, from } = shifted(SIZE, 40, 0);
    const initial = flowOf(SIZE, () => [38.5, 1]);
    const truth = flowOf(SIZE, () => [40, 0]);
    const refined = errors(estimateFlow(at, from, { finestScale: 0, initial }), truth, 16).filter((_, i) => i % 129 < 80);
    assert.ok(quantile(refined, 0.5) < 0.1, `median error ${quantile(refined, 0.5)}`);
  });

  for (const size of [...ODD_SIZES, { width: 16, height: 16 }, { width: 8, height: 8 }, { width: 200, height: 9 }]) {
    for (const finestScale of [0, 1, 2] as const) {
      it(`takes pictures of ${size.width} x ${size.height}, finest scale ${finestScale}`, () => {
        const { at, from } = shifted(size, 1, 0.5);
        const flow = estimateFlow(at, from, { finestScale });
        assert.equal(flow.data.length, size.width * size.height * 2);
        assert.ok(flow.data.every(Number.isFinite));
      });
    }
  }

  it('stays finite on flat and on random pictures', () => {
    const flat = picture(SIZE, () => 90);
    const noise = picture(SIZE, (x, y) => (Math.imul(x * 7919 + y * 104729, 2654435761) >>> 24) & 255);
    const options: FlowOptions = { finestScale: 0 };
    assert.ok(estimateFlow(flat, flat, options).data.every(value => value === 0));
    assert.ok(estimateFlow(flat, noise, options).data.every(Number.isFinite));
    assert.ok(estimateFlow(noise, flat, options).data.every(Number.isFinite));
  });

  it('refuses pictures smaller than a patch, by name', () => {
    const tiny = picture({ width: 7, height: 40 }, () => 0);
    assert.throws(() => estimateFlow(tiny, tiny, { finestScale: 0 }), {
      name: 'KinemacolorError',
      message: /at least 8 x 8.*7 x 40/,
    });
  });
});
