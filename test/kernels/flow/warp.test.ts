import assert from 'node:assert/strict';
import { farthest, fieldOf, flowOf, livelyField, livelyFlow, ODD_SIZES } from '../../../harness/synthetic.ts';
import { composeFlow, warpField, warpScalar } from '../../../src/kernels/flow/warp.ts';

const SIZE = { width: 41, height: 23 };

describe('warpField', () => {
  for (const size of ODD_SIZES) {
    it(`keeps every cell under zero flow (${size.width} x ${size.height})`, () => {
      const field = livelyField(size);
      const warped = warpField(
        field,
        flowOf(size, () => [0, 0]),
      );
      assert.equal(farthest(warped.cb, field.cb), 0);
      assert.equal(farthest(warped.cr, field.cr), 0);
      assert.equal(farthest(warped.trust, field.trust), 0);
    });
  }

  it('takes out(x) from field(x + flow(x)), exactly for whole cells', () => {
    const field = livelyField(SIZE);
    const warped = warpField(
      field,
      flowOf(SIZE, () => [3, -2]),
    );
    for (const [x, y] of [
      [0, 2],
      [10, 10],
      [37, 22],
    ] as const) {
      assert.equal(warped.cb[y * SIZE.width + x], field.cb[(y - 2) * SIZE.width + x + 3]);
      assert.equal(warped.trust[y * SIZE.width + x], field.trust[(y - 2) * SIZE.width + x + 3]);
    }
  });

  it('reads a ramp exactly between cells', () => {
    const ramp = fieldOf(SIZE, (x, y) => [x / 100, y / 100, 0.5]);
    const warped = warpField(
      ramp,
      flowOf(SIZE, () => [1.25, 2.75]),
    );
    assert.ok(Math.abs(warped.cb[5 * SIZE.width + 7]! - 0.0825) < 1e-6);
    assert.ok(Math.abs(warped.cr[5 * SIZE.width + 7]! - 0.0775) < 1e-6);
  });

  it('keeps a constant colour anywhere, and trusts nothing from outside', () => {
    const field = fieldOf(SIZE, () => [0.2, -0.3, 1]);
    const flow = livelyFlow(SIZE);
    const warped = warpField(field, flow);
    assert.ok(farthest(warped.cb, field.cb) < 1e-7);
    for (let y = 0, i = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++, i++) {
        const px = x + flow.data[2 * i]!;
        const py = y + flow.data[2 * i + 1]!;
        const isOutside = px < -0.5 || py < -0.5 || px > SIZE.width - 0.5 || py > SIZE.height - 0.5;
        assert.equal(warped.trust[i], isOutside ? 0 : 1, `cell ${x}, ${y} looks at ${px}, ${py}`);
      }
    }
  });
});

describe('warpScalar', () => {
  it('carries one plane as warpField carries its planes', () => {
    const field = livelyField(SIZE);
    const flow = livelyFlow(SIZE);
    const warped = warpScalar({ ...SIZE, data: field.cb }, flow);
    assert.equal(farthest(warped.data, warpField(field, flow).cb), 0);
  });
});

describe('composeFlow', () => {
  const still = flowOf(SIZE, () => [0, 0]);
  const flow = livelyFlow(SIZE);

  it('with no motion before or after is the other motion', () => {
    assert.equal(farthest(composeFlow(still, flow).data, flow.data), 0);
    assert.equal(farthest(composeFlow(flow, still).data, flow.data), 0);
  });

  it('adds shifts', () => {
    const whole = composeFlow(
      flowOf(SIZE, () => [1.5, -2]),
      flowOf(SIZE, () => [0.25, 4]),
    );
    assert.ok(farthest(whole.data, flowOf(SIZE, () => [1.75, 2]).data) < 1e-6);
  });

  it('reads the far flow where the near one leads', () => {
    const near = flowOf(SIZE, () => [2.5, 1]);
    const far = flowOf(SIZE, (x, y) => [x / 8, y / 4]);
    const whole = composeFlow(near, far);
    const i = 2 * (6 * SIZE.width + 9);
    assert.ok(Math.abs(whole.data[i]! - (2.5 + 11.5 / 8)) < 1e-6);
    assert.ok(Math.abs(whole.data[i + 1]! - (1 + 7 / 4)) < 1e-6);
  });

  it('warping by a composed flow is warping twice, for a picture without detail', () => {
    const field = fieldOf(SIZE, (x, y) => [x / 100, y / 100, 1]);
    const near = flowOf(SIZE, (x, y) => [0.04 * (x - 20), 0.03 * (11 - y)]);
    const far = flowOf(SIZE, (x, y) => [0.05 * (20 - y), 0.02 * (x - 20)]);
    const once = warpField(field, composeFlow(near, far));
    const twice = warpField(warpField(field, far), near);
    const inside = Array.from(once.cb.keys()).filter(i => i % SIZE.width > 3 && i % SIZE.width < SIZE.width - 4);
    for (const i of inside) assert.ok(Math.abs(once.cb[i]! - twice.cb[i]!) < 1e-5);
  });
});
