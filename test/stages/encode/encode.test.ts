import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readMatroska } from '../../../src/adapters/containers/matroska-reader.ts';
import { type Ffmpeg, filmUrl, locateFfmpeg, probeJson } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { liveChildren } from '../../../src/adapters/workers/child-processes.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import type { Film } from '../../../src/media/film/film.ts';
import type { ColorFrame, Subsampling } from '../../../src/media/film/frame.ts';
import { chooseEncoding, type EncodeSettings } from '../../../src/stages/encode/codecs.ts';
import { encodeShot } from '../../../src/stages/encode/encode.ts';
import { noiseFrames, plainFilm } from '../../fixtures/color-frames.ts';
import { everyFfmpeg, temporaryFolder } from '../../fixtures/films.ts';

const run = promisify(execFile);
const FFV1: EncodeSettings = { codec: 'ffv1', quality: 0 };
const TICKS = [7, 3607, 3608, 90_000];

/** The samples of every plane that a segment decodes to, without a conversion. */
async function decoded(path: string, pixelFormat: string, ffmpeg: Ffmpeg): Promise<Buffer> {
  const raw = ['-v', 'error', '-i', filmUrl(path), ...ffmpeg.passthrough, '-f', 'rawvideo', '-pix_fmt', pixelFormat, 'pipe:1'];
  return (await run(ffmpeg.path, raw, { encoding: 'buffer', maxBuffer: 2 ** 26 })).stdout;
}

/** What `decoded` must give: the frames' own samples, lifted to a greater depth by `shift` bits. */
async function expected(frames: AsyncIterable<ColorFrame>, bytesPerSample: number, shift: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const frame of frames) {
    for (const { data } of [frame.luma, frame.cb, frame.cr]) {
      const bytes = Buffer.alloc(data.length * bytesPerSample);
      for (const [i, value] of data.entries()) bytes.writeUIntLE(value << shift, i * bytesPerSample, bytesPerSample);
      parts.push(bytes);
    }
  }
  return Buffer.concat(parts);
}

async function segmentTimes(path: string): Promise<{ times: number[]; durations: (number | undefined)[]; firstIsKey: boolean }> {
  const packets = [];
  for await (const part of readMatroska(createReadStream(path))) if (part.kind === 'packet') packets.push(part.packet);
  const shown = packets.toSorted((a, b) => a.time - b.time);
  return { times: shown.map(({ time }) => time), durations: shown.map(({ duration }) => duration), firstIsKey: packets[0]!.key };
}

