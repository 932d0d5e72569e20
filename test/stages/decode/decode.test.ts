import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Ffmpeg, filmUrl, probeJson } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { liveChildren } from '../../../src/adapters/workers/child-processes.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import type { Film } from '../../../src/media/film/film.ts';
import type { Frame } from '../../../src/media/film/frame.ts';
import { pixelLayout } from '../../../src/media/film/pixel-format.ts';
import { type DecodeOptions, decodeFrames } from '../../../src/stages/decode/decode.ts';
import type { DecodeEnd } from '../../../src/stages/decode/decode-end.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { everyFfmpeg, type FilmName, ffmpegRun, makeFilm, rotateMp4, temporaryFolder, truncate } from '../../fixtures/films.ts';

const run = promisify(execFile);

async function decodeAll(film: Film, ffmpeg: Ffmpeg, options: DecodeOptions = {}): Promise<{ frames: Frame[]; end: DecodeEnd }> {
  const frames: Frame[] = [];
  const decoding = decodeFrames(film, ffmpeg, options);
  for (;;) {
    const step = await decoding.next();
    if (step.done) return { frames, end: step.value };
    frames.push(step.value);
  }
}

const lumaOf = (frame: Frame) => Buffer.from(frame.luma.data.buffer);

/** The Y planes as ffmpeg itself writes them in the source's own pixel format. */
async function trueLuma(film: Film, ffmpeg: Ffmpeg): Promise<Buffer[]> {
  const args = ['-v', 'fatal', '-noautorotate', '-i', filmUrl(film.path), '-map', `0:${film.videoStream}`, ...ffmpeg.passthrough];
  const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const;
  const { stdout } = await run(ffmpeg.path, [...args, '-pix_fmt', film.pixelFormat, '-f', 'rawvideo', '-'], options);
  const { width, height } = film.format;
  const layout = pixelLayout(film.pixelFormat)!;
  const picture = layout.pictureBytes(width, height);
  const count = stdout.length / picture;
  assert.equal(count, Math.floor(count));
  return Array.from({ length: count }, (_, i) => stdout.subarray(i * picture, i * picture + layout.lumaBytes(width, height)));
}

/** The times as ffprobe's own decoding tells them. */
async function trueTicks(film: Film, ffmpeg: Ffmpeg): Promise<(number | undefined)[]> {
  const args = ['-select_streams', String(film.videoStream), '-show_entries', 'frame=best_effort_timestamp'];
  const { frames } = (await probeJson(ffmpeg, film.path, args)) as { frames: { best_effort_timestamp?: number }[] };
  return frames.map(frame => frame.best_effort_timestamp);
}

function assertSameFrames(actual: readonly Frame[], expected: readonly Frame[]): void {
  assert.deepEqual(
    actual.map(({ index, ticks }) => [index, ticks]),
    expected.map(({ index, ticks }) => [index, ticks]),
  );
  for (const [i, frame] of actual.entries())
    assert.ok(lumaOf(frame).equals(lumaOf(expected[i]!)), `luma of frame ${frame.index} differs`);
}

const ffmpegs = await everyFfmpeg();
const folder = await temporaryFolder();
const films = new Map<FilmName, Promise<string>>();
const filmAt = (name: FilmName): Promise<string> => {
  const made = films.get(name) ?? makeFilm(name, folder.path);
  films.set(name, made);
  return made;
};

after(() => folder.remove());
afterEach(() => assert.equal(liveChildren(), 0, 'a child process was left behind'));

