import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { colorize as run } from '../../harness/run-cli.ts';
import {
  decode,
  lumaOf,
  makeTinyFilm,
  type Packet,
  type Probed,
  packets,
  probe,
  type Stream,
  type TinyFilm,
} from '../../harness/tiny-film.ts';
import { folderPerGroup, rotateMp4 } from '../fixtures/films.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const PRESET = ['--preset', 'veryfast'];
const FAST = [...PRESET, '--device', 'cpu'];
/** Where any colour will do. */
const FASTER = [...PRESET, ...TINY];
/** What the distance of two times may lose on its way into Matroska, whose clock has milliseconds. */
const ONE_MILLISECOND = 0.001 + 1e-9;

/** With the ffmpeg that a user would get, not the one that starts fastest. */
const colorize = (args: readonly string[]) => run(args, { env: { KINEMACOLOR_FFMPEG: process.env.KINEMACOLOR_FFMPEG ?? '' } });
const ticks = (list: readonly Packet[]) => list.map(({ pts }) => pts);
const content = (list: readonly Packet[]) => list.map(({ pts, hash }) => [pts, hash]);
const tick = (stream: Stream) => {
  const [num, den] = stream.time_base.split('/').map(Number);
  return num! / den!;
};

/**
 * The same frames at the same times, tick by tick. Where the containers count in other ticks: to the coarser one's rounding, and
 * against the first frame, because Matroska counts an MP4's sound from its priming on; picture and sound move together then.
 */
async function assertSameTimes(source: string, result: string): Promise<void> {
  const [before, after] = await Promise.all([packets(source, 'v:0'), packets(result, 'v:0')]);
  const [a, b] = (await Promise.all([probe(source), probe(result)])).map(found => videoOf(found.streams));
  if (a!.time_base === b!.time_base) return assert.deepEqual(ticks(after), ticks(before));
  assert.equal(after.length, before.length);
  for (const [i, packet] of before.entries()) {
    const difference = (packet.pts - before[0]!.pts) * tick(a!) - (after[i]!.pts - after[0]!.pts) * tick(b!);
    assert.ok(Math.abs(difference) <= ONE_MILLISECOND, `frame ${i} is ${difference} s from its time`);
  }
}

/** The result says that its colour is synthetic, and by which model. */
function assertProvenance({ format }: Probed): void {
  const wording = Object.values(format.tags ?? {}).join('\n');
  assert.match(wording, /Colour synthesised by Kinemacolor \d+\.\d+\.\d+; model kinemacolor-base \(sha256 [0-9a-f]{16}\)/);
}

function videoOf(streams: readonly Stream[]): Stream {
  return streams.find(stream => stream.codec_type === 'video')!;
}

/** Luma bit for bit, and chroma that is really there. */
async function assertColoredLuma(source: string, result: string, depth = 8): Promise<void> {
  const [before, after, cb, cr] = await Promise.all([
    lumaOf(source),
    lumaOf(result),
    decode(result, ['extractplanes=u']),
    decode(result, ['extractplanes=v']),
  ]);
  assert.equal(after.length, before.length);
  assert.equal(Buffer.compare(after, before), 0, 'luma differs');
  for (const plane of [cb, cr])
    assert.ok(colorOf(plane, depth) > 1, `chroma is ${colorOf(plane, depth)} levels from gray on average`);
}

/** Mean distance from neutral, in 8-bit levels. */
function colorOf(plane: Buffer, depth: number): number {
  const samples = depth > 8 ? new Uint16Array(plane.buffer, plane.byteOffset, plane.length / 2) : plane;
  const neutral = 2 ** (depth - 1);
  let sum = 0;
  for (const sample of samples) sum += Math.abs(sample - neutral);
  return sum / samples.length / 2 ** (depth - 8);
}

