import assert from 'node:assert/strict';
import { dice, formatOf } from '../../../harness/synthetic.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import type { Frame } from '../../../src/media/film/frame.ts';
import type { Hint } from '../../../src/media/plan/hint.ts';
import { hintIn } from '../../../src/pipeline/shot/shot-hints.ts';
import { followHints } from '../../../src/stages/keyframes/follow-hints.ts';
import { type MotionFrame, readMotion } from '../../../src/stages/keyframes/shot-motion.ts';
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

async function* scene(pillar: 'with' | 'without', last = LAST): AsyncGenerator<Frame> {
  for (let index = 0; index <= last; index++) {
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

  /** What is seen of the hints of other frames, by frame asked for. */
  const follow = async (
    pillar: 'with' | 'without',
    hints: Readonly<Record<number, readonly Hint[]>>,
    requested: readonly number[],
  ): Promise<Map<number, Hint[]>> => {
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const tracks = await followHints({
      start: 0,
      end: LAST + 1,
      hinted: new Map(Object.entries(hints).map(([index, dots]) => [Number(index), dots])),
      motion: async function* (from, end) {
        for await (const frame of readMotion(scene(pillar), options)) if (frame.index >= from && frame.index < end) yield frame;
      },
      seen: () => undefined,
    });
    return new Map(
      requested.map(index => [
        index,
        tracks.flatMap(({ index: put, hint, x, y }) =>
          put === index || Number.isNaN(x[index]) ? [] : [{ ...hint, x: x[index]!, y: y[index]! }],
        ),
      ]),
    );
  };
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

  it('between two frames dots lie where they do when the whole shot is followed, hidden ones too', async () => {
    const [early, late] = [4, 12];
    const hinted = new Map([
      [early, [at(START.x + STEP * early, START.y), at(40, 30)]],
      [late, [at(260, 30)]],
    ]);
    const frames: MotionFrame[] = [];
    for await (const frame of readMotion(scene('with'), { threads, grid: workingGrid(WIDTH, HEIGHT), format }))
      frames.push(frame);
    const through = async (start: number, end: number) => {
      const motion = async function* (from: number, to: number) {
        for (const frame of frames.slice(from, to)) yield frame.index === from ? { ...frame, link: undefined } : frame;
      };
      const tracks = await followHints({ start, end, hinted, motion, seen: () => undefined });
      return tracks.map(({ x, y, start }) => [early, late].map(index => [x[index - start], y[index - start]]));
    };
    const between = await through(early, late + 1);
    assert.deepEqual(between, await through(0, LAST + 1));
    assert.ok(
      between[0]!.some(([x]) => Number.isNaN(x)),
      'one is hidden',
    );
  });

  it('a dot that is hidden on its way is lost, one that is not goes on', async () => {
    const seen = await follow('with', { 0: [at(START.x, START.y), at(40, 30)] }, [LAST]);
    assert.equal(seen.get(LAST)!.length, 1);
    assertAt(seen.get(LAST)![0], 40, 30);
  });

  it('a dot on a lawn that someone stands on for a while is where it was put once he has gone', async () => {
    const random = dice(4);
    const grass = Float32Array.from({ length: WIDTH * HEIGHT }, () => 50 + 40 * random());
    const lawn = at(165, 90);
    const last = 50;
    async function* walk(): AsyncGenerator<Frame> {
      for (let index = 0; index <= last; index++) {
        const luma = integerPlane(WIDTH, HEIGHT, 8);
        const centre = 145 - 5 * Math.max(0, 17 - index, index - 30); // comes from the left, and goes back
        for (let y = 0; y < HEIGHT; y++)
          for (let x = 0; x < WIDTH; x++) {
            const isMan = Math.abs(x - centre) < 25;
            luma.data[y * WIDTH + x] = isMan ? 110 + texture(x - centre, y, 2) : grass[y * WIDTH + x]!;
          }
        yield { index, ticks: index, luma };
      }
    }
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const [track] = await followHints({
      start: 0,
      end: last + 1,
      hinted: new Map([[0, [lawn]]]),
      motion: async function* (from, end) {
        for await (const frame of readMotion(walk(), options)) if (frame.index >= from && frame.index < end) yield frame;
      },
      seen: () => undefined,
    });
    const away = [...track!.x].filter(x => Math.abs(x - lawn.x) * WIDTH > MISS);
    assert.ok(away.length > 0, 'meanwhile it is elsewhere on the lawn');
    assertAt({ ...lawn, x: track!.x[last]!, y: track!.y[last]! }, 165, 90);
  });

  it('a dot that was hidden is found again where the model sees the like, though it is elsewhere by then', async () => {
    // The square comes out from behind the pillar at frame 40; nothing else looks like it to the model.
    const far = 44;
    const centre = START.x + STEP * far;
    const cells = { width: 32, height: 18 };
    const seenAt = (x: number) => {
      const data = new Float32Array(2 * cells.width * cells.height);
      for (let i = 0; i < cells.width * cells.height; i++) {
        const [column, row] = [((i % cells.width) + 0.5) * 10, (Math.floor(i / cells.width) + 0.5) * 10];
        const like = Math.abs(column - x) < SIDE / 2 && Math.abs(row - START.y) < SIDE / 2;
        data[like ? i : cells.width * cells.height + i] = 1;
      }
      return { ...cells, channels: 2, data };
    };
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const [track] = await followHints({
      start: 0,
      end: far + 1,
      hinted: new Map([[0, [at(START.x, START.y)]]]),
      motion: async function* (from, end) {
        for await (const frame of readMotion(scene('with', far), options))
          if (frame.index >= from && frame.index < end) yield frame;
      },
      seen: index =>
        index === 0 ? Promise.resolve(seenAt(START.x)) : index === far ? Promise.resolve(seenAt(centre)) : undefined,
    });
    assert.ok(Number.isNaN(track!.x[20]), 'behind the pillar it is nowhere');
    assert.ok(Math.hypot(track!.x[far]! * WIDTH - centre, track!.y[far]! * HEIGHT - START.y) < SIDE / 2, 'and found again');
  });

  it('a dot is lost where the features differ, whatever the flow', async () => {
    const other = { width: 1, height: 1, channels: 2 };
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const [track] = await followHints({
      start: 0,
      end: LAST + 1,
      hinted: new Map([[0, [at(260, 30)]]]),
      motion: async function* () {
        yield* readMotion(scene('without'), options);
      },
      seen: index =>
        index % 8 === 0 ? Promise.resolve({ ...other, data: Float32Array.from(index === 0 ? [1, 0] : [0, 1]) }) : undefined,
    });
    assert.ok(!Number.isNaN(track!.x[7]));
    assert.ok(Number.isNaN(track!.x[8]));
  });

  it('a fill is tracked at several places of the object, so that visible ones replace occluded ones', async () => {
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const [track] = await followHints({
      start: 0,
      end: LAST + 1,
      hinted: new Map([[0, [{ ...at(START.x, START.y), fill: 0.5 }]]]),
      motion: async function* (from, end) {
        for await (const frame of readMotion(scene('without'), options))
          if (frame.index >= from && frame.index < end) yield frame;
      },
      seen: () => undefined,
    });
    const held = track!.seeds.filter(({ x }) => !Number.isNaN(x[LAST]));
    assert.ok(held.length >= 4, `${held.length} places`);
    for (const { x, y } of held) {
      const off = { x: x[LAST]! * WIDTH - START.x - STEP * LAST, y: y[LAST]! * HEIGHT - START.y };
      assert.ok(Math.max(Math.abs(off.x), Math.abs(off.y)) < SIDE / 2 + MISS, `${off.x} ${off.y} from the square's middle`);
    }
  });

  it('a polygon goes with its object: each vertex moves as the object does', async () => {
    const options = { threads, grid: workingGrid(WIDTH, HEIGHT), format };
    const corner = (x: number, y: number): [number, number] => [(START.x + x) / WIDTH, (START.y + y) / HEIGHT];
    const polygon = [corner(-18, -18), corner(18, -18), corner(18, 18), corner(-18, 18)];
    const [track] = await followHints({
      start: 0,
      end: LAST + 1,
      hinted: new Map([[0, [{ ...at(START.x, START.y), polygon }]]]),
      motion: async function* (from, end) {
        for await (const frame of readMotion(scene('without'), options))
          if (frame.index >= from && frame.index < end) yield frame;
      },
      seen: () => undefined,
    });
    const there = hintIn(track!, LAST)!.polygon!;
    for (const [vertex, [x, y]] of there.entries()) {
      const miss = Math.hypot((x - polygon[vertex]![0]) * WIDTH - STEP * LAST, (y - polygon[vertex]![1]) * HEIGHT);
      assert.ok(miss < MISS, `vertex ${vertex} misses by ${miss.toFixed(1)} pixels`);
    }
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
