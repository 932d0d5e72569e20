import assert from 'node:assert/strict';
import { chromaMedian } from '../../../src/kernels/color/chroma-median.ts';
import { type DescribedFrame, findAnchors, moveTowardAnchors } from '../../../src/kernels/hints/color-anchors.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';
import { floatPlane } from '../../../src/media/fields/plane.ts';

const [WIDTH, HEIGHT] = [16, 8];

/** A left half that shows one thing, and a right half that shows another, each of one colour. */
function picture(
  left: readonly [number, number],
  right: readonly [number, number],
  things: readonly number[] = [0, 1],
): DescribedFrame {
  const color = chromaField(WIDTH, HEIGHT);
  color.trust.fill(0.6);
  const features = { width: WIDTH / 2, height: HEIGHT / 2, channels: 3, data: new Float32Array((3 * WIDTH * HEIGHT) / 4) };
  for (let i = 0; i < WIDTH * HEIGHT; i++) [color.cb[i], color.cr[i]] = i % WIDTH < WIDTH / 2 ? left : right;
  const cells = features.width * features.height;
  for (let i = 0; i < cells; i++) features.data[things[i % features.width < features.width / 2 ? 0 : 1]! * cells + i] = 1;
  const luma = floatPlane(WIDTH, HEIGHT);
  luma.data.fill(0.5);
  return { luma, color, features };
}
const at = (field: { cb: Float32Array; cr: Float32Array }, x: number) =>
  [field.cb[4 * WIDTH + x]!, field.cr[4 * WIDTH + x]!] as const;
const apart = (a: readonly [number, number], b: readonly [number, number]) => Math.hypot(a[0] - b[0], a[1] - b[1]);

const [MAROON, NAVY, GREEN] = [
  [-0.02, 0.12],
  [0.12, -0.02],
  [-0.1, -0.1],
] as const;

describe('the median of chroma', () => {
  it('is that of most votes, not a mean of hues', () => {
    const { cb, cr } = chromaMedian({ cb: [-0.02, -0.02, -0.02, 0.12], cr: [0.12, 0.12, 0.12, -0.02], weight: [1, 1, 1, 1] });
    assert.ok(apart([cb, cr], MAROON) < 0.003, `${cb}, ${cr}`);
  });
  it('lets the surer vote win', () => {
    const { cb, cr } = chromaMedian({ cb: [-0.02, 0.12], cr: [0.12, -0.02], weight: [1, 3] });
    assert.ok(apart([cb, cr], NAVY) < 0.003, `${cb}, ${cr}`);
  });
  it('is less saturated between two equal camps, and reports the spread', () => {
    const { cb, cr, spread } = chromaMedian({ cb: [-0.1, 0.1], cr: [0, 0], weight: [1, 1] });
    assert.deepEqual([cb, cr], [0, 0]);
    assert.ok(Math.abs(spread - 0.1) < 1e-9);
  });
  it('of equal votes is theirs', () => {
    assert.deepEqual(chromaMedian({ cb: [0.25, 0.25], cr: [-0.125, -0.125], weight: [1, 2] }), {
      cb: 0.25,
      cr: -0.125,
      spread: 0,
    });
  });
});

describe('colour anchors', () => {
  const shot = [picture(MAROON, GREEN), picture(MAROON, GREEN), picture(NAVY, GREEN), picture(MAROON, GREEN)];

  it('give one thing one colour, and leave the other its own', () => {
    const anchors = findAnchors(shot);
    const off = moveTowardAnchors(shot[2]!, anchors);
    assert.ok(apart(at(off, 2), MAROON) < 0.35 * apart(NAVY, MAROON), `${at(off, 2)}`);
    assert.ok(apart(at(off, 13), GREEN) < 0.005, `${at(off, 13)}`);
    assert.deepEqual(off.trust, shot[2]!.color.trust);
  });
  it('change nothing where all agree already', () => {
    const same = [picture(MAROON, GREEN), picture(MAROON, GREEN)];
    const { color } = same[0]!;
    const agreed = moveTowardAnchors(same[0]!, findAnchors(same));
    for (const x of [1, 14]) assert.ok(apart(at(agreed, x), at(color, x)) < 0.005);
  });
  it('do not touch what is like none of them', () => {
    const strange = picture(NAVY, GREEN, [2, 1]);
    const agreed = moveTowardAnchors(strange, findAnchors(shot));
    assert.ok(apart(at(agreed, 2), NAVY) < 0.25 * apart(MAROON, NAVY), `${at(agreed, 2)}`);
  });
  it('of another model, or none, change nothing', () => {
    const [one] = findAnchors(shot);
    const other = [{ ...one!, features: [1, 0] }];
    for (const anchors of [other, []]) assert.deepEqual(moveTowardAnchors(shot[2]!, anchors).cr, shot[2]!.color.cr);
  });
  it('follow from the pictures alone', () => {
    assert.deepEqual(findAnchors(shot), findAnchors(shot));
  });
});
