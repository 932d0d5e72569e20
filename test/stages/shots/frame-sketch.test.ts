import assert from 'node:assert/strict';
import { surveySize } from '../../../src/stages/shots/frame-sketch.ts';

describe('survey size', () => {
  it('keeps about the same number of samples and the aspect of any film', () => {
    for (const [width, height] of [
      [640, 480],
      [1920, 1080],
      [720, 1280],
      [4096, 1716],
      [641, 361],
    ] as const) {
      const size = surveySize(width, height);
      assert.ok(size.width * size.height > 4500 && size.width * size.height < 8200, `${size.width} x ${size.height}`);
      assert.ok(Math.abs(Math.log((size.width / size.height) * (height / width))) < 0.25, `${size.width} x ${size.height}`);
    }
  });

  it('is fit for the smallest and the longest pictures', async () => {
    for (const [width, height] of [
      [1, 1],
      [8, 8],
      [4000, 16],
      [16, 4000],
    ] as const) {
      const size = surveySize(width, height);
      assert.ok(size.width % 16 === 0 && size.height % 16 === 0 && size.width * size.height <= 65536);
    }
  });
});
