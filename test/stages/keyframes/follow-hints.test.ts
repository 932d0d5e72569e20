import assert from 'node:assert/strict';
import { formatOf } from '../../../harness/synthetic.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import type { Frame } from '../../../src/media/film/frame.ts';
import type { Hint } from '../../../src/media/plan/hint.ts';
import { followHints } from '../../../src/stages/keyframes/follow-hints.ts';
import { workingGrid } from '../../../src/stages/propagate/working-grid.ts';
import { openStageThreads, type StageThreads } from '../../../src/stages/threads/stage-threads.ts';

const [WIDTH, HEIGHT] = [320, 180];
const LAST = 16;
/** A square of this side goes right by STEP pixels a frame; its centre at frame 0. */
const [SIDE, STEP, START] = [40, 4, { x: 70, y: 90 }];
/** A pillar that stands in front of everything, wider than the square, in the scenes that have one. */
const PILLAR = { left: 100, right: 200 };
/** A dot may miss by this, in pixels: a cell of the grid that it is followed on. */
const MISS = 4;
const format = formatOf({ width: WIDTH, height: HEIGHT });

/** Smooth texture, 30..100 codes, another for each seed: flow needs something to hold on to, and no two things look alike. */
function texture(x: number, y: number, seed: number): number {
  return 65 + 18 * Math.sin(x / (5 + seed) + seed) + 17 * Math.cos(y / (7 - seed) + (x * seed) / 23);
}

async function* scene(pillar: 'with' | 'without'): AsyncGenerator<Frame> {
  for (let index = 0; index <= LAST; index++) {
    const luma = integerPlane(WIDTH, HEIGHT, 8);
    const centre = START.x + STEP * index;
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const inSquare = Math.abs(x - centre) < SIDE / 2 && Math.abs(y - START.y) < SIDE / 2;
        const hidden = pillar === 'with' && x >= PILLAR.left && x < PILLAR.right;
        const ground = texture(x, y, 1);
        luma.data[y * WIDTH + x] = hidden ? texture(x, y, 3) : inSquare ? 110 + texture(x - centre, y - START.y, 2) : ground;
      }
    yield { index, ticks: index, luma };
  }
}

const at = (x: number, y: number): Hint => ({ x: x / WIDTH, y: y / HEIGHT, color: '#cc2211', radius: 0.05 });

describe('followHints', () => {
  let threads: StageThreads;
  before(() => {
    threads = openStageThreads(2);
  });
  after(() => threads.close());

  const follow = (
    pillar: 'with' | 'without',
    hints: Readonly<Record<number, readonly Hint[]>>,
    wantedFrames: readonly number[],
  ) =>
    followHints(
      scene(pillar),
      {
        hinted: new Map(Object.entries(hints).map(([index, dots]) => [Number(index), dots])),
        wantedFrames: new Set(wantedFrames),
      },
      { threads, grid: workingGrid(WIDTH, HEIGHT), format },
    );
  const assertAt = (hint: Hint | undefined, x: number, y: number) => {
    assert.ok(hint, 'the dot is seen');
    const miss = Math.hypot(hint.x * WIDTH - x, hint.y * HEIGHT - y);
    assert.ok(miss < MISS, `the dot is ${miss.toFixed(1)} pixels away from where it should be`);
  };

  it('a dot goes with what it was put on, forward and back; colour and size stay', async () => {
    const middle = LAST / 2;
    const seen = await follow('without', { [middle]: [at(START.x + STEP * middle, START.y)] }, [0, LAST]);
    assertAt(seen.get(0)![0], START.x, START.y);
    assertAt(seen.get(LAST)![0], START.x + STEP * LAST, START.y);
    for (const index of [0, LAST]) {
      assert.equal(seen.get(index)!.length, 1);
      const { color, radius } = seen.get(index)![0]!;
      assert.deepEqual({ color, radius }, { color: '#cc2211', radius: 0.05 });
    }
  });

  it('a dot on what rests stays, and a keyframe hears of its neighbours alone', async () => {
    const seen = await follow('without', { 0: [at(260, 30)] }, [0, LAST]);
    assertAt(seen.get(LAST)![0], 260, 30);
    assert.deepEqual(seen.get(0) ?? [], []);
    assert.deepEqual(
      [...seen.keys()].filter(index => index !== 0 && index !== LAST),
      [],
    );
  });

  it('a dot that is hidden on its way is lost, one that is not goes on', async () => {
    const seen = await follow('with', { 0: [at(START.x, START.y), at(40, 30)] }, [LAST]);
    assert.equal(seen.get(LAST)!.length, 1);
    assertAt(seen.get(LAST)![0], 40, 30);
  });

  it('of dots on several keyframes each is followed to all others', async () => {
    const seen = await follow('without', { 0: [at(START.x, START.y)], [LAST]: [at(30, 160)] }, [0, 8, LAST]);
    assert.deepEqual(
      [0, 8, LAST].map(index => seen.get(index)?.length),
      [1, 2, 1],
    );
    assertAt(seen.get(0)![0], 30, 160);
    assertAt(seen.get(LAST)![0], START.x + STEP * LAST, START.y);
  });
});
