import assert from 'node:assert/strict';
import type { Keyframe } from '../../../src/media/plan/keyframe.ts';
import type { Shot, ShotKind } from '../../../src/media/plan/shot.ts';
import { chooseKeyframes } from '../../../src/stages/keyframes/choose-keyframes.ts';

const shot = (start: number, end: number, kind: ShotKind = 'steady'): Shot => ({ start, end, kind });
const picture = (index: number): Keyframe => ({ index, color: { kind: 'picture', path: `${index}.png`, sha256: 'ab' } });
const indexes = (keyframes: readonly Keyframe[]): number[] => keyframes.map(({ index }) => index);

describe('choose-keyframes', () => {
  const table: [string, Shot, { every: number; given?: number[]; only?: 'given' | 'given-and-automatic' }, number[]][] = [
    ['a short shot has its two ends', shot(10, 15), { every: 32 }, [10, 14]],
    ['a shot of one frame has one', shot(7, 8), { every: 32 }, [7]],
    ['a shot of two frames has two', shot(7, 9), { every: 32 }, [7, 8]],
    ['a gap of exactly `every` is left alone', shot(0, 33), { every: 32 }, [0, 32]],
    ['one frame more is halved', shot(0, 34), { every: 32 }, [0, 17, 33]],
    ['spacing is even', shot(100, 201), { every: 30 }, [100, 125, 150, 175, 200]],
    ['every = 1 takes each frame', shot(3, 8), { every: 1 }, [3, 4, 5, 6, 7]],
    ['a picture near an end stands for it', shot(0, 40), { every: 32, given: [10, 30] }, [10, 30]],
    ['an end half of `every` away needs none', shot(0, 40), { every: 32, given: [16, 39] }, [16, 39]],
    ['an end farther away is added', shot(0, 40), { every: 32, given: [17, 39] }, [0, 17, 39]],
    ['gaps between pictures are filled', shot(0, 101), { every: 20, given: [0, 50, 100] }, [0, 17, 33, 50, 67, 83, 100]],
    ['one picture in a long shot', shot(0, 101), { every: 50, given: [20] }, [20, 60, 100]],
    ['pictures of other shots are passed over', shot(10, 20), { every: 32, given: [9, 20] }, [10, 19]],
    ['every = 1 with pictures', shot(0, 5), { every: 1, given: [2] }, [0, 1, 2, 3, 4]],
    ['only given: nothing is added', shot(0, 100), { every: 10, given: [40, 50], only: 'given' }, [40, 50]],
    ['only given, and none is there', shot(0, 100), { every: 10, only: 'given' }, []],
    ['a dissolve has its ends, however long', shot(20, 80, 'dissolve'), { every: 10 }, [20, 79]],
    ['a fade too', shot(20, 80, 'fade'), { every: 1 }, [20, 79]],
    ['and the pictures inside', shot(20, 80, 'dissolve'), { every: 10, given: [50] }, [20, 50, 79]],
    ['a dissolve, only given', shot(20, 80, 'dissolve'), { every: 10, given: [50], only: 'given' }, [50]],
  ];
  for (const [name, of, { every, given = [], only = 'given-and-automatic' }, expected] of table) {
    it(name, () => assert.deepEqual(indexes(chooseKeyframes(of, { every, given: given.map(picture), only })), expected));
  }

  it('leaves out what can be carried across, in steps, and never a picture', () => {
    const chosen = (far: number, given: number[] = []) =>
      indexes(
        chooseKeyframes(shot(0, 193), {
          every: 24,
          given: given.map(picture),
          only: 'given-and-automatic',
          carries: (from, to) => to - from <= far,
        }),
      );
    assert.deepEqual(chosen(48), [0, 48, 96, 144, 192]);
    assert.deepEqual(chosen(96), [0, 96, 192]);
    assert.deepEqual(chosen(47), [0, 24, 48, 72, 96, 120, 144, 168, 192]);
    assert.deepEqual(chosen(96, [40]), [0, 40, 127, 192]);
  });

  it('keeps a picture where an automatic keyframe would stand', () => {
    const keyframes = chooseKeyframes(shot(0, 10), { every: 32, given: [picture(0)], only: 'given-and-automatic' });
    assert.deepEqual(keyframes, [picture(0)]);
    const faded = chooseKeyframes(shot(0, 10, 'fade'), { every: 32, given: [picture(0)], only: 'given-and-automatic' });
    assert.deepEqual(faded, [picture(0), { index: 9, color: { kind: 'model' } }]);
  });

  it('never leaves neighbours farther apart than `every`', () => {
    for (let end = 1; end < 90; end++) {
      for (const every of [1, 2, 3, 7, 16, 31]) {
        for (const given of [[], [4], [4, 50], [0, 1, 2, 60]]) {
          const chosen = indexes(
            chooseKeyframes(shot(0, end), { every, given: given.map(picture), only: 'given-and-automatic' }),
          );
          for (let i = 1; i < chosen.length; i++) {
            const gap = chosen[i]! - chosen[i - 1]!;
            assert.ok(gap > 0 && gap <= every, `gap ${gap} in ${chosen} for every ${every}, end ${end}`);
          }
          assert.ok(chosen[0]! <= every / 2 && chosen[chosen.length - 1]! >= end - 1 - every / 2);
        }
      }
    }
  });

  it('refuses a spacing that is no whole number from 1', () => {
    for (const every of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => chooseKeyframes(shot(0, 10), { every, given: [], only: 'given-and-automatic' }), { kind: 'usage' });
    }
  });
});
