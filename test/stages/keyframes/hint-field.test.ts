import assert from 'node:assert/strict';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import { hintCells, hintDots, seenDots } from '../../../src/stages/keyframes/hint-field.ts';

const [WIDTH, HEIGHT] = [48, 30];
/** Dark on the left, light on the right. */
const gray = grayPlane(WIDTH, HEIGHT);
for (let i = 0; i < gray.data.length; i++) gray.data[i] = i % WIDTH < WIDTH / 2 ? 60 : 180;
const HINT = { x: 0.25, y: 0.5, color: '#336633', radius: 0.05 };
const columns = (cells: readonly number[]) => new Set(cells.map(cell => cell % WIDTH));

describe('the cells of a hint', () => {
  it('a dot covers its disc, a stroke what lies along it', () => {
    const dot = hintCells(HINT, gray);
    assert.ok(dot.length >= 1 && dot.length < 16);
    assert.equal(new Set(dot).size, dot.length, 'each cell counts once');
    const stroke = hintCells(
      {
        ...HINT,
        path: [
          [0.25, 0.5],
          [0.75, 0.5],
        ],
      },
      gray,
    );
    for (let column = 13; column < 35; column++) assert.ok(columns(stroke).has(column), `column ${column}`);
    assert.ok(stroke.every(cell => Math.abs(Math.floor(cell / WIDTH) + 0.5 - HEIGHT / 2) < 4));
  });
  it('a fill covers the thing under it', () => {
    const cells = hintCells({ ...HINT, fill: 0.3 }, gray);
    assert.equal(cells.length, (WIDTH / 2) * HEIGHT);
    assert.ok(Math.max(...columns(cells)) < WIDTH / 2);
  });
  it('in another frame a fill grows from its seeds; one that strayed onto something else does not count', () => {
    const seeds = [
      [0.1, 0.2],
      [0.3, 0.8],
      [0.2, 0.5],
      [0.9, 0.5],
    ] as const;
    const cells = hintCells({ ...HINT, x: 0.9, fill: 0.3, seeds }, gray);
    assert.equal(cells.length, (WIDTH / 2) * HEIGHT);
    assert.ok(Math.max(...columns(cells)) < WIDTH / 2);
  });
  it('in another frame a fill leaves what the model sees as something else', () => {
    const seen = { width: 4, height: 1, channels: 2, data: Float32Array.from([1, 0, 0, 0, 0, 1, 1, 1]) };
    const look = Float32Array.from([1, 0]);
    const hints = [{ ...HINT, fill: 0.3, seeds: [[0.1, 0.5]] as const, look }, HINT];
    const dots = seenDots(hintDots(hints, gray, 'bt709'), seen, gray);
    assert.equal(dots.length, 2);
    assert.ok(Math.max(...columns(dots[0]!.cells)) < WIDTH / 3, 'the first quarter alone');
    assert.ok(dots[0]!.cells.length > 0);
  });
  it('a polygon covers its inside, whatever the luma there', () => {
    const polygon: [number, number][] = [
      [0.25, 0.2],
      [0.75, 0.2],
      [0.75, 0.8],
      [0.25, 0.8],
    ];
    const cells = hintCells({ ...HINT, x: 0.5, polygon }, gray);
    assert.equal(cells.length, (WIDTH / 2) * 18);
    assert.deepEqual([Math.min(...columns(cells)), Math.max(...columns(cells))], [WIDTH / 4, (WIDTH * 3) / 4 - 1]);
  });
  it('strokes add to a region and subtract from it, the later ones last', () => {
    const stroke = (kind: 'add' | 'subtract', x: number) =>
      ({
        kind,
        radius: 0.1,
        path: [
          [x, 0.2],
          [x, 0.8],
        ],
      }) as const;
    const region = { ...HINT, fill: 0.3 };
    const whole = hintCells(region, gray);
    const more = hintCells({ ...region, corrections: [{ ...stroke('add', 0.75), path: [[0.75, 0.5]] }] }, gray);
    assert.ok(more.length > whole.length && Math.max(...columns(more)) > WIDTH / 2);
    const less = hintCells({ ...region, corrections: [{ ...stroke('subtract', 0.25), path: [[0.25, 0.5]] }] }, gray);
    assert.ok(less.length < whole.length && !less.includes((HEIGHT / 2) * WIDTH + WIDTH / 4));
    const path = [...stroke('add', 0.25).path] as [number, number][];
    const both = hintCells(
      {
        ...region,
        corrections: [
          { ...stroke('subtract', 0.25), path },
          { ...stroke('add', 0.25), path },
        ],
      },
      gray,
    );
    assert.deepEqual(both, whole);
  });
  it('a region of which nothing is left is no dot', () => {
    const corrections = [
      {
        kind: 'subtract' as const,
        radius: 0.5,
        path: [
          [0.1, 0.5],
          [0.9, 0.5],
        ] as [number, number][],
      },
    ];
    const small = {
      ...HINT,
      polygon: [
        [0.2, 0.4],
        [0.3, 0.4],
        [0.25, 0.6],
      ] as [number, number][],
      corrections,
    };
    assert.deepEqual(hintDots([small], gray, 'bt709'), []);
  });
});
