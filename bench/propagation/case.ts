import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadsHere } from '../../harness/threads-here.ts';
import { loadKernels } from '../../src/kernels/wasm/wasm-kernels.ts';
import { type ChromaField, chromaField } from '../../src/media/fields/chroma-field.ts';
import type { Plane } from '../../src/media/fields/plane.ts';
import { spansOf } from '../../src/media/plan/span.ts';
import { cutSpans } from '../../src/stages/propagate/cut-spans.ts';
import { finishChroma } from '../../src/stages/propagate/finish.ts';
import { propagateSpans } from '../../src/stages/propagate/propagate-spans.ts';
import { workingGrid } from '../../src/stages/propagate/working-grid.ts';
import { readYuv } from '../read-yuv.ts';

/**
 * Propagation alone against the truth, without files in between: node dist/bench/propagation/case.js CASE... where CASE holds truth.mkv
 * (8-bit yuv420p) and refs/NNNNNN.png. Prints, per case, PSNR over RGB at chroma resolution of every frame that is no keyframe, beside that
 * of CASE/base.mkv (a result to compare with) where there is one, and milliseconds per frame of one thread.
 */
/** Squared error over R, G, B (BT.709, 8-bit levels, unclipped) of chroma that is off by so many code values of limited range. */
function rgbError(cb: number, cr: number): number {
  const [b, r] = [(cb * 255) / 224, (cr * 255) / 224];
  const green = 0.1873 * b + 0.4681 * r;
  return ((1.5748 * r) ** 2 + (1.8556 * b) ** 2 + green ** 2) / 3;
}

function psnr(a: { cb: ArrayLike<number>; cr: ArrayLike<number> }, b: { cb: ArrayLike<number>; cr: ArrayLike<number> }): number {
  let sum = 0;
  for (let i = 0; i < a.cb.length; i++) sum += rgbError(a.cb[i]! - b.cb[i]!, a.cr[i]! - b.cr[i]!);
  return Math.min(80, 10 * Math.log10((255 * 255) / Math.max(1e-9, sum / a.cb.length)));
}

const kernels = await loadKernels();
const threads = new ThreadsHere(kernels, { recycles: false });
const film = process.env.FILM === 'worn' ? 'worn' : 'clean';
const flow = process.env.FLOW === 'fast' ? 'fast' : 'fine';
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const means: number[][] = [];
for (const folder of process.argv.slice(2)) {
  const truth = readYuv(join(folder, 'truth.mkv'));
  const keys = readdirSync(join(folder, 'refs')).map(name => Number.parseInt(name, 10));
  keys.sort((a, b) => a - b);
  const { width, height } = truth;
  const format = { width, height, depth: 8, range: 'limited', matrix: 'bt709', timebase: { num: 1, den: 25 } } as const;
  const grid = workingGrid(width, height);
  const grays = truth.frames.map(({ luma: data }) => kernels.boxDecimate({ width, height, data }, grid.factor, 8));
  const keyColor = (t: number): ChromaField => {
    const plane = (codes: Uint8Array): Plane<Float32Array> => ({
      width: width / 2,
      height: height / 2,
      data: Float32Array.from(codes, code => (code - 128) / 224),
    });
    const { cb, cr } = truth.frames[t]!;
    const field = chromaField(grid.width, grid.height);
    field.cb.set(kernels.resizeArea(plane(cb), grid.width, grid.height).data);
    field.cr.set(kernels.resizeArea(plane(cr), grid.width, grid.height).data);
    field.trust.fill(1);
    return field;
  };
  const started = process.cpuUsage();
  const scores: number[] = [];
  const frames: { cb: ArrayLike<number>; cr: ArrayLike<number> }[] = [];
  const given = process.env.ENDS === 'one' ? keys.slice(0, 1) : keys;
  const shot = { start: 0, end: truth.frames.length, kind: 'steady' } as const;
  const limits = { longest: truth.frames.length, joined: process.env.BEYOND === 'no' ? 0 : truth.frames.length };
  const keyframes = given.map(index => ({ index, color: { kind: 'model' as const } }));
  const spans = spansOf(shot, keyframes, limits);
  const how = { threads, kind: shot.kind, film, flow, detail: 'fine' } as const;
  async function* keyed() {
    for (const [index, gray] of grays.entries()) {
      const luma = { width, height, data: truth.frames[index]!.luma };
      const color = given.includes(index) ? Promise.resolve(keyColor(index)) : undefined;
      yield { index, ticks: 0, luma, gray: Promise.resolve(gray), color };
    }
  }
  for await (const { frame, gray, color, neighbours } of propagateSpans(cutSpans(keyed(), spans, how), {
    ...how,
    endColors: new Map(),
  })) {
    const { cb, cr } = finishChroma(kernels, { frame, gray, color, neighbours, format, subsampling: '420' });
    frames[frame.index] = { cb: cb.data, cr: cr.data };
    if (!given.includes(frame.index)) scores.push(psnr(frames[frame.index]!, truth.frames[frame.index]!));
  }
  const spent = process.cpuUsage(started);
  const perFrame = (spent.user + spent.system) / 1000 / scores.length;
  let other: number[] = [];
  try {
    const base = readYuv(join(folder, 'base.mkv'));
    other = base.frames.flatMap((frame, t) => (keys.includes(t) ? [] : [psnr(frame, truth.frames[t]!)]));
  } catch {
    // no result to compare with
  }
  means.push([mean(scores), mean(other)]);
  const beside = other.length > 0 ? ` base ${mean(other).toFixed(2)} dB, ${(mean(scores) - mean(other)).toFixed(2)} above` : '';
  console.log(
    `${folder.split('/').at(-1)!.padEnd(28)} ${mean(scores).toFixed(2)} dB${beside}, ${perFrame.toFixed(1)} ms per frame, grid ${grid.width}x${grid.height}`,
  );
}
console.log(`mean ${mean(means.map(row => row[0]!)).toFixed(2)} dB, base ${mean(means.map(row => row[1]!)).toFixed(2)} dB`);
