import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { propagateSpan, type SpanOptions } from '../../src/kernels/propagation/propagate-span.ts';
import type { FlowErrors } from '../../src/kernels/propagation/trust.ts';
import { loadKernels } from '../../src/kernels/wasm/wasm-kernels.ts';
import { type ChromaField, chromaField } from '../../src/media/fields/chroma-field.ts';
import { computeFlowPair } from '../../src/stages/propagate/estimate-flow.ts';
import { workingGrid } from '../../src/stages/propagate/working-grid.ts';
import { readYuv } from '../read-yuv.ts';

/**
 * What keyframes say of frames, and the truth: node dist/bench/propagation/candidates.js OUT STEP INTERVAL FILM...
 * Of the first 97 frames of each film in colour (8-bit yuv420p) every STEP-th is taken, every INTERVAL-th of these is a keyframe. For one frame of four that is
 * none, OUT/NAME-STEP-INTERVAL.bin gets planes of floats on the working grid: Cb, Cr, known, error and doubt of the colour carried from the
 * keyframe before, after, the one before that, and the one after that (zeros where there is none), then luma in code values, true Cb, true Cr.
 * The .json beside it holds the grid's size and, for each frame, the keyframes around and how far each of the four is away.
 */
const [out, step, interval, ...films] = process.argv.slice(2) as [string, string, string, ...string[]];
const FRAMES = 97;
const CHOSEN = 4;
const kernels = await loadKernels();
mkdirSync(out, { recursive: true });

interface Carried extends FlowErrors {
  readonly field: ChromaField;
}

for (const path of films) {
  const { width, height, frames: all } = readYuv(path);
  const frames = all.slice(0, FRAMES).filter((_, t) => t % Number(step) === 0);
  const keys = [...new Set([...frames.keys()].filter(t => t % Number(interval) === 0).concat(frames.length - 1))];
  const grid = workingGrid(width, height);
  const grays = frames.map(({ luma: data }) => kernels.boxDecimate({ width, height, data }, grid.factor, 8));
  const chroma = (codes: Uint8Array) => {
    const data = Float32Array.from(codes, code => (code - 128) / 224);
    return kernels.resizeArea({ width: width / 2, height: height / 2, data }, grid.width, grid.height).data;
  };
  const flowPairs = grays.slice(1).map((later, t) => computeFlowPair(kernels, { earlier: grays[t]!, later, flow: 'fine' }));

  /** From keyframe `key` to frame `end`, by frame. */
  const trail = (key: number, end: number): Map<number, Carried> => {
    const way = Math.sign(end - key);
    const on = Array.from({ length: Math.abs(end - key) + 1 }, (_, i) => key + way * i);
    const toward = on.slice(1).map(t => (way > 0 ? flowPairs[t - 1]!.backward : flowPairs[t]!.forward));
    const color = chromaField(grid.width, grid.height);
    color.cb.set(chroma(frames[key]!.cb));
    color.cr.set(chroma(frames[key]!.cr));
    color.trust.fill(1);
    const carried: Carried[] = [];
    const weighCandidate: typeof kernels.weighCandidate = (field, { error, pathError }, weights) => {
      const kept = (plane: typeof error) => ({ ...plane, data: plane.data.slice() });
      carried.push({ field, error: kept(error), pathError: kept(pathError) });
      return kernels.weighCandidate(field, { error, pathError }, weights);
    };
    const keyframeDistance = { steps: 0, interval: Number.POSITIVE_INFINITY };
    const options: SpanOptions = {
      window: 5,
      normalise: 'none',
      tolerance: 13,
      keyframeDistance,
      refineEvery: 1,
      refineTwice: false,
      recoverEvery: 4,
      alwaysSearch: true,
    };
    propagateSpan({ ...kernels, weighCandidate }, { color, grays: on.map(t => grays[t]!), toward }, options);
    return new Map(carried.map((one, i) => [on[i + 1]!, one]));
  };

  const name = `${basename(path).replace(/\.\w+$/, '')}-${step}-${interval}`;
  const file = openSync(join(out, `${name}.bin`), 'w');
  const written: { left: number; right: number; away: number[] }[] = [];
  const put = (plane: Float32Array) => writeSync(file, new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength));
  for (let k = 1; k < keys.length; k++) {
    const [left, right] = [keys[k - 1]!, keys[k]!];
    const chosen = Array.from({ length: right - left - 1 }, (_, i) => left + 1 + i).filter(
      t => (t - left) % CHOSEN === CHOSEN / 2,
    );
    if (chosen.length === 0) continue;
    const sources = [left, right, keys[k - 2], keys[k + 1]];
    const trails = sources.map(key => (key === undefined ? undefined : trail(key, key <= left ? right - 1 : left + 1)));
    for (const t of chosen) {
      for (const candidates of trails.map(each => each?.get(t))) {
        const none = new Float32Array(grid.width * grid.height);
        const planes = candidates && [
          candidates.field.cb,
          candidates.field.cr,
          candidates.field.trust,
          candidates.error.data,
          candidates.pathError.data,
        ];
        for (let part = 0; part < 5; part++) put(planes?.[part] ?? none);
      }
      put(Float32Array.from(grays[t]!.data));
      put(chroma(frames[t]!.cb));
      put(chroma(frames[t]!.cr));
      written.push({ left, right, away: sources.map(key => (key === undefined ? 0 : Math.abs(t - key))) });
    }
  }
  closeSync(file);
  writeFileSync(join(out, `${name}.json`), JSON.stringify({ width: grid.width, height: grid.height, frames: written }));
  console.log(`${name}: ${written.length} frames of ${grid.width}x${grid.height}`);
}
