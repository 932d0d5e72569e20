import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filmUrl } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { isOurs } from '../../../src/stages/remux/provenance.ts';
import { remux } from '../../../src/stages/remux/remux.ts';
import { ffmpegRun, rotateMp4 } from '../../fixtures/films.ts';
import { looked, openRemuxBench, PROVENANCE, type Probed, packetsOf, timesOf } from '../../fixtures/remux-bench.ts';

const run = promisify(execFile);

describe('remux: streams', function () {
  this.slow(10_000);
  const { bench, how, made, segmentsAt, ticksOf, remade } = openRemuxBench();

  /** Two languages of sound, subtitles, chapters, a comment, a font; `more`: options that win. */
  async function richFilm(name: string, ...more: string[]): Promise<string> {
    const base = await made('plain');
    const at = (file: string) => join(bench.folder.path, file);
    await writeFile(at('s.srt'), '1\n00:00:00,500 --> 00:00:01,000\nHello\n\n2\n00:00:01,200 --> 00:00:01,700\nBye\n');
    const chapters = ['One', 'Two'].map(
      (title, i) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${i * 1000}\nEND=${i * 1000 + 1000}\ntitle=${title}\n`,
    );
    await writeFile(at('m.txt'), `;FFMETADATA1\ntitle=A title\ncomment=own comment\n${chapters.join('')}`);
    await writeFile(at('a font.ttf'), Buffer.alloc(3000, 'font'));
    const font = name.endsWith('.mkv')
      ? ['-attach', at('a font.ttf'), '-metadata:s:t', 'mimetype=application/x-truetype-font']
      : [];
    const maps = ['-map', '0:1', '-map', '0:0', '-map', '0:1', '-map', '1', '-map_metadata', '2', '-map_chapters', '2'];
    const languages = [
      '-metadata:s:a:0',
      'language=deu',
      '-metadata:s:a:1',
      'language=fra',
      '-disposition:a:0',
      '0',
      '-disposition:a:1',
      'default',
    ];
    await ffmpegRun([
      '-i',
      base,
      '-i',
      at('s.srt'),
      '-i',
      at('m.txt'),
      ...font,
      ...maps,
      '-c',
      'copy',
      ...languages,
      ...more,
      filmUrl(at(name)),
    ]);
    return at(name);
  }

  const languages = ({ streams }: Probed) => streams.map(({ tags }) => tags?.language);
  const chapterList = ({ chapters }: Probed) =>
    chapters.map(({ start_time, end_time, tags }) => [start_time, end_time, tags.title]);

  it('carries sound, subtitles, attachments, chapters, tags and dispositions in their order', async () => {
    const source = await richFilm('rich.mkv');
    for (const ffmpeg of bench.ffmpegs) {
      const { before, after, warnings, output } = await remade(source, 'rich.mkv', ffmpeg);
      assert.deepEqual(warnings, []);
      assert.deepEqual(
        after.streams.map(one => one.codec_name),
        before.streams.map(one => one.codec_name),
      );
      assert.deepEqual(languages(after), languages(before));
      assert.deepEqual(
        after.streams.map(one => one.disposition),
        before.streams.map(one => one.disposition),
      );
      assert.deepEqual(chapterList(after), chapterList(before));
      assert.equal(after.format.tags.title, 'A title');
      assert.equal(after.format.tags.COMMENT, `own comment\n${PROVENANCE}`);
      assert.deepEqual(timesOf(after, 1), timesOf(before, 1));
      for (const stream of [0, 2, 3]) assert.deepEqual(packetsOf(after, stream), packetsOf(before, stream));
      const dumped = join(bench.folder.path, 'font out');
      await run(ffmpeg.path, ['-v', 'quiet', '-y', '-dump_attachment:t:0', dumped, '-i', filmUrl(output)]).catch(() => undefined); // it wants an output file too
      assert.deepEqual(await readFile(dumped), await readFile(join(bench.folder.path, 'a font.ttf')));
      assert.equal(await isOurs(output, ffmpeg), true);
      assert.equal(await isOurs(source, ffmpeg), false);
      assert.equal(await isOurs(join(bench.folder.path, 'm.txt'), ffmpeg), false);
    }
  });

  it('names what a container cannot hold, and converts text', async () => {
    const source = await richFilm('rich.mkv');
    for (const ffmpeg of bench.ffmpegs) {
      const { after, warnings } = await remade(source, 'rich.mp4', ffmpeg);
      assert.match(
        warnings.join('\n'),
        /^Stream 3 \(subtitle, subrip\) .* converted to mov_text.*\nStream 4 \(attachment, ttf\) cannot be held by mp4: left out; choose \.mkv/,
      );
      assert.equal(warnings.length, 2);
      assert.ok(after.streams.some(one => one.codec_name === 'mov_text'));
      assert.equal(after.format.tags.comment, `own comment\n${PROVENANCE}`);
      assert.deepEqual(languages(after).slice(0, 3), ['deu', 'und', 'fra']);
      assert.deepEqual(
        after.chapters.map(({ tags }) => tags.title),
        ['One', 'Two'],
      );
    }
  });

  it('keeps rotation and a cover', async () => {
    const cover = join(bench.folder.path, 'cover.png');
    await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc=s=32x32', '-frames:v', '1', cover]);
    const plain = await made('plain');
    const source = join(bench.folder.path, 'cover.mp4');
    await ffmpegRun([
      '-i',
      plain,
      '-i',
      cover,
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      '-disposition:v:1',
      'attached_pic',
      filmUrl(source),
    ]);
    await rotateMp4(source);
    for (const ffmpeg of bench.ffmpegs) {
      const [mp4, mkv] = [await remade(source, 'cover.m4v', ffmpeg), await remade(source, 'cover.mkv', ffmpeg)];
      assert.equal(mp4.film.rotation, 90);
      assert.equal((await probeFilm(mp4.output, ffmpeg)).rotation, 90);
      const turned = (await probeFilm(mkv.output, ffmpeg)).rotation;
      assert.equal(turned === 90 || mkv.warnings.some(warning => /rotation of 90 degrees/.test(warning)), true);
      for (const { after } of [mp4, mkv])
        assert.ok(after.streams.some(one => one.codec_name === 'png' && one.disposition.attached_pic === 1));
      assert.match((await remade(source, 'cover.mov', ffmpeg)).warnings.join(), /Stream 2 \(video, png\) cannot be held by mov/);
    }
  });

  it('keeps timecode, fields and aspect in ProRes', async () => {
    const fields = await made('interlaced');
    const source = join(bench.folder.path, 'timecode.mov');
    await ffmpegRun(['-i', fields, '-c', 'copy', '-timecode', '01:02:03:04', '-aspect', '16:9', filmUrl(source)]);
    for (const ffmpeg of bench.ffmpegs) {
      const { film, before, after, warnings, output } = await remade(source, 'timecode.mov', ffmpeg, 'prores');
      assert.deepEqual(warnings, []);
      assert.equal(film.fieldOrder, 'tff');
      assert.equal(after.streams[0]!.field_order, before.streams[0]!.field_order);
      assert.deepEqual(
        after.streams.map(one => one.tags?.timecode),
        before.streams.map(one => one.tags?.timecode),
      );
      assert.deepEqual((await probeFilm(output, ffmpeg)).sampleAspect, film.sampleAspect);
      assert.deepEqual(timesOf(after, 0), timesOf(before, 0));
    }
  });

  it('cuts a stretch out of everything and starts it at 0', async () => {
    const source = await richFilm('rich.mkv');
    for (const ffmpeg of bench.ffmpegs) {
      const film = await probeFilm(source, ffmpeg);
      const ticks = (await ticksOf(film, ffmpeg)).slice(28, 40);
      const range = { startTicks: ticks[0]!, endTicks: ticks.at(-1)! + 40 };
      const segments = (await segmentsAt(film, ticks, 'x264', ffmpeg)).map((one, i, all) =>
        i === all.length - 1 ? { ...one, endTicks: range.endTicks } : one,
      );
      for (const container of ['mkv', 'mp4']) {
        const output = join(bench.folder.path, 'out', `stretch.${container}`);
        const { warnings } = await remux(segments, { film, output, ...how(film, 'x264', ffmpeg), range }, ffmpeg);
        assert.equal(warnings.length, container === 'mkv' ? 0 : 2);
        const after = await looked(output, ffmpeg);
        const seconds = (stream: number) =>
          after.packets
            .filter(one => one.stream_index === stream)
            .map(one => Number(one.pts_time))
            .toSorted((a, b) => a - b);
        assert.deepEqual(
          seconds(1).map(time => Math.round(time * 1000)),
          ticks.map(at => at - ticks[0]!),
        );
        for (const sound of [0, 2]) {
          assert.ok(
            seconds(sound)[0]! >= 0 && seconds(sound)[0]! < 0.025,
            `${ffmpeg.version} ${container}: sound from ${seconds(sound)[0]}`,
          );
          assert.ok(seconds(sound).at(-1)! < 0.5 && seconds(sound).at(-1)! > 0.44);
        }
        assert.deepEqual(
          after.chapters.map(({ tags }) => tags.title),
          ['Two'],
        );
      }
    }
  });

  it('writes to names that mean something to others, and leaves what is there alone until it has the whole', async () => {
    const plain = await made('plain');
    const source = join(bench.folder.path, "-it's %d [0:1]\n.mp4");
    await writeFile(source, await readFile(plain));
    const ffmpeg = bench.ffmpegs[0]!;
    const { output, film } = await remade(source, "-o 'é' %03d\n;|.mp4", ffmpeg);
    const whole = await readFile(output);
    const target = { film, output, ...how(film, 'x264', ffmpeg) } as const;
    const missing = [{ path: join(bench.folder.path, 'none'), startTicks: 0, endTicks: 9 }];
    await assert.rejects(remux(missing, target, ffmpeg));
    const segments = await segmentsAt(film, [0, 512, 1024], 'x264', ffmpeg);
    await assert.rejects(
      remux(segments.toReversed().slice(0, 1), { ...target, output: join(bench.folder.path, 'no', 'o.mp4') }, ffmpeg),
      { kind: 'output' },
    );
    await writeFile(segments[1]!.path, (await readFile(segments[1]!.path)).subarray(0, -5));
    await assert.rejects(remux(segments, target, ffmpeg), { kind: 'process' });
    await assert.rejects(remux(segments, target, ffmpeg, AbortSignal.abort()), { kind: 'interrupted' });
    assert.deepEqual(await readFile(output), whole);
  });
});
