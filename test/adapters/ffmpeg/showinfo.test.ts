import assert from 'node:assert/strict';
import { messageWithin, parseShownPicture, parseShownTimebase } from '../../../src/adapters/ffmpeg/showinfo.ts';

// Lines as ffmpeg 5.1, 7.1 and 9.0 wrote them while two of their threads spoke at once.
const PICTURE =
  '[Parsed_showinfo_1 @ 0x55d3] [info] n:  89 pts:     90 pts_time:3.6     pos:   345464 fmt:yuv420p sar:1/1 s:160x90 i:P iskey:0 type:B ';
const COLORS = '[Parsed_showinfo_1 @ 0x55d3] [info] color_range:tv color_space:bt709 color_primaries:unknown color_trc:unknown';

describe('lines of showinfo', () => {
  it('alone hold no message of another', () => {
    const config = '[Parsed_showinfo_1 @ 0x55d3] [info] config in time_base: 1/25, frame_rate: 25/1';
    for (const line of [PICTURE, COLORS, config, '[mpeg4 @ 0x55d4] [info] concealing 60 DC, 60 AC', 'color_range:x y', '']) {
      assert.equal(messageWithin(line), undefined, line);
    }
  });

  it('hold what a decoder said in between, and the picture is read all the same', () => {
    const message = 'ac-tex damaged at 3 0';
    assert.equal(messageWithin(PICTURE + message), message);
    assert.deepEqual(parseShownPicture(PICTURE + message), parseShownPicture(PICTURE));
    assert.equal(parseShownPicture(PICTURE)?.pts, 90);
    assert.equal(messageWithin(COLORS + message), message);
    for (const part of [' color_space:', ' color_primaries:']) {
      const [before, after] = COLORS.split(part);
      assert.ok(messageWithin(before + message)?.endsWith('damaged at 3 0'), before);
      assert.equal(messageWithin(`[Parsed_showinfo_1 @ 0x55d3] [info] ${part.trim()}${after}`), undefined, part);
    }
  });

  it('are found in the middle of what another thread had begun to say', () => {
    const [, context, output] = /^(.*\[info\] )(.*)$/.exec(PICTURE)!;
    for (const [before, after] of [
      [
        '[info]   Stream #0:0: Video: rawvideo (I420 / 0x30323449), yuv420p(progressive), 160x90 [SAR 1:1 DAR 16:9], q=2-31, 25 fps, 25 tbn',
        '',
      ],
      ['[info]   Stream #0:0', ': Video: rawvideo (I420 / 0x30323449)'],
      ['[info] Lavf61.7.100', ''],
    ] as const) {
      assert.deepEqual(parseShownPicture(before + output + after), parseShownPicture(PICTURE), before);
      assert.equal(messageWithin(before + output + after), undefined, before);
    }
    assert.ok(parseShownPicture(context! + output!));
    assert.deepEqual(parseShownTimebase('[info]     encoder         : config in time_base: 1/25, frame_rate: 25/1'), {
      num: 1,
      den: 25,
    });
  });
});
