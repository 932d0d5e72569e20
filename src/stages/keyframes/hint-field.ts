import { rgbToChroma } from '../../kernels/color/color.ts';
import type { HintDot } from '../../kernels/hints/spread-hints.ts';
import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { Matrix } from '../../media/film/frame.ts';
import type { Hint } from '../../media/plan/hint.ts';

interface Grid {
  readonly width: number;
  readonly height: number;
}

/** Hints as dots on `grid`, in the film's matrix. Each covers at least the cell under its centre. */
export function hintDots(hints: readonly Hint[], grid: Grid, matrix: Matrix): HintDot[] {
  return hints.map(hint => {
    const [cb, cr] = chromaOfWord(hint.color, matrix);
    return { cells: cellsOf(hint, grid), cb, cr };
  });
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

function cellsOf({ x, y, radius }: Hint, { width, height }: Grid): number[] {
  const reach = radius * Math.min(width, height);
  const middle = { x: Math.min(width - 1, Math.floor(x * width)), y: Math.min(height - 1, Math.floor(y * height)) };
  const cells = [middle.y * width + middle.x];
  for (let row = Math.max(0, Math.floor(y * height - reach)); row < Math.min(height, y * height + reach); row++)
    for (let column = Math.max(0, Math.floor(x * width - reach)); column < Math.min(width, x * width + reach); column++)
      if (Math.hypot(column + 0.5 - x * width, row + 0.5 - y * height) <= reach) cells.push(row * width + column);
  return cells;
}
