import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { liveChildren } from '../../src/adapters/child-processes.ts';
import { type Ffmpeg, filmUrl, probeJson } from '../../src/adapters/ffmpeg.ts';
import type { Film } from '../../src/media/film.ts';
import { toSeconds } from '../../src/media/time.ts';
import type { Codec } from '../../src/options.ts';
import { chooseEncoding } from '../../src/stages/codecs.ts';
import { decodeFrames } from '../../src/stages/decode.ts';
import { encodeShot } from '../../src/stages/encode.ts';
import { probeFilm } from '../../src/stages/probe.ts';
import { isOurs, remux, type Segment } from '../../src/stages/remux.ts';
import { noiseFrames } from '../fixtures/color-frames.ts';
import { everyFfmpeg, type FilmName, ffmpegRun, makeFilm, rotateMp4, temporaryFolder } from '../fixtures/films.ts';

const PROVENANCE = 'Colour synthesised by Kinemacolor 0; model test.';
/** Frames of each shot; the last one takes what is left. */
const SHOTS = [1, 2, 7];

interface Packet {
  readonly stream_index: number;
  readonly pts: number;
  readonly pts_time: string;
  readonly data_hash: string;
}
interface Probed {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name: string;
    readonly time_base: string;
    readonly field_order?: string;
    readonly disposition: Readonly<Record<string, number>>;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly packets: readonly Packet[];
  readonly chapters: readonly {
    readonly start_time: string;
    readonly end_time: string;
    readonly tags: { readonly title: string };
  }[];
  readonly format: { readonly tags: Readonly<Record<string, string>> };
}

const run = promisify(execFile);

async function looked(path: string, ffmpeg: Ffmpeg): Promise<Probed> {
  const all = ['-show_streams', '-show_packets', '-show_data_hash', 'md5', '-show_chapters', '-show_format'];
  return (await probeJson(ffmpeg, path, all)) as Probed;
}

const timesOf = ({ packets }: Probed, stream: number) =>
  packets.flatMap(packet => (packet.stream_index === stream ? [packet.pts] : [])).toSorted((a, b) => a - b);
const packetsOf = ({ packets }: Probed, stream: number) =>
  packets.flatMap(packet => (packet.stream_index === stream ? [[packet.pts, packet.data_hash]] : []));

