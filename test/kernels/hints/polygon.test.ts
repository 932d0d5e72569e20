import assert from 'node:assert/strict';
import { placeInside, polygonCells } from '../../../src/kernels/hints/polygon.ts';

const GRID = { width: 40, height: 20 };
type Vertices = readonly (readonly [number, number])[];
const TRIANGLE: Vertices = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.1, 0.9],
];
/** A U: its mean lies in the gap. */
const HORSESHOE: Vertices = [
  [0.1, 0.1],
  [0.3, 0.1],
  [0.3, 0.7],
  [0.7, 0.7],
  [0.7, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];

describe('a polygon', () => {
  it('holds the cells whose centres are inside, and no others', () => {
    const inside = new Set(polygonCells(TRIANGLE, GRID));
    for (let cell = 0; cell < GRID.width * GRID.height; cell++) {
      const [x, y] = [((cell % GRID.width) + 0.5) / GRID.width, (Math.floor(cell / GRID.width) + 0.5) / GRID.height];
      assert.equal(inside.has(cell), x >= 0.1 && y >= 0.1 && x + y < 1, `${x} ${y}`);
    }
  });
  it('is the same whichever way round it is drawn, and wherever it begins', () => {
    const cells = polygonCells(HORSESHOE, GRID);
    assert.deepEqual(polygonCells([...HORSESHOE].reverse(), GRID), cells);
    assert.deepEqual(polygonCells([...HORSESHOE.slice(3), ...HORSESHOE.slice(0, 3)], GRID), cells);
  });
  it('of a shape with a gap, its place lies in the shape', () => {
    const { x, y } = placeInside(HORSESHOE);
    const cell = Math.floor(y * GRID.height) * GRID.width + Math.floor(x * GRID.width);
    assert.ok(polygonCells(HORSESHOE, GRID).includes(cell), `${x} ${y}`);
  });
});