describe('encodeShot', () => {
  let ffmpegs: Ffmpeg[];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    ffmpegs = await everyFfmpeg();
    folder = await temporaryFolder();
  });
  afterEach(() => assert.equal(liveChildren(), 0));
  after(() => folder.remove());

  async function encoded(
    film: Film,
    settings: EncodeSettings,
    subsampling: Subsampling | undefined,
    ffmpeg: Ffmpeg,
    ticks = TICKS,
  ) {
    const chosen = chooseEncoding(film, settings, '', ffmpeg);
    const encoding = subsampling
      ? { ...chosen, subsampling, pixelFormat: chosen.pixelFormat.replace(/\d{3}/, subsampling) }
      : chosen;
    const path = join(folder.path, `${ffmpeg.origin}.mkv`);
    const result = await encodeShot(
      noiseFrames(film.format, encoding.subsampling, ticks),
      { film, encoding, path, size: film.format },
      ffmpeg,
    );
    return { ...result, path, encoding };
  }

  const formats: [number, Subsampling][] = [
    [8, '420'],
    [8, '422'],
    [8, '444'],
    [10, '420'],
    [10, '422'],
    [12, '420'],
    [12, '444'],
    [16, '420'],
    [11, '420'],
  ];
  for (const [depth, subsampling] of formats) {
    it(`keeps every bit of ${depth} bit 4:${subsampling} at the oddest size it has`, async () => {
      for (const ffmpeg of ffmpegs) {
        const size = { width: subsampling === '444' ? 33 : 34, height: subsampling === '420' ? 18 : 19 };
        const film = plainFilm({ ...size, depth, range: depth === 8 ? 'full' : 'limited' });
        const { path, encoding } = await encoded(film, FFV1, subsampling, ffmpeg);
        const wanted = await expected(noiseFrames(film.format, subsampling, TICKS), depth > 8 ? 2 : 1, encoding.depth - depth);
        assert.ok(wanted.equals(await decoded(path, encoding.pixelFormat, ffmpeg)), ffmpeg.version);
      }
    });
  }

  it('keeps every bit through x264 at quality 0, odd size, full range', async () => {
    for (const ffmpeg of ffmpegs) {
      const film = plainFilm({ width: 33, height: 19, range: 'full' });
      const { path, encoding } = await encoded(film, { codec: 'x264', quality: 0 }, undefined, ffmpeg);
      assert.equal(encoding.subsampling, '444');
      const { streams } = (await probeJson(ffmpeg, path, ['-show_streams'])) as { streams: { pix_fmt: string }[] };
      const wanted = await expected(noiseFrames(film.format, '444', TICKS), 1, 0);
      assert.ok(wanted.equals(await decoded(path, streams[0]!.pix_fmt, ffmpeg)), ffmpeg.version);
    }
  });

  it('gives every packet its frame’s ticks, B-frames and all, from the first frame on', async () => {
    const irregular = Array.from({ length: 30 }, (_, i) => -500 + i * 3600 + ((i * i * 1237) % 2700));
    for (const [ffmpeg, codec] of ffmpegs.flatMap(one =>
      (['x264', 'x265', 'ffv1'] as const).map(codec => [one, codec] as const),
    )) {
      for (const ticks of [irregular, irregular.slice(0, 1), irregular.slice(0, 2)]) {
        const { path, frames, bytes } = await encoded(
          plainFilm({ width: 64, height: 64 }),
          { codec, quality: 30, preset: 'fast' },
          undefined,
          ffmpeg,
          ticks,
        );
        const { times, durations, firstIsKey } = await segmentTimes(path);
        assert.deepEqual(
          times,
          ticks.map(at => at - ticks[0]!),
          codec,
        );
        assert.deepEqual(durations, [...ticks.slice(1).map((at, i) => at - ticks[i]!), undefined], codec);
        assert.ok(firstIsKey && frames === ticks.length && bytes > 0);
      }
    }
  });

  it('tags colour, range, aspect and fields', async () => {
    const tags = { primaries: 'bt470bg', transfer: 'bt470bg', space: 'bt470bg', range: 'pc' };
    const film = plainFilm(
      { width: 64, height: 64, matrix: 'bt601', range: 'full' },
      { tags, sampleAspect: { num: 16, den: 15 }, fieldOrder: 'bff' },
    );
    for (const ffmpeg of ffmpegs) {
      const { path } = await encoded(film, { codec: 'x264', quality: 30 }, undefined, ffmpeg);
      const { streams } = (await probeJson(ffmpeg, path, ['-show_streams'])) as { streams: Record<string, string>[] };
      const { color_space, color_primaries, color_transfer, color_range, sample_aspect_ratio } = streams[0]!;
      assert.deepEqual([color_space, color_primaries, color_transfer], ['bt470bg', 'bt470bg', 'bt470bg']);
      assert.deepEqual([color_range, sample_aspect_ratio], ['pc', '16:15']);
      const coded = await run(ffmpeg.path, ['-i', filmUrl(path), '-vf', 'showinfo', '-f', 'null', '-']);
      assert.match(coded.stderr, / i:B /);
    }
  });

  it('passes on what goes wrong with the frames, and ends ffmpeg', async () => {
    const ffmpeg = await locateFfmpeg();
    const film = plainFilm();
    async function* breaking() {
      yield* noiseFrames(film.format, '420', [0]);
      throw new KinemacolorError('model', 'the model broke');
    }
    const target = { film, encoding: chooseEncoding(film, FFV1, '', ffmpeg), path: join(folder.path, 'x'), size: film.format };
    await assert.rejects(encodeShot(breaking(), target, ffmpeg), { kind: 'model' });
    await assert.rejects(encodeShot(noiseFrames(film.format, '420', []), target, ffmpeg), { kind: 'source' });
    await assert.rejects(encodeShot(noiseFrames(film.format, '420', [5, 4]), target, ffmpeg), { kind: 'internal' });
    await assert.rejects(encodeShot(noiseFrames(film.format, '444', [0]), target, ffmpeg), { kind: 'internal' });
  });

  it('fails with the right kind when stopped, when ffmpeg dies, and when it cannot write', async () => {
    const ffmpeg = await locateFfmpeg();
    const film = plainFilm();
    const target = { film, encoding: chooseEncoding(film, FFV1, '', ffmpeg), path: join(folder.path, 'x'), size: film.format };
    const stop = new AbortController();
    let released = 0;
    async function* endless() {
      try {
        for (let ticks = 0; ; ticks++) {
          if (ticks === 20) stop.abort();
          yield* noiseFrames(film.format, '420', [ticks]);
        }
      } finally {
        released++;
      }
    }
    await assert.rejects(encodeShot(endless(), target, ffmpeg, stop.signal), { kind: 'interrupted' });
    await assert.rejects(encodeShot(endless(), target, { ...ffmpeg, path: process.execPath }), { kind: 'process' });
    const device = { ...target.encoding, codec: 'h264_qsv' } as const;
    const dead = { ...ffmpeg, path: process.execPath };
    await assert.rejects(encodeShot(endless(), { ...target, encoding: device }, dead), {
      kind: 'environment',
      message: /h264_qsv/,
    });
    assert.equal(released, 3);
    await assert.rejects(encodeShot(endless(), { ...target, path: join(folder.path, 'no', 'x') }, ffmpeg), { kind: 'output' });
  });
});