for (const ffmpeg of ffmpegs) {
  describe(`decode with ffmpeg ${ffmpeg.version}`, () => {
    const exact: [FilmName, string, number][] = [
      ['plain', 'yuv420p', 8],
      ['fullRange', 'yuvj420p', 8],
      ['tenBit422', 'yuv422p10le', 10],
      ['twelveBit', 'yuv420p12le', 12],
      ['gray', 'gray', 8],
      ['gray10', 'gray10le', 10],
      ['gray12', 'gray12le', 12],
      ['odd', 'yuv420p', 8],
      ['interlaced', 'yuv420p', 8],
      ['packed', 'yuv422p', 8],
      ['prores', 'yuv422p10le', 10],
      ['vp9', 'yuv420p', 8],
      ['vfr', 'yuv420p', 8],
      ['vfrMkv', 'yuv420p', 8],
      ['lateStart', 'yuv420p', 8],
      ['dropped', 'yuv420p', 8],
      ['twins', 'yuv420p', 8],
    ];
    for (const [name, pixelFormat, depth] of exact) {
      it(`${name}: the decoder's own luma (${pixelFormat}) and times, bit for bit`, async () => {
        const film = await probeFilm(await filmAt(name), ffmpeg);
        assert.equal(film.pixelFormat, pixelFormat);
        assert.equal(film.format.depth, depth);
        const { frames, end } = await decodeAll(film, ffmpeg);
        assert.deepEqual(end, { frames: frames.length, damage: 'none' });
        assert.deepEqual(
          frames.map(frame => frame.ticks),
          await trueTicks(film, ffmpeg),
        );
        const luma = await trueLuma(film, ffmpeg);
        assert.equal(frames.length, luma.length);
        for (const [i, frame] of frames.entries()) {
          assert.equal(frame.index, i);
          assert.ok(frame.luma.data.buffer instanceof SharedArrayBuffer);
          assert.ok(lumaOf(frame).equals(luma[i]!), `luma of frame ${i} differs`);
        }
      });
    }

    it('rotated: the coded picture, not the turned one', async () => {
      const path = await makeFilm('plain', folder.path, `rotated-${ffmpeg.major}`);
      await rotateMp4(path);
      const film = await probeFilm(path, ffmpeg);
      assert.equal(film.rotation, 90);
      const straight = await decodeAll(await probeFilm(await filmAt('plain'), ffmpeg), ffmpeg);
      assertSameFrames((await decodeAll(film, ffmpeg)).frames, straight.frames);
    });

    for (const [name, scale] of [
      ['rgb', 1],
      ['rgb10', 4],
    ] as const) {
      it(`${name}: luma by the BT.709 formula, limited range`, async () => {
        const film = await probeFilm(await filmAt(name), ffmpeg);
        const frame = (await decodeAll(film, ffmpeg, { count: 1 })).frames[0]!;
        const { width, height } = film.format;
        const raw = join(folder.path, `${name}.raw`);
        const planar = scale === 4 ? 'gbrp10le' : 'gbrp';
        await ffmpegRun(['-i', filmUrl(film.path), '-frames:v', '1', '-pix_fmt', planar, '-f', 'rawvideo', filmUrl(raw)], ffmpeg);
        const bytes = await readFile(raw);
        const cells = width * height;
        const tolerance = scale === 4 ? 6 : 1; // swscale of 2018 is up to 5 of 1023 too bright in 10 bit
        const at = (i: number) => (scale === 4 ? bytes.readUInt16LE(2 * i) : bytes[i]!);
        for (let i = 0; i < cells; i++) {
          const [g, b, r] = [at(i), at(cells + i), at(2 * cells + i)];
          const y = scale * 16 + ((0.2126 * r + 0.7152 * g + 0.0722 * b) * 219 * scale) / (256 * scale - 1);
          assert.ok(Math.abs(frame.luma.data[i]! - y) <= tolerance, `sample ${i}: ${frame.luma.data[i]} for ${y}`);
        }
      });
    }

    const seekable: FilmName[] = ['closedMkv', 'openGop', 'openGopTs', 'intraRefresh', 'avi', 'mpeg2', 'twins'];
    for (const name of seekable) {
      it(`${name}: a decoding from any frame equals the tail of the whole`, async () => {
        const film = await probeFilm(await filmAt(name), ffmpeg);
        const { frames } = await decodeAll(film, ffmpeg);
        for (const index of [59, 88, 131].filter(start => start < frames.length)) {
          const from = { index, ticks: frames[index]!.ticks };
          const { frames: tail, end } = await decodeAll(film, ffmpeg, { from, count: 9 });
          assertSameFrames(tail, frames.slice(index, index + 9));
          assert.deepEqual(end, { frames: tail.length, damage: 'none' });
        }
      });
    }

    it('reports a changed film if the frame is not at its time', async () => {
      const film = await probeFilm(await filmAt('plain'), ffmpeg);
      const wrong = decodeAll(film, ffmpeg, { from: { index: 10, ticks: 1 } });
      await assert.rejects(wrong, (error: KinemacolorError) => error.kind === 'source' && error.place.frame === 10);
    });

    for (const name of ['closedMkv', 'openGop', 'avi'] as const) {
      it(`${name} cut short: yields what decodes and reports truncated`, async () => {
        const path = await makeFilm(name, folder.path, `cut-${name}-${ffmpeg.major}`);
        if (name === 'openGop') await moveIndexFirst(path);
        await truncate(path, 0.6);
        const film = await probeFilm(path, ffmpeg);
        const { frames, end } = await decodeAll(film, ffmpeg);
        assert.ok(frames.length > 50 && frames.length < 140, `${frames.length} frames`);
        assert.equal(end.frames, frames.length);
        assert.equal(end.damage, 'truncated');
        assert.ok(end.message);
        const whole = await decodeAll(await probeFilm(await filmAt(name), ffmpeg), ffmpeg, { count: frames.length - 4 });
        assertSameFrames(frames.slice(0, -4), whole.frames);
      });
    }

    it('a consumer that waits makes ffmpeg wait, and nothing is lost', async () => {
      const film = await probeFilm(await filmAt('odd'), ffmpeg);
      const whole = await decodeAll(film, ffmpeg);
      const slow: Frame[] = [];
      for await (const frame of decodeFrames(film, ffmpeg)) {
        slow.push(frame);
        if (slow.length < 4) await wait(60);
      }
      assertSameFrames(slow, whole.frames);
    });

    it('a consumer that stops early leaves no ffmpeg behind', async () => {
      const film = await probeFilm(await filmAt('openGop'), ffmpeg);
      for await (const frame of decodeFrames(film, ffmpeg)) if (frame.index === 2) break;
      assert.equal(liveChildren(), 0);
    });

    it('an abort ends it as interrupted', async () => {
      const film = await probeFilm(await filmAt('openGop'), ffmpeg);
      const stop = new AbortController();
      const interrupted = (error: KinemacolorError) => error.kind === 'interrupted';
      const decoding = decodeFrames(film, ffmpeg, { signal: stop.signal });
      await decoding.next();
      stop.abort();
      await assert.rejects(async () => {
        for await (const _ of decoding);
      }, interrupted);
      await assert.rejects(decodeAll(film, ffmpeg, { signal: stop.signal }), interrupted);
    });
  });
}

/** Rewrite an MP4 with its index at its start, so that a cut file still opens. */
async function moveIndexFirst(path: string): Promise<void> {
  const copy = `${path}.mp4`;
  await copyFile(path, copy);
  await ffmpegRun(['-i', filmUrl(copy), '-c', 'copy', '-movflags', '+faststart', filmUrl(path)]);
}

describe('a killed ffmpeg', () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`by ${signal} is an error of kind process`, async () => {
      const ffmpeg = ffmpegs[0]!;
      const film = await probeFilm(await filmAt('odd'), ffmpeg);
      const decoding = decodeFrames(film, ffmpeg);
      await decoding.next();
      const { stdout } = await run('pgrep', ['-P', String(process.pid), '-x', 'ffmpeg']);
      for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), signal);
      const failed = (error: unknown) => error instanceof KinemacolorError && error.kind === 'process';
      await assert.rejects(async () => {
        for await (const _ of decoding);
      }, failed);
    });
  }
});
