import assert from 'node:assert/strict';
import { anchorLikeness, findThing, type SeenPicture, thingAt } from '../../../src/kernels/hints/find-thing.ts';
import type { ColorAnchor } from '../../../src/media/plan/color-anchors.ts';

const CELLS = { width: 16, height: 9 };
const [COAT, WALL, SEA] = [[1, 0, 0] as const, [0, 1, 0] as const, [0, 0, 1] as const];
const RADIUS = 0.05;

interface Patch {
  readonly look: readonly number[];
  readonly luma: number;
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** A scene whose truth is known: a wall with square things on it, in cells. */
function scene(things: readonly Patch[], ground: readonly number[] = WALL): SeenPicture {
  const count = CELLS.width * CELLS.height;
  const features = { ...CELLS, channels: 3, data: new Float32Array(3 * count) };
  const luma = { width: 2 * CELLS.width, height: 2 * CELLS.height, data: new Float32Array(4 * count).fill(0.7) };
  const lookAtCell = (x: number, y: number) =>
    things.find(({ left, top, side }) => x >= left && x < left + side && y >= top && y < top + side);
  for (let i = 0; i < count; i++) {
    const look = lookAtCell(i % CELLS.width, Math.floor(i / CELLS.width))?.look ?? ground;
    const length = Math.hypot(...look);
    for (let c = 0; c < 3; c++) features.data[c * count + i] = look[c]! / length;
  }
  for (let i = 0; i < luma.data.length; i++) {
    const thing = lookAtCell((i % luma.width) / 2, Math.floor(i / luma.width) / 2);
    if (thing) luma.data[i] = thing.luma;
  }
  return { features, luma };
}
const coat = { look: COAT, luma: 0.3, left: 4, top: 3, side: 3 };
const MIDDLE = { x: 5.5 / CELLS.width, y: 4.5 / CELLS.height };
const thing = thingAt(scene([coat]), MIDDLE, RADIUS);

describe('findThing', () => {
  it('finds a thing where it is in another picture', () => {
    const found = findThing(scene([{ ...coat, left: 11, top: 5 }]), [thing], RADIUS)!;
    const [column, row] = [found.x * CELLS.width, found.y * CELLS.height];
    assert.ok(column > 11 && column < 14 && row > 5 && row < 8, `${column} ${row}`);
    assert.ok(found.likeness > 0.99);
  });
  it('finds nothing where the thing is not seen', () => {
    assert.equal(findThing(scene([]), [thing], RADIUS), undefined);
    assert.equal(findThing(scene([{ ...coat, look: SEA }], SEA), [thing], RADIUS), undefined);
  });
  it('is not deceived by a like thing of another brightness', () => {
    assert.equal(findThing(scene([{ ...coat, luma: 0.6 }]), [thing], RADIUS), undefined);
    assert.ok(findThing(scene([{ ...coat, luma: 0.36 }]), [thing], RADIUS));
  });
  it('of several like things takes the most alike', () => {
    const less = { ...coat, look: [1, 0.5, 0], left: 1, top: 1 };
    const found = findThing(scene([less, { ...coat, left: 11 }]), [thing], RADIUS)!;
    assert.ok(found.x * CELLS.width > 11);
    const only = findThing(scene([less]), [thing], RADIUS)!;
    assert.ok(only.likeness > 0.85 && only.likeness < 0.95);
  });
  it('any example of a thing will do', () => {
    const dark = thingAt(scene([{ ...coat, luma: 0.1 }]), MIDDLE, RADIUS);
    assert.equal(findThing(scene([{ ...coat, luma: 0.1 }]), [thing], RADIUS), undefined);
    assert.ok(findThing(scene([{ ...coat, luma: 0.1 }]), [thing, dark], RADIUS));
  });
});

describe('anchorLikeness', () => {
  const anchor = (look: readonly number[], luma: number): ColorAnchor => ({
    features: look,
    luma,
    x: 0.5,
    y: 0.5,
    cb: 0,
    cr: 0,
    weight: 1,
  });
  it('tells shots that may show a thing from those that cannot', () => {
    assert.ok(anchorLikeness([anchor(WALL, 0.7), anchor([0.8, 0.3, 0], 0.35)], [thing])! > 0.9);
    assert.equal(anchorLikeness([anchor(WALL, 0.3), anchor(SEA, 0.3)], [thing]), undefined);
    assert.equal(anchorLikeness([anchor(COAT, 0.7)], [thing]), undefined, 'of another brightness');
    assert.equal(anchorLikeness([], [thing]), undefined);
  });
});
