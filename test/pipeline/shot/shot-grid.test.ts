import assert from 'node:assert/strict';
import type { PictureFormat } from '../../../src/media/film/frame.ts';
import type { Plan, PlannedShot } from '../../../src/media/plan/plan.ts';
import { shotGrid } from '../../../src/pipeline/shot/shot-grid.ts';

const FORMAT = { width: 1280, height: 720 } as PictureFormat;
const PLAN = { palette: [] } as unknown as Plan;

describe('shotGrid', () => {
  const shot = (...keyframes: PlannedShot['keyframes']) =>
    ({ start: 0, end: 9, kind: 'steady', keyframes }) as unknown as PlannedShot;
  const model = { index: 0, color: { kind: 'model' as const } };

  it('is broad where the model colours alone', () => {
    assert.deepEqual(shotGrid(PLAN, shot(model, { ...model, index: 8 }), FORMAT), { factor: 4, width: 320, height: 180 });
  });

  it('is fine as soon as a person has a say: a picture, a reference, a hint, a colour of the palette', () => {
    const sha256 = '0'.repeat(64);
    const picture = { index: 8, color: { kind: 'picture' as const, path: 'a.png', sha256 } };
    const reference = { index: 8, color: { kind: 'reference' as const, path: 'a.png', sha256 } };
    const hinted = { ...model, index: 8, hints: [{ x: 0.5, y: 0.5, radius: 0.02, color: '#b06a3c' }] };
    for (const keyframe of [picture, reference, hinted]) {
      const grid = shotGrid(PLAN, shot(model, keyframe as PlannedShot['keyframes'][number]), FORMAT);
      assert.deepEqual(grid, { factor: 3, width: 427, height: 240 });
    }
  });

  it('is the picture itself where that is small', () => {
    assert.equal(shotGrid(PLAN, shot(model), { ...FORMAT, width: 320, height: 180 }).factor, 1);
  });
});
