import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openColorizer } from '../../../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import type { Film } from '../../../src/media/film/film.ts';
import type { Frame } from '../../../src/media/film/frame.ts';
import { writeAnchors } from '../../../src/media/plan/color-anchors.ts';
import { colorKeyframe } from '../../../src/stages/keyframes/key-color.ts';
import { writeForeignModel } from '../../fixtures/models/foreign-models.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

const SIZE = 64;
const format = { width: SIZE, height: SIZE, depth: 8, range: 'full', matrix: 'bt709', timebase: { num: 1, den: 24 } } as const;
const film = { format } as Film;
const grid = { factor: 1, width: SIZE, height: SIZE };
/** Dark at the left, light at the right. */
function frame(): Frame {
  const luma = grayPlane(SIZE, SIZE);
  for (let i = 0; i < luma.data.length; i++) luma.data[i] = i % SIZE < SIZE / 2 ? 60 : 190;
  return { index: 3, ticks: 0, luma };
}
const HINT = { x: 0.25, y: 0.5, color: '#a03030', radius: 0.06 };
const cell = (x: number, y: number) => y * SIZE + x;

describe('colour of a keyframe', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kinemacolor-key-color-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [kind, write] of [
    ['that takes hints', () => writeTinyModel(folder, 'obedient')],
    ['that takes none', () => writeForeignModel(folder, 'eccv16')],
  ] as const)
    it(`a hint colours its own side of an edge, with a model ${kind}`, async () => {
      const colorizer = await openColorizer({ ...(await resolveModel(await write())), device: 'cpu', threads: 1 });
      try {
        const model = { kind: 'model' } as const;
        const plain = await colorKeyframe(frame(), model, { film, grid, colorizer });
        const hinted = await colorKeyframe(frame(), model, { film, grid, colorizer, hints: [HINT] });
        const change = (x: number, y: number) => hinted.cr[cell(x, y)]! - plain.cr[cell(x, y)]!;
        const requested = change(16, 32);
        assert.ok(requested > 0.05, `at the hint: ${requested}`);
        assert.ok(change(16, 44) > 0.3 * requested, `beside it: ${change(16, 44)} of ${requested}`);
        assert.ok(Math.abs(change(48, 32)) < 0.1 * requested, `beyond the edge: ${change(48, 32)} of ${requested}`);
        assert.ok(hinted.trust.every(trust => trust === 1));
      } finally {
        await colorizer.close();
      }
    });

  it("the model's colour is moved toward the shot's anchors, below the user's hints, if the model provides features", async () => {
    const anchors = writeAnchors(
      [60, 190].map((code, side) => ({
        features: [1, 0],
        luma: code / 255,
        x: 0.25 + side / 2,
        y: 0.5,
        cb: -0.1,
        cr: 0.1,
        weight: 1,
      })),
    );
    const model = { kind: 'model' } as const;
    for (const [kind, moves] of [
      ['seeing', true],
      ['obedient', false],
    ] as const) {
      const path = await writeTinyModel(folder, kind);
      const colorizer = await openColorizer({ ...(await resolveModel(path)), device: 'cpu', threads: 1 });
      try {
        const plain = await colorKeyframe(frame(), model, { film, grid, colorizer });
        const agreed = await colorKeyframe(frame(), model, { film, grid, colorizer, anchors });
        if (!moves) {
          assert.deepEqual(agreed.cr, plain.cr);
          continue;
        }
        assert.ok(plain.cr[cell(16, 32)]! < 0, 'the tiny model tints the other way');
        for (const x of [16, 48]) assert.ok(Math.abs(agreed.cr[cell(x, 32)]! - 0.1) < 0.01, `${agreed.cr[cell(x, 32)]}`);
        const both = { film, grid, colorizer, anchors, hints: [{ ...HINT, color: '#3030a0' }] };
        const hinted = await colorKeyframe(frame(), model, both);
        assert.ok(hinted.cb[cell(16, 32)]! > 0.15, `under the hint: ${hinted.cb[cell(16, 32)]}`);
        assert.ok(Math.abs(hinted.cr[cell(48, 32)]! - 0.1) < 0.03, `beyond the edge: ${hinted.cr[cell(48, 32)]}`);
      } finally {
        await colorizer.close();
      }
    }
  });
});
