import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { rawVideo } from '../../../src/adapters/ffmpeg/raw-video.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

const folder = await temporaryFolder();
after(() => folder.remove());

const JOB = {
  path: '/no/film',
  stream: 0,
  timebase: { num: 1, den: 25 },
  filter: 'null',
  pixelFormat: 'gray',
  pictureBytes: 1,
  keptBytes: 1,
};
const CONTEXT = '[Parsed_showinfo_1 @ 0x55d3] [info] ';

/** What is heard of 40 pictures where one of them is told in a line of `before`, its own words and `after`. */
async function heard(
  place: number,
  before: string,
  after: string,
): Promise<{ ticks: (number | undefined)[]; errors: readonly string[] }> {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const message = `n: ${i} pts: ${i} pts_time:${i / 25} fmt:gray sar:1/1 s:1x1 i:P iskey:1 type:I `;
    return i === place ? before + message + after : CONTEXT + message;
  });
  const program = join(folder.path, `speaks-${place}`);
  const script = [
    `cat >&2 <<'END'`,
    `${CONTEXT}config in time_base: 1/25, frame_rate: 25/1`,
    ...lines,
    'END',
    `printf '%040d' 0`,
  ];
  await writeFile(program, ['#!/bin/sh', ...script, ''].join('\n'), { mode: 0o755 });
  const pictures = rawVideo({ ...(await locateFfmpeg()), path: program }, JOB);
  const ticks: (number | undefined)[] = [];
  let step = await pictures.next();
  for (; !step.done; step = await pictures.next()) ticks.push(step.value.ticks);
  return { ticks, errors: step.value.errors };
}

describe('raw video', () => {
  const all = Array.from({ length: 40 }, (_, i) => i);

  it('hears every picture and what a decoder complained about in its line', async () => {
    assert.deepEqual(await heard(38, CONTEXT, 'ac-tex damaged at 3 0'), { ticks: all, errors: ['ac-tex damaged at 3 0'] });
  });

  it('takes no piece of the output’s description for a complaint', async () => {
    assert.deepEqual(await heard(3, CONTEXT, "Output #0, rawvideo, to 'pipe:1':"), { ticks: all, errors: [] });
    assert.deepEqual(await heard(4, '[info]   Stream #0:0: Video: rawvideo, ', '25 fps, 25 tbn'), { ticks: all, errors: [] });
  });
});
