import assert from 'node:assert/strict';
import { standardRate } from '../../../src/media/film/frame-rate.ts';
import { formatTimecode, laterTimecode, parseTimecode } from '../../../src/media/film/timecode.ts';

const NTSC = { num: 30_000, den: 1001 };
const FILM = { num: 24, den: 1 };

/** Labels of drop frame, one by one: the first numbers of each minute but every tenth are left out (SMPTE ST 12-1). */
function* dropFrameLabels(nominal: number, minutes: number): Generator<string> {
  const two = (value: number) => String(value).padStart(2, '0');
  for (let minute = 0; minute < minutes; minute++)
    for (let second = 0; second < 60; second++)
      for (let frame = 0; frame < nominal; frame++) {
        if (second === 0 && minute % 10 !== 0 && frame < nominal / 15) continue;
        yield `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)};${two(frame)}`;
      }
}

describe('timecode', () => {
  for (const [nominal, rate] of [
    [30, NTSC],
    [60, { num: 60_000, den: 1001 }],
  ] as const)
    it(`drop frame at ${nominal}: every label of 75 minutes, in both directions`, () => {
      const first = parseTimecode('00:00:00;00', rate)!;
      let frames = 0;
      for (const label of dropFrameLabels(nominal, 75)) {
        assert.equal(formatTimecode(laterTimecode(first, frames)), label);
        assert.equal(parseTimecode(label, rate)!.frames, frames);
        frames++;
      }
      assert.equal(frames, (75 * 60 - 0) * nominal - (nominal / 15) * (75 - 8));
    });

  it('counts every number where it does not drop any, and starts anew after a day', () => {
    const last = parseTimecode('23:59:59:23', FILM)!;
    assert.equal(last.frames, 24 * 86_400 - 1);
    assert.equal(formatTimecode(laterTimecode(last, 1)), '00:00:00:00');
    assert.equal(parseTimecode('01:00:00:00', { num: 24_000, den: 1001 })!.frames, 86_400);
    const drop = parseTimecode('23:59:59;29', NTSC)!;
    assert.equal(formatTimecode(laterTimecode(drop, 1)), '00:00:00;00');
  });

  it('is nothing else', () => {
    for (const text of ['', '1:00', '01:60:00:00', '01:00:00:24', '01:00:00', 'a1:00:00:00'])
      assert.equal(parseTimecode(text, FILM), undefined, text);
  });
});

describe('standardRate', () => {
  it('finds what a measured rate is rounded from, and tells 24 from 24000/1001', () => {
    assert.deepEqual(standardRate({ num: 2997, den: 125 }), { num: 24_000, den: 1001 });
    assert.deepEqual(standardRate({ num: 19_001, den: 634 }), NTSC);
    assert.deepEqual(standardRate({ num: 24, den: 1 }), FILM);
    for (const odd of [16, 18, 20, 24.2]) assert.equal(standardRate({ num: odd * 10, den: 10 }), undefined);
  });
});
