import assert from 'node:assert/strict';
import type { Shot } from '../../../src/media/plan/shot.ts';
import { type DetectShotsOptions, detectShots } from '../../../src/stages/shots/detect-shots.ts';
import {
  dissolved,
  flat,
  mixed,
  type Picture,
  type Scene,
  scene,
  surveyed,
  takeOf,
  worn,
} from '../../fixtures/synthetic-film.ts';

async function shotsOf(pictures: readonly Picture[], options: DetectShotsOptions = {}): Promise<Shot[]> {
  const shots: Shot[] = [];
  for await (const shot of detectShots(surveyed(pictures), options)) shots.push(shot);
  assertCover(shots, pictures.length);
  return shots;
}

/** Law: shots cover the film exactly, in order, without gaps. */
function assertCover(shots: readonly Shot[], frames: number): void {
  let at = 0;
  for (const { start, end } of shots) {
    assert.equal(start, at);
    assert.ok(end > start);
    at = end;
  }
  assert.equal(at, frames);
}

const words = (shots: readonly Shot[]): string => shots.map(({ start, end, kind }) => `${kind} ${start}-${end}`).join(', ');

/** The same kinds in the same order, every edge at most `slack` frames off. */
function assertNear(shots: readonly Shot[], expected: readonly Shot[], slack: number): void {
  const message = `expected ${words(expected)}, found ${words(shots)}`;
  assert.equal(shots.length, expected.length, message);
  for (const [i, { start, kind }] of expected.entries()) {
    assert.equal(shots[i]!.kind, kind, message);
    assert.ok(Math.abs(shots[i]!.start - start) <= slack, message);
  }
}

/** One dissolve between two steady shots that shares at least half with the true one: all that is asked where both sides move. */
function assertShared(shots: readonly Shot[], [, { start, end }]: readonly [Shot, Shot, Shot]): void {
  assert.deepEqual(
    shots.map(({ kind }) => kind),
    ['steady', 'dissolve', 'steady'],
    words(shots),
  );
  const found = shots[1]!;
  const shared = Math.min(end, found.end) - Math.max(start, found.start);
  assert.ok(shared >= (Math.max(end, found.end) - Math.min(start, found.start)) / 2, words(shots));
}

const steady = (...edges: number[]): Shot[] => edges.slice(1).map((end, i) => ({ start: edges[i]!, end, kind: 'steady' }));
const edges = [0, 40, 65, 70, 101, 161, 173];
const takes: Scene[] = [
  scene(1, { pan: [0.8, 0.1] }),
  scene(2, { object: 0.4 }),
  scene(3),
  scene(4, { pan: [-3, 1] }),
  scene(5, { object: 0.25, pan: [0.3, 0] }),
  scene(6),
];
const edited = takes.flatMap((take, i) => takeOf(take, edges[i + 1]! - edges[i]!));
const OLD = { seed: 9, flicker: 0.2, offset: 6, grain: 2, weave: 1, dust: 6 };

