import assert from 'node:assert/strict';
import { fieldOf, picture, texture } from '../../../harness/synthetic.ts';
import { ThreadsHere } from '../../../harness/threads-here.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import { spansOf } from '../../../src/media/plan/span.ts';
import { cutSpans, type KeyedFrame } from '../../../src/stages/propagate/cut-spans.ts';
import { propagateSpans } from '../../../src/stages/propagate/propagate-spans.ts';

const SIZE = { width: 96, height: 64 };
const FRAMES = 19;
const KEYFRAMES = [0, 6, 12, 18];
/** A board stands in front of the wall around the two keyframes in the middle. */
const covered = (t: number) => [5, 6, 7, 11, 12, 13].includes(t);

describe('carryCandidates', () => {
  let kernels: Kernels;
  before(async () => {
    kernels = await loadKernels();
  });

  const inBoard = (x: number, y: number) => x > 30 && x < 66 && y > 16 && y < 48;
  const gray = (t: number) =>
    picture(SIZE, (x, y) => (covered(t) && inBoard(x, y) ? 20 + texture(x, y, 9) / 8 : 60 + texture(x, y) / 2));
  const color = (t: number): ChromaField => {
    const plain = fieldOf(SIZE, (x, y) => (covered(t) && inBoard(x, y) ? [-0.3, 0.3, 1] : [0.2, -0.1, 1]));
    const shared = chromaField(SIZE.width, SIZE.height);
    for (const part of ['cb', 'cr', 'trust'] as const) shared[part].set(plain[part]);
    return shared;
  };

  async function* keyed(): AsyncGenerator<KeyedFrame> {
    for (let index = 0; index < FRAMES; index++) {
      const own = gray(index);
      const given = KEYFRAMES.includes(index) ? Promise.resolve(color(index)) : undefined;
      yield { index, ticks: index, luma: own, gray: Promise.resolve(own), color: given };
    }
  }

  /** How far the wall's colour is missed, in the mean, where the board stood at both neighbouring keyframes. */
  async function missed(joined: number): Promise<number> {
    const threads = new ThreadsHere(kernels, { recycles: false });
    const shot = { start: 0, end: FRAMES, kind: 'steady' } as const;
    const keyframes = KEYFRAMES.map(index => ({ index, color: { kind: 'model' as const } }));
    const spans = spansOf(shot, keyframes, { longest: FRAMES, joined });
    const how = { threads, kind: 'steady', film: 'clean', flow: 'fine', detail: 'fine' } as const;
    for await (const { frame, color: field } of propagateSpans(cutSpans(keyed(), spans, how), { ...how, endColors: new Map() })) {
      if (frame.index !== 9) continue;
      let sum = 0;
      for (let y = 22; y < 43; y++) for (let x = 36; x < 61; x++) sum += Math.abs(field!.cb[y * SIZE.width + x]! - 0.2);
      return sum / (21 * 25);
    }
    throw new Error('frame 9 is missing');
  }

  it('takes from keyframes beyond what both neighbouring ones hide', async () => {
    const [alone, joined] = [await missed(0), await missed(FRAMES)];
    assert.ok(joined < 0.3 * alone, `${joined} against ${alone}`);
  });
});
