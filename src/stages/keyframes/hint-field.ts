import { rgbToChroma } from '../../kernels/color/color.ts';
import { resizeArea } from '../../kernels/filters/resample.ts';
import { growRegion } from '../../kernels/hints/grow-region.ts';
import { type Look, likenessTo } from '../../kernels/hints/look.ts';
import { polygonCells } from '../../kernels/hints/polygon.ts';
import type { HintDot } from '../../kernels/hints/spread-hints.ts';
import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { Matrix } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';

interface Grid {
  readonly width: number;
  readonly height: number;
}

/** A dot and the hint it comes from. */
export interface PlacedDot extends HintDot {
  readonly hint: PlacedHint;
}

/**
 * Hints as dots on `grid`, in the film's matrix. Each covers at least the cell under its centre; a stroke covers the cells along
 * it, a fill the object under it, a polygon its inside. Regions of which corrections leave nothing are omitted. `gray`: 8-bit luma
 * on the grid.
 */
export function hintDots(hints: readonly PlacedHint[], gray: Plane<Uint8Array>, matrix: Matrix): PlacedDot[] {
  return hints.flatMap(hint => {
    const [cb, cr] = chromaOfWord(hint.color, matrix);
    const cells = hintCells(hint, gray);
    return cells.length > 0 ? [{ cells, cb, cr, hint }] : [];
  });
}

/** A hint in another frame than it was set on. `seeds`: tracked positions of a region; a fill grows from them. */
export interface PlacedHint extends Hint {
  readonly seeds?: readonly (readonly [x: number, y: number])[] | undefined;
  /** Features of what it was set on. */
  readonly look?: Look | undefined;
}

/** Minimum feature similarity, to what a region was set on, of the cells it colours in another frame. */
const LIKE = 0.45;

/** Dots of tracked regions without the cells whose features differ from what the region was set on. */
export function seenDots(dots: readonly PlacedDot[], seen: FeatureMap, grid: Grid): PlacedDot[] {
  return dots.flatMap(dot => {
    const { look, seeds } = dot.hint;
    if (!look || !seeds) return [dot];
    const alike = resizeArea({ ...seen, data: likenessTo(seen, look) }, grid.width, grid.height).data;
    const cells = dot.cells.filter(cell => alike[cell]! >= LIKE);
    return cells.length > 0 ? [{ ...dot, cells }] : [];
  });
}

/** A seed is dropped if its gray differs from the seeds' median by more than this, in 8-bit levels. */
const STRAY = 24;

/** The cells a hint colours; see `hintDots`. */
export function hintCells(hint: PlacedHint, gray: Plane<Uint8Array>): number[] {
  const { corrections = [] } = hint;
  const cells = uncorrectedCells(hint, gray);
  if (corrections.length === 0) return cells;
  const corrected = new Set(cells);
  for (const { kind, path, radius } of corrections) {
    const [[x, y]] = path as [[number, number]];
    for (const cell of strokeCells({ x, y, path, radius }, gray))
      if (kind === 'add') corrected.add(cell);
      else corrected.delete(cell);
  }
  return [...corrected].sort((a, b) => a - b);
}

function uncorrectedCells(hint: PlacedHint, gray: Plane<Uint8Array>): number[] {
  const { polygon, fill, seeds } = hint;
  if (polygon) return polygonCells(polygon, gray);
  if (fill === undefined) return strokeCells(hint, gray);
  return growRegion(gray, seeds ? seedCells(seeds, gray) : strokeCells(hint, gray), fill);
}

function seedCells(seeds: NonNullable<PlacedHint['seeds']>, { width, height, data }: Plane<Uint8Array>): number[] {
  const cells = seeds.map(
    ([x, y]) => Math.min(height - 1, Math.floor(y * height)) * width + Math.min(width - 1, Math.floor(x * width)),
  );
  const median = cells.map(cell => data[cell]!).sort((a, b) => a - b)[cells.length >> 1]!;
  return cells.filter(cell => Math.abs(data[cell]! - median) <= STRAY);
}

/** A stroke is a series of dots, half a radius apart. */
function strokeCells(hint: Pick<Hint, 'x' | 'y' | 'path' | 'radius'>, grid: Grid): number[] {
  const { path = [], radius } = hint;
  if (path.length < 2) return cellsOf(hint, grid);
  const cells = new Set(cellsOf(hint, grid));
  const shorter = Math.min(grid.width, grid.height);
  for (const [place, to] of path.entries()) {
    const from = path[Math.max(0, place - 1)]!;
    const length = Math.hypot((to[0] - from[0]) * grid.width, (to[1] - from[1]) * grid.height);
    const steps = Math.max(1, Math.ceil(length / Math.max(0.5, (radius * shorter) / 2)));
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      const at = { x: from[0] + (to[0] - from[0]) * share, y: from[1] + (to[1] - from[1]) * share };
      for (const cell of cellsOf({ ...hint, ...at }, grid)) cells.add(cell);
    }
  }
  return [...cells].sort((a, b) => a - b);
}

/** Dots as a field on `grid`: trust 1 inside dots, 0 elsewhere. Later dots cover earlier ones. */
export function hintField(dots: readonly HintDot[], grid: Grid): ChromaField {
  const field = chromaField(grid.width, grid.height);
  for (const { cells, cb, cr } of dots) {
    for (const cell of cells) {
      field.cb[cell] = cb;
      field.cr[cell] = cr;
      field.trust[cell] = 1;
    }
  }
  return field;
}

/** Chroma of #rrggbb in a film's matrix. */
function chromaOfWord(word: string, matrix: Matrix): [cb: number, cr: number] {
  const rgb = Uint8Array.from([1, 3, 5], at => Number.parseInt(word.slice(at, at + 2), 16));
  const { cb, cr } = rgbToChroma(rgb, 1, 1, { matrix, depth: 8 });
  return [cb.data[0]!, cr.data[0]!];
}

/** Cells whose centre lies within a dot, and the cell under its middle. */
function cellsOf({ x, y, radius }: Pick<Hint, 'x' | 'y' | 'radius'>, { width, height }: Grid): number[] {
  const reach = radius * Math.min(width, height);
  const middle = { x: Math.min(width - 1, Math.floor(x * width)), y: Math.min(height - 1, Math.floor(y * height)) };
  const under = middle.y * width + middle.x;
  const cells = [under];
  for (let row = Math.max(0, Math.floor(y * height - reach)); row < Math.min(height, y * height + reach); row++)
    for (let column = Math.max(0, Math.floor(x * width - reach)); column < Math.min(width, x * width + reach); column++)
      if (Math.hypot(column + 0.5 - x * width, row + 0.5 - y * height) <= reach && row * width + column !== under)
        cells.push(row * width + column);
  return cells;
}
