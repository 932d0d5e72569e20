import assert from 'node:assert/strict';
import { fieldOf, picture, quantile, texture } from '../../../harness/synthetic.ts';
import { ThreadsHere } from '../../../harness/threads-here.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import { memoryOf } from '../../../src/media/fields/shared-memory.ts';
import type { PlannedShot } from '../../../src/media/plan/plan.ts';
import { spansOf } from '../../../src/media/plan/span.ts';
import { inOrder } from '../../../src/stages/decode/in-order.ts';
import { cutSpans, type KeyedFrame } from '../../../src/stages/propagate/cut-spans.ts';
import { propagateBackward } from '../../../src/stages/propagate/propagate-backward.ts';
import { type PropagatedFrame, propagateSpans } from '../../../src/stages/propagate/propagate-spans.ts';
import type { StageThreads } from '../../../src/stages/threads/stage-threads.ts';

const SIZE = { width: 61, height: 41 };
const FRAMES = 19;
/** Keyframes of a shot, and the longest span: ends that are given, open, and carried on. */
const SHOTS = [
  { keyframes: [0, 9, 18], longest: 40 },
  { keyframes: [4, 5, 12], longest: 40 },
  { keyframes: [0, 6, 9, 18], longest: 40, joined: 40 },
  { keyframes: [4, 5, 12], longest: 40, joined: 40 },
  { keyframes: [0, 4, 18], longest: 10, joined: 16 },
  { keyframes: [0, 4, 9, 18], longest: 40, joined: 11 },
  { keyframes: [0, 18], longest: 7 },
  { keyframes: [3], longest: 5 },
  { keyframes: [17], longest: 5 },
] as const;

interface ShotCase {
  readonly keyframes: readonly number[];
  readonly longest: number;
  readonly joined?: number;
  readonly kind?: 'steady' | 'dissolve';
}

describe('propagateSpans', () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await loadKernels();
  });

  const gray = (t: number) => picture(SIZE, (x, y) => texture(x + 1.4 * t, y - 0.6 * t + Math.sin(x / 9 + t)));
  /** On shared memory, as a keyframe's is. */
  const color = (t: number): ChromaField => {
    const plain = fieldOf(SIZE, (x, y) => [texture(x + 1.4 * t, y, 5) / 600, texture(x, y + t, 6) / -600, 1]);
    const shared = chromaField(SIZE.width, SIZE.height);
    for (const part of ['cb', 'cr', 'trust'] as const) shared[part].set(plain[part]);
    return shared;
  };

  async function* keyed(keyframes: readonly number[]): AsyncGenerator<KeyedFrame> {
    for (let index = 0; index < FRAMES; index++) {
      const own = gray(index);
      const given = keyframes.includes(index) ? Promise.resolve(color(index)) : undefined;
      yield { index, ticks: index, luma: own, gray: Promise.resolve(own), color: given };
    }
  }

  /** Every frame's colour as it is finished, some frames at once as when a film is rendered. */
  async function rendered(threads: StageThreads, { keyframes, longest, joined = 0, kind = 'steady' }: ShotCase) {
    const shot = {
      start: 0,
      end: FRAMES,
      kind,
      startTicks: 0,
      endTicks: FRAMES,
      keyframes: keyframes.map(index => ({ index, color: { kind: 'model' as const } })),
    } satisfies PlannedShot;
    const spans = spansOf(shot, shot.keyframes, { longest, joined });
    const how = { threads, kind, film: 'clean', flow: 'fine', detail: joined ? 'fine' : 'broad' } as const;
    const endColors = await propagateBackward(keyed(keyframes), spans, how);
    const cut = inOrder(cutSpans(keyed(keyframes), spans, how), 1, span => span);
    const carried = propagateSpans(cut, { ...how, endColors });
    const finish = async ({ frame, color: field, neighbours, release }: PropagatedFrame) => {
      const input = { field: field!, neighbours };
      const steady = neighbours.length > 0 ? await threads.run('averageFrame', input) : field!;
      const copy = [...steady.cb, ...steady.cr, ...steady.trust];
      release();
      return { index: frame.index, copy };
    };
    const frames: { index: number; copy: number[] }[] = [];
    for await (const frame of inOrder(carried, threads.size + 1, finish)) frames.push(frame);
    return frames;
  }

  for (const shot of SHOTS) {
    it(`releases no memory that is still read, ${JSON.stringify(shot)}`, async () => {
      const anew = new ThreadsHere(kernels, { recycles: true });
      const frames = await rendered(anew, shot);
      assert.deepEqual(
        frames.map(({ index }) => index),
        Array.from({ length: FRAMES }, (_, index) => index),
      );
      assert.deepEqual(frames, await rendered(new ThreadsHere(kernels, { recycles: false }), shot));
      const kept = [...memoryOf(anew.held)].filter(buffer => anew.pool.isHeld(buffer));
      assert.equal(kept.length, 0, 'all memory is released in the end');
    });
  }

  it('blends a dissolve equally in several spans and in one', async () => {
    const threads = () => new ThreadsHere(kernels, { recycles: true });
    const shot = { keyframes: [0, 18], kind: 'dissolve' } as const;
    assert.deepEqual(await rendered(threads(), { ...shot, longest: 5 }), await rendered(threads(), { ...shot, longest: 40 }));
  });

  for (const keyframes of [[18], [0], [0, 18], [9]]) {
    it(`colours every frame alike in spans that memory can hold and in one, keyframes at ${keyframes}`, async () => {
      const threads = () => new ThreadsHere(kernels, { recycles: true });
      const [short, long] = [
        await rendered(threads(), { keyframes, longest: 5 }),
        await rendered(threads(), { keyframes, longest: 40 }),
      ];
      const cells = SIZE.width * SIZE.height;
      for (const [i, { copy }] of short.entries()) {
        const off = long[i]!.copy.map((value, at) => Math.abs(value - copy[at]!));
        const [color, trust] = [off.slice(0, 2 * cells), off.slice(2 * cells)].map(part => quantile(part, 0.5));
        assert.ok(color! < 0.01 && trust! < 0.15, `frame ${i}: colour is off by ${color}, trust by ${trust}`);
        assert.ok(Math.max(...copy.slice(2 * cells)) > 0, `frame ${i} is not coloured`);
      }
    });
  }
});
