import assert from 'node:assert/strict';
import { isStill, keyframeDistances } from '../../../src/stages/keyframes/keyframe-distance.ts';
import { withoutStill } from '../../../src/stages/keyframes/shot-anchors.ts';
import { sketchFrame } from '../../../src/stages/shots/frame-sketch.ts';
import { PairSimilarity } from '../../../src/stages/shots/pair-similarity.ts';

/** Patches of 6 x 4 samples whose levels depend on `seed` alone. */
function patches(seed: number): Uint8Array {
  const level = (column: number, row: number) => 255 * Math.abs(Math.sin(1 + 12.9 * column + 78.2 * row + 41.3 * seed));
  return Uint8Array.from({ length: 96 * 64 }, (_, i) => level(Math.floor((i % 96) / 6), Math.floor(i / (96 * 4))));
}

/** `frames` frames; frame i shows the picture of `seedAt(i)`. */
function similarityOf(frames: number, seedAt: (i: number) => number): PairSimilarity {
  const similarity = new PairSimilarity();
  for (let i = 0; i < frames; i++) similarity.push(sketchFrame(i, { width: 96, height: 64, data: patches(seedAt(i)) }));
  return similarity;
}

describe('pair-similarity', () => {
  const changing = similarityOf(200, i => (i < 100 ? 1 : i));

  it('is high while nothing changes, low while all does, and 0 where no pair fits in', () => {
    assert.ok(changing.lowest(0, 99) > 0.97);
    assert.ok(changing.lowest(120, 199) < 0.8);
    assert.ok(changing.lowest(0, 199) < 0.8);
    assert.equal(changing.lowest(1, 30), 0);
  });

  it('decides how far apart keyframes stand, counted from the first frame; a stated distance stands', () => {
    const { every, carries } = keyframeDistances(
      { keyframeEvery: undefined },
      { longest: 70, similarity: changing, first: 1000 },
    );
    assert.equal(every, 24);
    assert.deepEqual(
      [carries(1000, 1048), carries(1000, 1070), carries(1000, 1071), carries(1120, 1160)],
      [true, true, false, false],
    );
    const stated = keyframeDistances({ keyframeEvery: 30 }, { longest: 70, similarity: changing, first: 0 });
    assert.deepEqual([stated.every, stated.carries(0, 48)], [30, false]);
  });

  it('leaves out samples between two of which all pictures show the same', () => {
    const gray = { width: 96, height: 64, data: patches(1) };
    const samples = [0, 24, 48, 72, 96, 120, 144, 168].map(index => ({ index: 1000 + index, gray }));
    const kept = withoutStill(samples, isStill(changing, 1000)).map(({ index }) => index - 1000);
    assert.deepEqual(kept, [0, 96, 120, 144, 168]);
  });
});