describe('colorize: what stays as it is', () => {
  const folder = folderPerGroup();

  const stored = (codec: string, ...more: string[]) => ({ sound: 'none', output: ['-c:v', codec, ...more] }) as const;
  const formats: readonly [string, string, TinyFilm, number][] = [
    ['yuv420p', 'mp4', {}, 8],
    ['yuvj420p (full range)', 'mp4', { pixelFormat: 'yuvj420p', sound: 'none' }, 8],
    ['yuv420p10le', 'mkv', { pixelFormat: 'yuv420p10le', filters: ['lutyuv=y=val*0.83+41'], ...stored('libx264') }, 10],
    ['yuv420p12le', 'mkv', { pixelFormat: 'yuv420p12le', filters: ['lutyuv=y=val*0.83+41'], ...stored('ffv1') }, 12],
    ['gray', 'mkv', { pixelFormat: 'gray', ...stored('ffv1') }, 8],
    ['gray10le', 'mkv', { pixelFormat: 'gray10le', ...stored('ffv1') }, 10],
    ['gray12le', 'mkv', { pixelFormat: 'gray12le', ...stored('ffv1') }, 12],
    ['odd 641x361', 'mkv', { width: 641, height: 361, scenes: [4, 3], ...stored('ffv1') }, 8],
  ];
  for (const [name, extension, film, depth] of formats) {
    it(`luma of ${name}: bit for bit`, async () => {
      const source = await makeTinyFilm(join(folder, `luma.${extension}`), { scenes: [7, 6], ...film });
      const result = join(folder, 'luma.ffv1.mkv');
      await colorize([source, '-o', result, '--codec', 'ffv1', ...FAST]);
      await assertColoredLuma(source, result, depth);
      await assertSameTimes(source, result);
      const { streams } = await probe(result);
      assert.equal(videoOf(streams).color_range, name.includes('full') || name.startsWith('gray') ? 'pc' : 'tv');
    });
  }

  it('interlaced film keeps its fields and says which comes first', async () => {
    const film = { filters: ['setfield=tff'], output: ['-flags', '+ildct+ilme', '-x264-params', 'tff=1'], height: 96 };
    const source = await makeTinyFilm(join(folder, 'fields.mp4'), { scenes: [6, 6], ...film });
    for (const [codec, result] of [
      ['ffv1', join(folder, 'fields.color.mkv')],
      ['x264', join(folder, 'fields.color.mp4')],
    ] as const) {
      await colorize([source, '-o', result, '--codec', codec, '--quality', '0', ...FASTER]);
      await assertColoredLuma(source, result);
      const order = videoOf((await probe(result)).streams).field_order;
      assert.ok(order === 'tt' || order === 'tb', `${codec}: field order is ${String(order)}`);
    }
  });

  it('a rotated film stays rotated, and keeps its pixel aspect ratio', async () => {
    const source = await makeTinyFilm(join(folder, 'rotated.mp4'), { scenes: [6, 6], filters: ['setsar=16/15'] });
    await rotateMp4(source);
    const result = join(folder, 'rotated.color.mp4');
    await colorize([source, '-o', result, '--quality', '0', ...FAST]);
    const [a, b] = [videoOf((await probe(source)).streams), videoOf((await probe(result)).streams)];
    const rotation = (stream: Stream) => (stream.side_data_list as { rotation?: number }[] | undefined)?.[0]?.rotation;
    assert.equal(Math.abs(rotation(a)!), 90);
    assert.equal(rotation(b), rotation(a));
    assert.equal(b.sample_aspect_ratio, '16:15');
    await assertColoredLuma(source, result);
    await assertSameTimes(source, result);
    const after = await probe(result);
    assert.equal(after.format.duration, (await probe(source)).format.duration);
    assertProvenance(after);
  });

  it('two audio tracks, subtitles, chapters, attachment and metadata are carried, packet by packet', async () => {
    const source = await richFilm(folder);
    const result = join(folder, 'rich.color.mkv');
    await colorize([source, '-o', result, ...FAST]);
    const [before, after] = await Promise.all([probe(source), probe(result)]);
    const kinds = (streams: readonly Stream[]) => streams.map(one => `${one.codec_type} ${tagsOf(one).language ?? ''}`);
    assert.deepEqual(kinds(after.streams), kinds(before.streams));
    for (const select of ['a:0', 'a:1', 's:0']) {
      assert.ok((await packets(source, select)).length > 0, `the source has no ${select}`);
      assert.deepEqual(content(await packets(result, select)), content(await packets(source, select)), select);
    }
    const attached = (streams: readonly Stream[]) => streams.find(one => one.codec_type === 'attachment')!;
    assert.equal(attached(after.streams).extradata_hash, attached(before.streams).extradata_hash);
    assert.equal(tagsOf(attached(after.streams)).filename, 'note.txt');
    const chapters = (found: typeof before) => found.chapters.map(one => [one.start_time, one.end_time, one.tags?.title]);
    assert.deepEqual(chapters(after), chapters(before));
    assert.equal(after.format.tags?.title, 'A tiny reel');
    assertProvenance(after);
    await assertSameTimes(source, result);
  });

  it('what the container cannot hold is named, and the rest is carried', async () => {
    const source = await richFilm(folder);
    const result = join(folder, 'rich.color.mp4');
    const { events } = await colorize([source, '-o', result, '--json', ...FASTER]);
    const warnings = events.filter(event => event.type === 'warning').map(event => String(event.message));
    assert.ok(
      warnings.some(text => /attachment|note\.txt/i.test(text)),
      warnings.join('\n'),
    );
    for (const select of ['a:0', 'a:1']) {
      const hashes = async (path: string) => (await packets(path, select)).map(({ hash }) => hash);
      assert.deepEqual(await hashes(result), await hashes(source), select);
    }
    assert.equal((await probe(result)).chapters.length, 2);
  });
});

