import assert from 'node:assert/strict';
import type { Colorizer } from '../../../src/adapters/colorizer/colorizer.ts';
import { SharedPool } from '../../../src/adapters/workers/shared-pool.ts';
import { paintRgb } from '../../../src/kernels/color/color.ts';
import { boxDecimate } from '../../../src/kernels/filters/resample.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';
import { memoryOf, takeFree } from '../../../src/media/fields/shared-memory.ts';
import type { Still } from '../../../src/media/film/still.ts';
import { UPSAMPLING } from '../../../src/stages/propagate/finish.ts';
import { workingGrid } from '../../../src/stages/propagate/working-grid.ts';
import { colorStill, type PaintInput, paintStrip } from '../../../src/stages/stills/color-still.ts';
import type { StageThreads } from '../../../src/stages/threads/stage-threads.ts';
import { grayScene, lumaOfRgb, withAlpha } from '../../fixtures/stills.ts';

const kernels = await loadKernels();

/** A model that says what the place is: blue to the right, red to the bottom. */
const placeModel = {
  card: { matrix: 'bt709', multipleOf: 8, preferredSize: { shortSide: 64 } },
  async run({ width, height }: { width: number; height: number }) {
    const cells = width * height;
    const chroma = Float32Array.from({ length: 2 * cells }, (_, i) =>
      i < cells ? ((i % width) / width - 0.5) * 0.4 : (Math.floor((i - cells) / width) / height - 0.5) * 0.4,
    );
    return { chroma, confidence: new Float32Array(cells).fill(1) };
  },
} as unknown as Colorizer;

/** The worker's task, here and now, and what it was given. */
/** The painting in this thread. What is let go is spoilt, unless the inputs are kept in `seen`. */
function atOnce(seen?: PaintInput[]): StageThreads {
  const run = async (_task: string, input: unknown) => {
    seen?.push(input as PaintInput);
    return paintStrip(kernels, input as PaintInput);
  };
  const hold = (planes: unknown) => {
    if (!seen) for (const buffer of memoryOf(planes)) new Uint8Array(buffer).fill(0xa5);
  };
  return { size: 2, busy: new Map(), run, hold, close: async () => {} } as unknown as StageThreads;
}

function still(width: number, height: number, depth: 8 | 16, alpha: 'opaque' | 'transparent' = 'opaque'): Still {
  const scene = grayScene(width, height, depth);
  const opacity = withAlpha(scene).data.filter((_, i) => i % 2 === 1);
  return { width, height, depth, luma: scene, alpha: alpha === 'opaque' ? undefined : opacity };
}

describe('colorStill', () => {
  const sizes = [
    [1, 1],
    [2, 3],
    [1, 700],
    [641, 359],
    [2000, 30],
  ] as const;
  for (const [width, height] of sizes) {
    it(`keeps luma and opacity at ${width}x${height}`, async () => {
      for (const depth of [8, 16] as const) {
        const picture = still(width, height, depth, 'transparent');
        const data = await colorStill(picture, { by: placeModel, threads: atOnce() });
        const luma = lumaOfRgb({ width, height, channels: 4, depth, data }).map(Math.round);
        assert.deepEqual(Array.from(luma), Array.from(picture.luma.data));
        assert.deepEqual(
          data.filter((_, i) => i % 4 === 3),
          picture.alpha,
        );
      }
    });
  }

  it('painted in strips is the picture painted whole, within a code', async () => {
    const picture = still(1501, 2003, 8);
    const seen: PaintInput[] = [];
    const data = await colorStill(picture, { by: placeModel, threads: atOnce(seen) });
    assert.ok(seen.length >= 3, `${seen.length} strips`);
    const grid = workingGrid(1501, 2003);
    assert.ok(1501 % grid.factor !== 0 && 2003 % grid.factor !== 0, 'the grid divides this picture; take another');
    const field = chromaField(grid.width, grid.height);
    for (const strip of seen) {
      const first = firstCell(seen, strip);
      for (const name of ['cb', 'cr', 'trust'] as const) field[name].set(strip.field[name], first * grid.width);
    }
    const whole = { luma: picture.luma, depth: 8 as const, field, low: boxDecimate(picture.luma, grid.factor, 8) };
    const rgb = paintStrip(kernels, { ...whole, factor: grid.factor, above: 0 });
    const worst = Array.from(data).reduce((most, value, i) => Math.max(most, Math.abs(value - rgb[i]!)), 0);
    assert.ok(worst <= 1, `off by ${worst}`);
  });

  it('the memory of strips goes to later strips, and none is kept when the picture is done', async () => {
    const pool = new SharedPool();
    const met = new Map<SharedArrayBuffer, number>();
    const threads = {
      size: 1,
      busy: new Map(),
      async run(task: string, input: unknown) {
        const rgb = paintStrip(kernels, input as PaintInput);
        pool.learn(task, memoryOf(rgb), [], []);
        for (const buffer of memoryOf([(input as PaintInput).luma, rgb])) met.set(buffer, (met.get(buffer) ?? 0) + 1);
        return rgb;
      },
      hold: (planes: unknown, users: number) => pool.hold(planes, users),
    } as unknown as StageThreads;
    await colorStill(still(1501, 2003, 8), { by: placeModel, threads });
    const strips = [...met.values()].reduce((sum, count) => sum + count, 0) / 2;
    assert.ok(strips >= 3 && met.size <= 4, `${met.size} pieces of memory for ${strips} strips`); // the last strip is smaller
    for (const { byteLength } of met.keys()) assert.equal(takeFree(byteLength), undefined);
  });

  it('a strip holds a bounded part of a large picture, and the model is shown a small one', async () => {
    const [width, height] = [3000, 2300];
    const luma = { width, height, data: new Uint16Array(width * height).fill(30000) };
    const seen: PaintInput[] = [];
    const shown: number[] = [];
    const model = {
      ...placeModel,
      run: (input: { width: number; height: number; luma: Float32Array }) => {
        shown.push(input.luma.length);
        return (placeModel.run as unknown as (size: object) => unknown)(input);
      },
    } as unknown as Colorizer;
    const threads = {
      ...atOnce(),
      run: async (_: string, input: PaintInput) => {
        seen.push(input);
        return paintRgb(input.luma, { cb: zeros(input), cr: zeros(input) }, { matrix: 'bt709', depth: 16 });
      },
    } as unknown as StageThreads;
    await colorStill({ width, height, depth: 16, luma, alpha: undefined }, { by: model, threads });
    assert.equal(
      seen.reduce((sum, { luma: strip }) => sum + strip.height, 0),
      height,
    );
    for (const { luma: strip, field, factor } of seen) {
      assert.ok(strip.data.length <= 1.5e6, `a strip of ${strip.data.length} pixels`);
      assert.ok(field.height * factor <= strip.height + (4 * UPSAMPLING.radius + 2) * factor + factor);
    }
    assert.ok(shown[0]! < 100 * 100);
  });
});

const zeros = ({ luma }: PaintInput) => ({ ...luma, data: new Float32Array(luma.data.length) });

/** Strips come in order: where the first cell of one lies, margin included. */
function firstCell(strips: readonly PaintInput[], strip: PaintInput): number {
  const before = strips
    .slice(0, strips.indexOf(strip))
    .reduce((sum, { luma, factor }) => sum + Math.round(luma.height / factor), 0);
  return before - strip.above;
}
