import assert from 'node:assert/strict';
import { type HintSurroundings, hintStrength, hintWeights } from '../../../src/kernels/hints/hint-weight.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';

/** What a cell is like, beside the hint's own place. */
interface Cell {
  /** Cosine of the model's features. */
  readonly likeness: number;
  /** See `pathLengths`. */
  readonly path: number;
  /** Difference of luma, in codes. */
  readonly luma?: number;
  /** Difference of automatic Cb. */
  readonly chroma?: number;
}

/** Share of a hint that each cell takes. `change`: how far the hint's colour is from the automatic one, in Cb. */
function strengths(cells: readonly Cell[], change = 0.12): number[] {
  const all = [{ likeness: 1, path: 0 }, ...cells] as readonly Cell[];
  const automatic = chromaField(all.length, 1);
  automatic.cb.set(all.map(({ chroma = 0 }) => chroma));
  const around: HintSurroundings = {
    automatic,
    gray: { width: all.length, height: 1, data: Uint8Array.from(all, ({ luma = 0 }) => 120 + luma) },
    own: { cb: 0, cr: 0 },
    likeness: Float32Array.from(all, ({ likeness }) => likeness),
    pathLengths: Float32Array.from(all, ({ path }) => path),
  };
  return [...hintWeights({ cells: [0], cb: change, cr: 0 }, around)].slice(1).map(hintStrength);
}

/** Cells of every combination. */
const grid = (likenesses: readonly number[], paths: readonly number[], lumas: readonly number[]) =>
  likenesses.flatMap(likeness => paths.flatMap(path => lumas.map(luma => ({ likeness, path, luma }))));

/** Whatever a hint changes, each cell takes less of it than this. */
function assertBelow(limit: number, cells: readonly Cell[]): void {
  for (const change of CHANGES)
    for (const [i, share] of strengths(cells, change).entries())
      assert.ok(share < limit, `${JSON.stringify(cells[i])}: ${share}, ${change}`);
}

/** A grade, a colour, and another hue: how far a hint may be from the automatic colour. */
const CHANGES = [0.02, 0.06, 0.12, 0.2];

describe('what a hint counts', () => {
  it('colours its own place wholly, and all of an uneven thing for the most part', () => {
    for (const change of CHANGES) {
      assert.ok(strengths([{ likeness: 1, path: 0 }], change)[0]! > 0.95, `its own place, ${change}`);
      const uneven = grid([1, 0.85, 0.64], [0.01, 0.1, 0.2], [-20, 0, 20]).map(cell => ({ ...cell, chroma: cell.luma / 1200 }));
      const shares = strengths(uneven, change);
      for (const [i, share] of shares.entries()) assert.ok(share > 0.35, `${JSON.stringify(uneven[i])}: ${share}, ${change}`);
      assert.ok(shares.reduce((sum, share) => sum + share) / shares.length > 0.6, `in the mean, ${change}`);
    }
  });

  it('stops at an edge, though what lies beyond it is alike', () => {
    assertBelow(0.15, grid([1, 0.8], [0.5, 0.8], [-115, 115]));
  });

  it('leaves another thing as it is, though nothing lies between', () => {
    assertBelow(0.2, grid([0, 0.05, 0.15], [0.01, 0.1, 0.3], [-10, 10]));
  });

  it('counts less the less a place is like its own and the longer the path is', () => {
    for (const change of CHANGES) {
      const falls = (cells: readonly Cell[], what: string) => {
        const shares = strengths(cells, change);
        for (let i = 1; i < shares.length; i++)
          assert.ok(
            shares[i]! <= shares[i - 1]! + 0.02,
            `${what}, ${change}: ${shares.map(share => share.toFixed(2)).join(' ')}`,
          );
      };
      const steps = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9];
      falls(
        steps.map(step => ({ likeness: 1 - step, path: 0.05 })),
        'likeness',
      );
      falls(
        steps.map(step => ({ likeness: 0.9, path: step })),
        'path',
      );
      falls(
        steps.map(step => ({ likeness: 0.9, path: 0.1, luma: 120 * step })),
        'luma',
      );
    }
  });
});