describe('remux', function () {
  this.slow(10_000);
  let ffmpegs: Ffmpeg[];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    ffmpegs = await everyFfmpeg();
    folder = await temporaryFolder();
    await mkdir(join(folder.path, 'out'));
  });
  afterEach(async () => {
    assert.equal(liveChildren(), 0);
    assert.deepEqual(
      (await readdir(join(folder.path, 'out'))).filter(name => name.startsWith('.')),
      [],
    );
  });
  after(() => folder.remove());

  const films = new Map<FilmName, Promise<string>>();
  function made(name: FilmName): Promise<string> {
    const film = films.get(name) ?? makeFilm(name, folder.path);
    films.set(name, film);
    return film;
  }

  /** Encode noise at these times, cut into small shots. */
  async function segmentsAt(film: Film, ticks: readonly number[], codec: Codec, ffmpeg: Ffmpeg): Promise<Segment[]> {
    const encoding = chooseEncoding(film, { codec, quality: 40, preset: 'superfast' }, '', ffmpeg);
    const segments: Segment[] = [];
    for (let start = 0; start < ticks.length; ) {
      const end = start + (SHOTS[segments.length] ?? ticks.length);
      const path = join(folder.path, `shot${segments.length}`);
      const frames = noiseFrames(film.format, encoding.subsampling, ticks.slice(start, end));
      await encodeShot(frames, { film, encoding, path, size: film.format }, ffmpeg);
      segments.push({ path, startTicks: ticks[start]!, endTicks: ticks[end] ?? 2 * ticks.at(-1)! - ticks.at(-2)! });
      start = end;
    }
    return segments;
  }

  async function ticksOf(film: Film, ffmpeg: Ffmpeg): Promise<number[]> {
    const ticks: number[] = [];
    for await (const frame of decodeFrames(film, ffmpeg)) ticks.push(frame.ticks);
    return ticks;
  }

  /** Take a film apart and put it together again, with other pictures. */
  async function remade(source: string, name: string, ffmpeg: Ffmpeg, codec: Codec = 'x264') {
    const film = await probeFilm(source, ffmpeg);
    const segments = await segmentsAt(film, await ticksOf(film, ffmpeg), codec, ffmpeg);
    const output = join(folder.path, 'out', name);
    const { warnings } = await remux(segments, { film, output, provenance: PROVENANCE }, ffmpeg);
    return { film, output, warnings, before: await looked(source, ffmpeg), after: await looked(output, ffmpeg) };
  }

  const exact = [
    ['vfr', 'mp4'],
    ['lateStart', 'mp4'],
    ['dropped', 'mkv'],
    ['vfrMkv', 'mp4'],
  ] as const;
  for (const [name, container] of exact) {
    it(`keeps every tick of ${name} in ${container}, and every packet of its sound`, async () => {
      for (const ffmpeg of ffmpegs) {
        const { before, after, warnings } = await remade(await made(name), `${name}.${container}`, ffmpeg);
        assert.deepEqual(warnings, []);
        assert.equal(after.streams[0]!.time_base, before.streams[0]!.time_base);
        assert.deepEqual(timesOf(after, 0), timesOf(before, 0));
        const audio = packetsOf(before, 1);
        const sameUnits = before.streams[1]!.time_base === after.streams[1]!.time_base;
        assert.deepEqual(
          packetsOf(after, 1).map(packet => packet.slice(sameUnits ? 0 : 1)),
          audio.map(packet => packet.slice(sameUnits ? 0 : 1)),
        );
        assert.ok(audio.length > 50);
      }
    });
  }

  it('moves pictures and sound alike where Matroska would begin before 0', async () => {
    for (const ffmpeg of ffmpegs) {
      const { before, after } = await remade(await made('vfr'), 'vfr.mkv', ffmpeg);
      const shifts = [0, 1].map(stream => {
        const [num, den] = before.streams[stream]!.time_base.split('/').map(Number) as [number, number];
        const wanted = timesOf(before, stream).map(ticks => toSeconds({ ticks, timebase: { num, den } }) * 1000);
        const moved = timesOf(after, stream).map((time, i) => time - wanted[i]!);
        assert.ok(Math.max(...moved) - Math.min(...moved) <= 1.0001, `${ffmpeg.version}: stream ${stream} by ${moved}`);
        return (Math.max(...moved) + Math.min(...moved)) / 2;
      });
      assert.ok(Math.abs(shifts[0]! - shifts[1]!) <= 1, `${ffmpeg.version}: ${shifts}`);
      assert.deepEqual(
        packetsOf(after, 1).map(([, hash]) => hash),
        packetsOf(before, 1).map(([, hash]) => hash),
      );
    }
  });

  it('puts times on a grid as coarse as the frames where they belong, and pictures before 0 whole seconds later', async () => {
    const source = await made('plain');
    for (const ffmpeg of ffmpegs) {
      for (const [timebase, ticks] of [
        [{ num: 1, den: 24 }, Array.from({ length: 20 }, (_, i) => i + (i > 9 ? 100 : 0))],
        [{ num: 1001, den: 30_000 }, Array.from({ length: 20 }, (_, i) => i)],
        [{ num: 1, den: 12_800 }, Array.from({ length: 20 }, (_, i) => (i - 3) * 512)],
      ] as const) {
        const plain = await probeFilm(source, ffmpeg);
        const film = { ...plain, format: { ...plain.format, timebase } };
        const output = join(folder.path, 'out', 'grid.mp4');
        await remux(await segmentsAt(film, ticks, 'x264', ffmpeg), { film, output, provenance: PROVENANCE }, ffmpeg);
        const after = await looked(output, ffmpeg);
        assert.equal(after.streams[0]!.time_base, `1/${timebase.den}`);
        assert.deepEqual(
          timesOf(after, 0),
          ticks.map(at => at * timebase.num + (ticks[0]! < 0 ? timebase.den : 0)),
        );
      }
    }
  });

  /** Two languages of sound, subtitles, chapters, a comment, a font; `more`: options that win. */
  async function richFilm(name: string, ...more: string[]): Promise<string> {
    const base = await made('plain');
    const at = (file: string) => join(folder.path, file);
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
    for (const ffmpeg of ffmpegs) {
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
      const dumped = join(folder.path, 'font out');
      await run(ffmpeg.path, ['-v', 'quiet', '-y', '-dump_attachment:t:0', dumped, '-i', filmUrl(output)]).catch(() => undefined); // it wants an output file too
      assert.deepEqual(await readFile(dumped), await readFile(join(folder.path, 'a font.ttf')));
      assert.equal(await isOurs(output, ffmpeg), true);
      assert.equal(await isOurs(source, ffmpeg), false);
      assert.equal(await isOurs(join(folder.path, 'm.txt'), ffmpeg), false);
    }
  });

  it('names what a container cannot hold, and converts text', async () => {
    const source = await richFilm('rich.mkv');
    for (const ffmpeg of ffmpegs) {
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
    const cover = join(folder.path, 'cover.png');
    await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc=s=32x32', '-frames:v', '1', cover]);
    const plain = await made('plain');
    const source = join(folder.path, 'cover.mp4');
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
    for (const ffmpeg of ffmpegs) {
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
    const source = join(folder.path, 'timecode.mov');
    await ffmpegRun(['-i', fields, '-c', 'copy', '-timecode', '01:02:03:04', '-aspect', '16:9', filmUrl(source)]);
    for (const ffmpeg of ffmpegs) {
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
    for (const ffmpeg of ffmpegs) {
      const film = await probeFilm(source, ffmpeg);
      const ticks = (await ticksOf(film, ffmpeg)).slice(28, 40);
      const range = { startTicks: ticks[0]!, endTicks: ticks.at(-1)! + 40 };
      const segments = (await segmentsAt(film, ticks, 'x264', ffmpeg)).map((one, i, all) =>
        i === all.length - 1 ? { ...one, endTicks: range.endTicks } : one,
      );
      for (const container of ['mkv', 'mp4']) {
        const output = join(folder.path, 'out', `stretch.${container}`);
        const { warnings } = await remux(segments, { film, output, provenance: PROVENANCE, range }, ffmpeg);
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
    const source = join(folder.path, "-it's %d [0:1]\n.mp4");
    await writeFile(source, await readFile(plain));
    const ffmpeg = ffmpegs[0]!;
    const { output, film } = await remade(source, "-o 'é' %03d\n;|.mp4", ffmpeg);
    const whole = await readFile(output);
    const target = { film, output, provenance: PROVENANCE };
    const missing = [{ path: join(folder.path, 'none'), startTicks: 0, endTicks: 9 }];
    await assert.rejects(remux(missing, target, ffmpeg));
    const segments = await segmentsAt(film, [0, 512, 1024], 'x264', ffmpeg);
    await assert.rejects(
      remux(segments.toReversed().slice(0, 1), { ...target, output: join(folder.path, 'no', 'o.mp4') }, ffmpeg),
      { kind: 'output' },
    );
    await writeFile(segments[1]!.path, (await readFile(segments[1]!.path)).subarray(0, -5));
    await assert.rejects(remux(segments, target, ffmpeg), { kind: 'internal' });
    await assert.rejects(remux(segments, target, ffmpeg, AbortSignal.abort()), { kind: 'interrupted' });
    assert.deepEqual(await readFile(output), whole);
  });
});
