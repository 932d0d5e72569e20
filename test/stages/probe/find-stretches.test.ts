import assert from 'node:assert/strict';
import type { ListedPacket } from '../../../src/adapters/ffmpeg/packet-list.ts';
import { findStretches } from '../../../src/stages/probe/find-stretches.ts';

const TIMEBASE = { num: 1, den: 1000 };
const [PICTURE, SOUND, TITLES] = [0, 1, 2];
const OPTIONS = {
  streams: [
    { index: PICTURE, kind: 'video', timebase: TIMEBASE },
    { index: SOUND, kind: 'audio', timebase: TIMEBASE },
    { index: TITLES, kind: 'subtitle', timebase: TIMEBASE },
  ],
  picture: PICTURE,
  frame: 0.04,
  leaps: true,
};

type Moment = readonly [stream: number, pts: number];

const found = (moments: readonly Moment[], options = OPTIONS) => {
  async function* packets(): AsyncGenerator<ListedPacket> {
    for (const [stream, pts] of moments) yield { stream, pts, dts: pts, duration: stream === TITLES ? 2000 : 40, key: true };
  }
  return findStretches(packets(), options);
};

/** So many milliseconds of pictures and sound, interleaved; sound lies a little later in the file. */
function cell(start: number, length: number): Moment[] {
  const times = Array.from({ length: length / 40 }, (_, i) => start + 40 * i);
  return times.flatMap((time): Moment[] => [
    [PICTURE, time],
    [SOUND, time],
  ]);
}

describe('stretches of a clock', () => {
  it('one where it runs on, whatever gaps subtitles have', async () => {
    const [only, ...more] = await found([...cell(0, 2000), [TITLES, 100], ...cell(2000, 40_000), [TITLES, 39_000]]);
    assert.deepEqual(more, []);
    assert.deepEqual({ ...only, packets: [...only!.packets] }, { shift: 0, first: 0, last: 41_960, pictures: 1050, packets: [] });
  });

  it('streams that jump before and after the pictures do are cut each at its own packet', async () => {
    const first = cell(1000, 2000);
    const second = cell(500, 2000);
    // Sound of the second cell comes before its first picture, and a picture of the first one late.
    const moments: Moment[] = [
      ...first.slice(0, -2),
      [SOUND, 2960],
      [SOUND, 500],
      [PICTURE, 2960],
      ...second.filter((_, i) => i !== 1),
    ];
    const [, next] = await found(moments);
    assert.equal(next!.shift, 3000 - 500);
    assert.equal(next!.packets.get(SOUND), 50);
    assert.deepEqual([next!.first, next!.last], [500, 2460]);
  });

  it('a sparse stream goes with what lies around it, also where its own times rise', async () => {
    const moments: Moment[] = [...cell(0, 60_000), ...cell(0, 8000)];
    moments.splice(200, 0, [TITLES, 4000]);
    moments.push([TITLES, 7900]);
    const [, next] = await found(moments);
    assert.equal(next!.packets.get(TITLES), 1);
  });

  it('longer sound is not cut short: the next stretch waits for it', async () => {
    const [, next] = await found([...cell(0, 2000), [SOUND, 2000], [SOUND, 2040], ...cell(0, 2000)]);
    assert.equal(next!.shift, 2080);
  });

  it('sound that stumbles alone moves nothing', async () => {
    const moments = cell(0, 20_000).map(([stream, pts], i): Moment => [stream, i === 401 ? pts - 5000 : pts]);
    assert.equal((await found(moments)).length, 1);
  });

  it('a leap ahead is another clock only where the format promises no gaps', async () => {
    const moments = [...cell(0, 2000), ...cell(100_000, 2000)];
    assert.equal((await found(moments)).length, 2);
    assert.equal((await found(moments, { ...OPTIONS, leaps: false })).length, 1);
  });
});
