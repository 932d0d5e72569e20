import assert from 'node:assert/strict';
import { modelSize } from '../../../src/media/models/model-size.ts';

describe('modelSize', () => {
  const card = { multipleOf: 16, preferredSize: { shortSide: 144, min: 64, max: 512 } } as const;
  const cases: [string, [number, number], [number, number]][] = [
    ['keeps the aspect, short side at the preferred length', [1920, 1080], [256, 144]],
    ['takes a picture that stands upright', [1080, 1920], [144, 256]],
    ['rounds to the multiple', [720, 576], [176, 144]],
    ['never makes a picture larger than its size rounded up', [100, 90], [96, 96]],
    ['keeps to the least side', [40, 20], [64, 64]],
    ['keeps to the greatest side', [4000, 200], [512, 144]],
  ];
  for (const [what, [width, height], [across, down]] of cases) {
    it(`${what}: ${width}x${height} as ${across}x${down}`, () => {
      assert.deepEqual(modelSize({ width, height }, card), { width: across, height: down });
    });
  }

  it('squeezes any picture into the one size that a model has', () => {
    const fixed = { ...card, fixedSize: { width: 512, height: 256 } };
    assert.deepEqual(modelSize({ width: 100, height: 900 }, fixed), { width: 512, height: 256 });
  });

  for (const [shortSide, limits, side] of [
    [500, {}, 496],
    [8, {}, 16],
    [384, { max: 300 }, 288],
    [64, { min: 100 }, 112],
  ] as const) {
    it(`a model made for squares sees one of ${side}, where it asks for ${shortSide}`, () => {
      const square = { multipleOf: 16, preferredSize: { shortSide, ...limits, aspect: 'square' as const } };
      for (const picture of [
        { width: 1920, height: 1080 },
        { width: 40, height: 90 },
      ])
        assert.deepEqual(modelSize(picture, square), { width: side, height: side });
    });
  }
});