describe('detect-shots: laws', () => {
  it('gives a film without frames no shot, a film of one frame one', async () => {
    assert.deepEqual(await shotsOf([]), []);
    assert.deepEqual(await shotsOf([flat(90)]), steady(0, 1));
    assert.deepEqual(await shotsOf(takeOf(takes[0]!, 2)), steady(0, 2));
  });

  it('finds one shot in a constant film, whatever it shows', async () => {
    for (const picture of [flat(0), flat(128), takes[0]!(0)]) {
      assert.deepEqual(await shotsOf(Array.from({ length: 200 }, () => picture)), steady(0, 200));
    }
  });

  it('finds mirrored cuts in the film played backward', async () => {
    const length = edited.length;
    assert.deepEqual(await shotsOf([...edited].reverse()), steady(...edges.map(edge => length - edge).reverse()));
  });

  it('does not care for gain and offset of the whole film', async () => {
    for (const [gain, offset] of [
      [0.5, 0],
      [0.6, 90],
      [1.05, -15],
    ] as const) {
      assert.deepEqual(await shotsOf(edited.map(picture => picture.map(value => value * gain + offset))), steady(...edges));
    }
  });

  it('does not care for a flash of one to five frames, bright or dark', async () => {
    for (let count = 1; count <= 5; count++) {
      for (const [value, share] of [
        [255, 0.7],
        [255, 1],
        [0, 0.9],
      ] as const) {
        const flashed = edited.map((picture, i) => (i >= 15 && i < 15 + count ? mixed(picture, flat(value), share) : picture));
        assert.deepEqual(await shotsOf(flashed), steady(...edges), `${count} frames of ${value}`);
      }
    }
  });

  it('is the same when run again, and reads at most a few seconds ahead', async () => {
    assert.deepEqual(await shotsOf(edited), await shotsOf(edited));
    let read = 0;
    async function* counted() {
      for await (const frame of surveyed([...edited, ...edited, ...edited])) {
        read++;
        yield frame;
      }
    }
    const first = await detectShots(counted()).next();
    assert.deepEqual(first.value, steady(0, 40)[0]);
    assert.ok(read <= 40 + 90, `read ${read} frames before the first shot`);
  });
});

describe('detect-shots: cuts', () => {
  it('finds every cut on its frame, a shot of five frames among them', async () => {
    assert.deepEqual(await shotsOf(edited), steady(...edges));
  });

  it('finds the same cuts on old film: flicker, grain, weave, dust', async () => {
    assert.deepEqual(await shotsOf(worn(edited, OLD), { film: 'worn' }), steady(...edges));
    assert.deepEqual(await shotsOf(worn(edited, { ...OLD, seed: 10 })), steady(...edges));
  });

  it('takes no light, motion or damage for a cut', async () => {
    const still = takeOf(scene(20), 120);
    const films: Record<string, Picture[]> = {
      'flicker of a fifth': worn(still, { seed: 1, flicker: 0.2 }),
      'a jump of exposure': still.map((picture, i) => (i < 60 ? picture : picture.map(value => value * 0.6 + 20))),
      'gate weave': worn(still, { seed: 2, weave: 2 }),
      'heavy dust': worn(still, { seed: 3, dust: 25 }),
      'a fast pan': takeOf(scene(21, { pan: [6, 0] }), 120),
      'a large object': takeOf(scene(22, { object: 0.5 }), 120),
      'a near-black scene': worn(
        still.map(picture => picture.map(value => 2 + value * 0.02)),
        { seed: 4, grain: 1.5 },
      ),
      'hand-cranked motion': Array.from({ length: 120 }, (_, i) => scene(23, { pan: [1.5, 0.2] })(i + 1.2 * Math.sin(i))),
    };
    for (const [name, film] of Object.entries(films)) assert.equal(words(await shotsOf(film)), 'steady 0-120', name);
  });

  it('asks for plainer cuts when it is less sensitive', async () => {
    const some = worn(edited, { ...OLD, grain: 8, dust: 20 });
    const counts: number[] = [];
    for (const sensitivity of [0, 0.5, 1]) counts.push((await shotsOf(some, { sensitivity })).length);
    assert.ok(counts[0]! <= counts[1]! && counts[1]! <= counts[2]!, `${counts}`);
  });
});

