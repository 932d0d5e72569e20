import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadKernels } from '../src/kernels/simd.ts';
import { type ChromaField, chromaField } from '../src/media/chroma-field.ts';
import type { Plane } from '../src/media/plane.ts';
import { computeLink, type Link } from '../src/stages/estimate-flow.ts';
import { finishChroma } from '../src/stages/finish.ts';
import { calmBlend, carryColor, steadyFrame } from '../src/stages/propagate.ts';
import { workingGrid } from '../src/stages/working-grid.ts';
import { readYuv } from './read-yuv.ts';

/**
 * Propagation alone against the truth, without files in between: node dist/bench/propagation-case.js CASE... where CASE holds truth.mkv
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
  for (let k = 1; k < keys.length; k++) {
    const [left, right] = [keys[k - 1]!, keys[k]!];
    const span = grays.slice(left, right + 1);
    const links: Link[] = span.slice(1).map((later, i) => computeLink(kernels, { earlier: span[i]!, later, flow }));
    const common = { kind: 'steady', film, flow } as const;
    const fromLeft = [
      keyColor(left),
      ...carryColor(kernels, { color: keyColor(left), grays: span, links, outward: 'later', ...common }),
    ];
    const back = {
      color: keyColor(right),
      grays: span.toReversed(),
      links: links.toReversed(),
      outward: 'earlier',
      ...common,
    } as const;
    const fromRight = [keyColor(right), ...carryColor(kernels, back)].reverse();
    const colors = span.map((gray, i) => {
      const ends = { left: fromLeft[i]!, right: process.env.ENDS === 'one' ? undefined : fromRight[i]! };
      return calmBlend(kernels, { ...ends, gray, nearness: 1 - i / (span.length - 1) })!;
    });
    const beside = (fields: readonly ChromaField[], i: number) => [
      { field: fields[i - 1]!, toward: links[i - 1]!.back },
      { field: fields[i + 1]!, toward: links[i]!.forth },
    ];
    const inner = (i: number) => i > 0 && i < span.length - 1;
    const steady = colors.map((field, i) => (inner(i) ? steadyFrame(kernels, { field, neighbours: beside(colors, i) }) : field));
    for (let i = 1; i < span.length - 1; i++) {
      const luma = { width, height, data: truth.frames[left + i]!.luma };
      const frame = { index: left + i, ticks: 0, luma };
      const neighbours = beside(steady, i);
      const input = { frame, gray: span[i]!, color: steady[i]!, neighbours, format, subsampling: '420' } as const;
      const { cb, cr } = finishChroma(kernels, input);
      frames[left + i] = { cb: cb.data, cr: cr.data };
      scores.push(psnr(frames[left + i]!, truth.frames[left + i]!));
    }
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