describe('colorize: irregular times', () => {
  const folder = folderPerGroup();

  const clock = ['-enc_time_base', '1:30000', '-video_track_timescale', '30000'];
  const times: Record<string, readonly string[]> = {
    'variable frame rate': ['settb=1/30000', "setpts='floor(N*1251+400*sin(N*1.7))'"],
    'a late start': ['settb=1/30000', 'setpts=15015+N*1001'],
    'a dropped stretch': ['settb=1/30000', 'setpts=N*1001+gte(N\\,9)*20020'],
  };
  for (const [name, filters] of Object.entries(times)) {
    for (const extension of ['mp4', 'mkv']) {
      it(`${name} in ${extension}: every time and the sound stay in place`, async () => {
        const source = await makeTinyFilm(join(folder, `times.${extension}`), { scenes: [8, 8], filters, output: clock });
        const result = join(folder, `times.color.${extension}`);
        await colorize([source, '-o', result, ...FASTER]);
        await assertSameTimes(source, result);
        assert.deepEqual(content(await packets(result, 'a:0')), content(await packets(source, 'a:0')));
      });
    }
  }

  for (const [from, to] of [
    ['mp4', 'mkv'],
    ['mkv', 'mp4'],
  ] as const) {
    it(`from ${from} into ${to}: picture and sound start as far apart as they did`, async () => {
      const filters = times['a late start']!;
      const source = await makeTinyFilm(join(folder, `cross.${from}`), { scenes: [8], filters, output: clock });
      const result = join(folder, `cross.color.${to}`);
      await colorize([source, '-o', result, ...FASTER]);
      const lead = async (path: string) => {
        const { streams } = await probe(path);
        const [picture, sound] = await Promise.all([packets(path, 'v:0'), packets(path, 'a:0')]);
        const stream = (kind: string) => streams.find(one => one.codec_type === kind)!;
        return picture.map(({ pts }) => pts * tick(stream('video')) - sound[0]!.pts * tick(stream('audio')));
      };
      const [a, b] = [await lead(source), await lead(result)];
      assert.equal(b.length, a.length);
      for (const [i, value] of a.entries())
        assert.ok(Math.abs(value - b[i]!) < 0.0015, `frame ${i}: ${value} s became ${b[i]} s`);
    });
  }
});

const tagsOf = (stream: Stream) => (stream.tags ?? {}) as Record<string, string>;

async function richFilm(folder: string): Promise<string> {
  const chapter = (start: number, end: number, title: string) =>
    `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${end}\ntitle=${title}\n`;
  const [meta, words, note] = ['rich.meta', 'rich.srt', 'note.txt'].map(name => join(folder, name));
  await writeFile(meta!, `;FFMETADATA1\ntitle=A tiny reel\n${chapter(0, 300, 'One')}${chapter(300, 600, 'Two')}`);
  await writeFile(words!, '1\n00:00:00,050 --> 00:00:00,200\nA title card\n\n2\n00:00:00,250 --> 00:00:00,450\nAnother\n');
  await writeFile(note!, 'found in an attic');
  return makeTinyFilm(join(folder, 'rich.mkv'), {
    scenes: [8, 6],
    inputs: ['-f', 'lavfi', '-i', 'sine=frequency=880:duration=0.58', '-i', words!, '-f', 'ffmetadata', '-i', meta!],
    output: [
      ...['-map', '1:a', '-map', '2:s', '-map_metadata', '3', '-c:a:1', 'ac3', '-c:s', 'srt'],
      ...['-metadata:s:a:0', 'language=ger', '-metadata:s:a:1', 'language=fre', '-metadata:s:s:0', 'language=eng'],
      ...['-attach', note!, '-metadata:s:t', 'mimetype=text/plain', '-metadata:s:t', 'filename=note.txt'],
    ],
  });
}
