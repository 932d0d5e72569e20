import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { countShared } from '../../adapters/workers/shared-garbage.ts';
import { throwIfAborted } from '../../errors.ts';
import { paintRgb } from '../../kernels/color/color.ts';
import { type AppliedGrade, gradeChroma } from '../../kernels/color/grade-chroma.ts';
import { paletteChroma } from '../../kernels/color/palettes.ts';
import { shownGray } from '../../kernels/color/shown-gray.ts';
import { boxDecimate, resizeField } from '../../kernels/filters/resample.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { type IntegerSamples, integerPlane, type Plane } from '../../media/fields/plane.ts';
import { bytesOf, dropFree, memoryOf } from '../../media/fields/shared-memory.ts';
import type { LumaWindow, PictureFormat } from '../../media/film/frame.ts';
import type { Still } from '../../media/film/still.ts';
import type { PaletteName } from '../../options.ts';
import { predictChroma } from '../keyframes/predict-chroma.ts';
import { UPSAMPLING } from '../propagate/finish.ts';
import { workingGrid } from '../propagate/working-grid.ts';
import type { StageThreads } from '../threads/stage-threads.ts';

/**
 * Maximum pixels of the gray passed to a model, which is then resized to the model's own size: four times any model's, a few
 * megabytes.
 */
const SKETCH_PIXELS = 4e6;
/** Pixels per strip. Its planes take about 30 bytes per pixel while it is processed. */
const STRIP_PIXELS = 4e5;
/** Cells around a strip that its colour depends on: two guided filter windows, and one cell for the bilinear upsampling. */
const MARGIN = 2 * UPSAMPLING.radius + 1;

/** Matrix of a still's luma: that of the sRGB primaries. */
export const STILL_MATRIX = 'bt709';

/** A still in the format of a film of one frame. */
export function stillFormat(size: { width: number; height: number }, depth: number): PictureFormat {
  return { ...size, depth, range: 'full', matrix: STILL_MATRIX, timebase: { num: 1, den: 1 } };
}

export interface ColorStillOptions {
  /** Known chroma, on any grid. */
  readonly hints?: ChromaField | undefined;
  readonly grade?: AppliedGrade | undefined;
  /** What is shown of the luma, in its code values; default: all of it. */
  readonly window?: LumaWindow | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Colours a still by a model, or by its intensities with a palette. Returns its RGB, interleaved, with opacity as a fourth sample if
 * the still has it, at its own depth. The rounded Y' of every pixel equals the still's luma.
 * Painted strip by strip, so that only strips are in memory besides luma and result. Throws `model` if the model fails,
 * `interrupted` if the signal fires.
 */
export async function colorStill(
  still: Still,
  { by, threads }: { by: Colorizer | PaletteName; threads: StageThreads },
  options: ColorStillOptions = {},
): Promise<IntegerSamples> {
  const { width, height, depth, luma, alpha } = still;
  const grid = workingGrid(width, height);
  const { window } = options;
  const palette = typeof by === 'string' ? by : undefined;
  const low = shownGray({ boxDecimate }, luma, grid.factor, { range: 'full', depth, window });
  const predicted =
    typeof by === 'string' ? chromaField(grid.width, grid.height) : chromaOn(grid, await colorizeSketch(still, by, options));
  const field = options.grade
    ? gradeChroma(predicted, options.grade, { gray: low, matrix: STILL_MATRIX, range: 'full' })
    : predicted;
  const channels = alpha ? 4 : 3;
  const samples = width * height * channels;
  const out = depth === 8 ? new Uint8Array(samples) : new Uint16Array(samples);
  const rows = Math.max(1, Math.round(STRIP_PIXELS / (grid.factor * grid.factor * grid.width)));
  const paint = async (top: number): Promise<void> => {
    throwIfAborted(options.signal);
    const input = cutStrip({ still, field, low, factor: grid.factor, window, palette }, top, Math.min(grid.height, top + rows));
    const rgb = await threads.run('paintStrip', input);
    writeStrip(out, rgb, { still, first: top * grid.factor * width });
    for (const done of [input, rgb]) threads.hold(done, 0); // reused by the next strip
  };
  try {
    await inLanes(
      Array.from({ length: Math.ceil(grid.height / rows) }, (_, i) => i * rows),
      threads.size,
      paint,
    );
  } finally {
    dropFree(); // strips of the next picture have another size
  }
  return out;
}

async function colorizeSketch(still: Still, colorizer: Colorizer, { hints, window }: ColorStillOptions): Promise<ChromaField> {
  const factor = Math.ceil(Math.sqrt((still.width * still.height) / SKETCH_PIXELS));
  const plain = factor === 1 && still.depth === 8 && window === undefined;
  const luma = plain ? still.luma : shownGray({ boxDecimate }, still.luma, factor, { range: 'full', depth: still.depth, window });
  const frame = { index: 0, ticks: 0, luma };
  return predictChroma(frame, colorizer, { format: stillFormat(luma, 8), hints });
}

/** Trust is 1 everywhere, as for a keyframe; the model's confidence is not used. */
function chromaOn(grid: { width: number; height: number }, predicted: ChromaField): ChromaField {
  const onGrid = resizeField(predicted, grid.width, grid.height);
  onGrid.trust.fill(1);
  return onGrid;
}

/** Runs `work` on every item, `lanes` at a time. */
async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

/** Everything needed to paint a strip. */
export interface PaintInput {
  /** The strip's rows, at the picture's full width. */
  readonly luma: Plane<IntegerSamples>;
  readonly depth: 8 | 16;
  /** Cells of the strip and its margins, with their gray. */
  readonly field: ChromaField;
  readonly low: Plane<Uint8Array>;
  readonly factor: number;
  /** Number of cells above the strip. */
  readonly above: number;
  readonly window?: LumaWindow | undefined;
  readonly palette?: PaletteName | undefined;
}

/** RGB of a strip: chroma is upsampled with luma as the guide, then painted. Runs in a worker thread. */
export function paintStrip(
  kernels: Kernels,
  { luma, depth, field, low, factor, above, window, palette }: PaintInput,
): IntegerSamples {
  const options = { matrix: STILL_MATRIX, depth, window } as const;
  const gray = shownGray(kernels, luma, 1, { range: 'full', depth, window });
  if (palette !== undefined)
    return paintRgb(luma, paletteChroma(gray, palette, { matrix: STILL_MATRIX, range: 'full' }), options);
  const guide = guideOf(gray, { width: field.width * factor, height: field.height * factor, first: above * factor });
  const whole = kernels.guidedUpsample(field, low, guide, UPSAMPLING);
  countShared(bytesOf(memoryOf(whole))); // not part of the result, so not tracked elsewhere
  return paintRgb(luma, cropped(whole, luma, above * factor), options);
}

/** The strip's shown luma, padded to whole cells with the nearest sample. Padding is not painted. */
function guideOf(
  gray: Plane<Uint8Array>,
  { width, height, first }: { width: number; height: number; first: number },
): Plane<Uint8Array> {
  const guide = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = Math.min(Math.max(0, y - first), gray.height - 1) * gray.width;
    guide.set(gray.data.subarray(from, from + gray.width), y * width);
    guide.fill(gray.data[from + gray.width - 1]!, y * width + gray.width, (y + 1) * width);
  }
  return { width, height, data: guide };
}