describe('detect-shots: dissolves and fades', () => {
  /** From this many mixed frames on, motion blurs where a dissolve begins and ends. */
  const LONG = 30;
  const pairs: [Scene, Scene][] = [
    [takes[2]!, takes[5]!],
    [takes[0]!, takes[1]!],
    [scene(31, { pan: [0.5, 0.2] }), scene(32, { pan: [-0.7, 0] })],
  ];
  const dissolve = (count: number, [from, to]: readonly [Scene, Scene]) => {
    const film = dissolved(takeOf(from, 50), count, takeOf(to, 50), { from, to });
    const expected: [Shot, Shot, Shot] = [
      { start: 0, end: 49, kind: 'steady' },
      { start: 49, end: 51 + count, kind: 'dissolve' },
      { start: 51 + count, end: film.length, kind: 'steady' },
    ];
    return { film, old: worn(film, { ...OLD, grain: 3, dust: 2 }), expected };
  };
  for (const count of [4, 8, 15, 30, 45]) {
    it(`finds a dissolve of ${count} mixed frames, from pure picture to pure picture`, async () => {
      for (const pair of count < LONG ? pairs : pairs.slice(0, 1)) {
        const { film, old, expected } = dissolve(count, pair);
        assertNear(await shotsOf(film), expected, 1 + Math.ceil(count / 10));
        assertNear(await shotsOf(old, { film: 'worn' }), expected, 2 + Math.ceil(count / 6));
      }
    });
  }

  it('finds a long dissolve between moving takes, if not its very edges', async () => {
    for (const count of [30, 45]) {
      for (const pair of pairs.slice(1)) {
        const { film, old, expected } = dissolve(count, pair);
        assertShared(await shotsOf(film), expected);
        assertShared(await shotsOf(old, { film: 'worn' }), expected);
      }
    }
  });

  it('finds five of six dissolves between takes that move too fast for their pictures to line up', async () => {
    const pans: [[number, number], [number, number]][] = [
      [
        [2.5, 0.5],
        [-2, 1],
      ],
      [
        [-3, 0],
        [0.5, -2],
      ],
      [
        [2, 1],
        [-2, 0.5],
      ],
      [
        [-2.5, 1],
        [1.5, -1],
      ],
      [
        [3, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [-3, 0.5],
      ],
    ];
    let found = 0;
    for (const [i, [before, behind]] of pans.entries()) {
      const { film, expected } = dissolve(20, [scene(41 + 2 * i, { pan: before }), scene(42 + 2 * i, { pan: behind })]);
      const shots = await shotsOf(film);
      assert.ok(shots.length === 1 || shots.length === 3, words(shots));
      if (shots.length === 1) continue;
      assertShared(shots, expected);
      found++;
    }
    assert.ok(found >= 5, `found ${found}`);
  });

  it('ends a fade ahead of a flash, and takes none of the two for more than it is', async () => {
    const take = takeOf(takes[0]!, 90);
    for (const value of [4, 245]) {
      const film = [
        ...Array.from({ length: 20 }, () => flat(4)),
        ...take.map((picture, i) => {
          if (i < 20) return mixed(flat(4), picture, (i + 1) / 21);
          return i >= 24 && i < 27 ? mixed(picture, flat(value), 0.8) : picture;
        }),
      ];
      const shots = await shotsOf(film);
      assertNear(
        shots,
        [
          { start: 0, end: 19, kind: 'steady' },
          { start: 19, end: 41, kind: 'fade' },
          { start: 41, end: 110, kind: 'steady' },
        ],
        2,
      );
    }
  });

  for (const [name, value] of [
    ['black', 4],
    ['white', 245],
  ] as const) {
    it(`finds a fade to ${name} and one from it`, async () => {
      for (const count of [8, 20, 40]) {
        const [from, to] = [takes[0]!, takes[5]!];
        const out = takeOf(from, count, 50).map((picture, i) => mixed(picture, flat(value), (i + 1) / (count + 1)));
        const back = takeOf(to, count).map((picture, i) => mixed(flat(value), picture, (i + 1) / (count + 1)));
        const film = [
          ...takeOf(from, 50),
          ...out,
          ...Array.from({ length: 12 }, () => flat(value)),
          ...back,
          ...takeOf(to, 50, count),
        ];
        const expected: Shot[] = [
          { start: 0, end: 49, kind: 'steady' },
          { start: 49, end: 51 + count, kind: 'fade' },
          { start: 51 + count, end: 61 + count, kind: 'steady' },
          { start: 61 + count, end: 63 + 2 * count, kind: 'fade' },
          { start: 63 + 2 * count, end: film.length, kind: 'steady' },
        ];
        assertNear(await shotsOf(film), expected, 1 + Math.ceil(count / 10));
      }
    });
  }
});
