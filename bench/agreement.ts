/**
 * Does a shot agree with itself? node dist/bench/agreement.js FILM... --model FILE [--frames 97]
 * The first frames of each film are coloured with --agreement off and on. Points are followed through every shot as hints are, forward and
 * back; along each track: `spread`, the mean distance of chroma from the track's median as a share of mean chroma, `hue`, how far hue strays from
 * the track's own (mean angle, weighted by chroma, in degrees). Films in colour are made gray first: PSNR of Cb and Cr against what they were.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromaMedian } from '../src/kernels/color/chroma-median.ts';
import type { Frame, PictureFormat } from '../src/media/film/frame.ts';
import type { Hint } from '../src/media/plan/hint.ts';
import { colorizeVideo } from '../src/pipeline/film/colorize-video.ts';
import { followHints } from '../src/stages/keyframes/follow-hints.ts';
import { readMotion } from '../src/stages/keyframes/shot-motion.ts';
import { workingGrid } from '../src/stages/propagate/working-grid.ts';
import { openStageThreads } from '../src/stages/threads/stage-threads.ts';
import { readYuv, type YuvClip } from './read-yuv.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'kinemacolor-base' }, frames: { type: 'string', default: '97' } },
});
/** Points are set out in every so many frames of a shot, so many across and down; shorter tracks tell nothing. */
const EVERY = 48;
const ACROSS = 14;
const DOWN = 10;
const SHORTEST = 24;
/** A film whose chroma is farther from neutral than this in the mean, in 8-bit codes, is taken for one in colour. */
const COLORED = 3;

/** A point on its way: by frame, its place in shares of the picture. */
type Track = { readonly index: number; readonly x: number; readonly y: number }[];

const threads = openStageThreads(2);
const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
const gains: number[] = [];
try {
  for (const path of positionals) await measure(path);
} finally {
  await threads.close();
  await rm(folder, { recursive: true });
}
if (gains.length > 0) console.log(`PSNR ${mean(gains).toFixed(2)} dB more in the mean of films with truth`);

async function measure(path: string): Promise<void> {
  const truth = join(folder, 'truth.mkv');
  const gray = join(folder, 'gray.mkv');
  const lossless = ['-an', '-sn', '-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-y'];
  const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', ...args]);
  ffmpeg('-i', path, '-frames:v', values.frames, ...lossless, truth);
  ffmpeg('-i', truth, '-vf', 'lutyuv=u=128:v=128', ...lossless, gray);
  const original = readYuv(truth);
  const off = await colored(gray, 'off');
  const on = await colored(gray, 'on');
  const tracks = await tracksOf(original, on.shots);
  const [before, after] = [along(tracks, off.clip), along(tracks, on.clip)];
  const change = (name: 'spread' | 'hue' | 'chroma', digits: number) =>
    `${name} ${before[name].toFixed(digits)} -> ${after[name].toFixed(digits)}`;
  const row = [basename(path).padEnd(26), `${String(tracks.length).padStart(4)} tracks`];
  row.push(change('spread', 3), change('hue', 1), change('chroma', 4));
  if (original.frames.every(({ cb, cr }) => mean([...cb, ...cr].map(code => Math.abs(code - 128))) > COLORED)) {
    const [was, is] = [psnr(off.clip, original), psnr(on.clip, original)];
    gains.push(is - was);
    row.push(`PSNR ${was.toFixed(2)} -> ${is.toFixed(2)}`);
  }
  console.log(row.join('  '));
}

async function colored(gray: string, agreement: 'on' | 'off') {
  const output = join(folder, `${agreement}.mkv`);
  const settings = { model: values.model, agreement, codec: 'ffv1' } as const;
  const { shots } = await colorizeVideo(gray, output, { settings, existing: 'replace' });
  return { clip: readYuv(output), shots };
}

async function tracksOf(clip: YuvClip, shots: readonly { start: number; end: number }[]): Promise<Track[]> {
  const { width, height } = clip;
  const format: PictureFormat = { width, height, depth: 8, range: 'limited', matrix: 'bt601', timebase: { num: 1, den: 24 } };
  const tracks: Track[] = [];
  for (const { start, end } of shots) {
    const own: Track[] = [];
    const hinted = new Map<number, Hint[]>();
    for (let index = start; index < end; index += EVERY)
      hinted.set(
        index,
        Array.from({ length: ACROSS * DOWN }, (_, i) => {
          const place = { x: ((i % ACROSS) + 0.5) / ACROSS, y: (Math.floor(i / ACROSS) + 0.5) / DOWN };
          own.push([{ index, ...place }]);
          // The colour is the track's number, by which it is known again.
          return { ...place, color: `#${(own.length - 1).toString(16).padStart(6, '0')}`, radius: 0.01 };
        }),
      );
    const options = { threads, grid: workingGrid(width, height), format };
    const motion = (from: number, to: number) => readMotion(framesOf(clip, from, to), options);
    for (const { index: put, hint, x, y } of await followHints({ start, end, hinted, motion, seen: () => undefined }))
      for (const [place, across] of x.entries())
        if (!Number.isNaN(across) && start + place !== put)
          own[Number.parseInt(hint.color.slice(1), 16)]!.push({ index: start + place, x: across, y: y[place]! });
    tracks.push(...own.filter(({ length }) => length >= SHORTEST));
  }
  return tracks;
}

async function* framesOf({ width, height, frames }: YuvClip, start: number, end: number): AsyncGenerator<Frame> {
  for (let index = start; index < end; index++) {
    const luma = { width, height, data: new Uint8Array(new SharedArrayBuffer(width * height)) };
    luma.data.set(frames[index]!.luma);
    yield { index, ticks: index, luma };
  }
}

/** Over all points of all tracks; chroma as a share of the full range. */
function along(tracks: readonly Track[], { width, height, frames }: YuvClip) {
  const sums = { off: 0, turned: 0, chroma: 0, points: 0 };
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  for (const track of tracks) {
    const at = track.map(({ index, x, y }) => ({
      index,
      i: Math.min(rows - 1, Math.floor(y * rows)) * columns + Math.min(columns - 1, Math.floor(x * columns)),
    }));
    const cb = at.map(({ index, i }) => (frames[index]!.cb[i]! - 128) / 224);
    const cr = at.map(({ index, i }) => (frames[index]!.cr[i]! - 128) / 224);
    sums.off += track.length * chromaMedian({ cb, cr, weight: at.map(() => 1) }).spread;
    const own = Math.atan2(sum(cr), sum(cb));
    for (const [place, value] of cb.entries()) {
      const chroma = Math.hypot(value, cr[place]!);
      const turn = Math.abs(Math.atan2(cr[place]!, value) - own);
      sums.turned += chroma * Math.min(turn, 2 * Math.PI - turn);
      sums.chroma += chroma;
    }
    sums.points += track.length;
  }
  return {
    spread: sums.off / sums.chroma,
    hue: ((sums.turned / sums.chroma) * 180) / Math.PI,
    chroma: sums.chroma / sums.points,
  };
}

function psnr(clip: YuvClip, truth: YuvClip): number {
  let [squares, count] = [0, 0];
  for (const [index, frame] of clip.frames.entries())
    for (const name of ['cb', 'cr'] as const)
      for (const [i, code] of frame[name].entries()) {
        squares += (code - truth.frames[index]![name][i]!) ** 2;
        count++;
      }
  return 10 * Math.log10((255 ** 2 * count) / squares);
}

function sum(all: readonly number[]): number {
  return all.reduce((total, one) => total + one, 0);
}

function mean(all: readonly number[]): number {
  return sum(all) / all.length;
}