type Chroma = ReturnType<Kernels['guidedUpsample']>;

function cropped({ cb, cr }: Chroma, size: { width: number; height: number }, top: number): Chroma {
  const crop = (plane: Plane<Float32Array>): Plane<Float32Array> => {
    const data = new Float32Array(size.width * size.height);
    for (let y = 0; y < size.height; y++) {
      const from = (top + y) * plane.width;
      data.set(plane.data.subarray(from, from + size.width), y * size.width);
    }
    return { width: size.width, height: size.height, data };
  };
  return { cb: crop(cb), cr: crop(cr) };
}

interface PaintSource extends Pick<PaintInput, 'window' | 'palette'> {
  readonly still: Still;
  readonly field: ChromaField;
  readonly low: Plane<Uint8Array>;
  readonly factor: number;
}

/** Cells `top` .. `bottom` (exclusive) of the picture, with their margins. */
function cutStrip({ still, field, low, factor, ...how }: PaintSource, top: number, bottom: number): PaintInput {
  const { width, height, luma, depth } = still;
  const first = Math.max(0, top - MARGIN);
  const last = Math.min(field.height, bottom + MARGIN);
  const cells = (data: Float32Array) => data.slice(first * field.width, last * field.width);
  const part = chromaField(field.width, last - first);
  for (const name of ['cb', 'cr', 'trust'] as const) part[name].set(cells(field[name]));
  const gray = low.data.slice(first * low.width, last * low.width);
  const rows = Math.min(height, bottom * factor) - top * factor;
  const strip = integerPlane(width, rows, depth);
  strip.data.set(luma.data.subarray(top * factor * width, (top * factor + rows) * width));
  return {
    luma: strip,
    depth,
    field: part,
    low: { width: low.width, height: last - first, data: gray },
    factor,
    above: top - first,
    ...how,
  };
}

/** Writes a strip, with its opacity, into the output from pixel `first` on. */
function writeStrip(out: IntegerSamples, rgb: IntegerSamples, { still, first }: { still: Still; first: number }): void {
  const { alpha } = still;
  if (!alpha) {
    out.set(rgb, 3 * first);
    return;
  }
  for (let i = 0, to = 4 * first; i < rgb.length; i += 3, to += 4) {
    out[to] = rgb[i]!;
    out[to + 1] = rgb[i + 1]!;
    out[to + 2] = rgb[i + 2]!;
    out[to + 3] = alpha[to / 4]!;
  }
}
