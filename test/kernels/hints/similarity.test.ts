import assert from 'node:assert/strict';
import { similarity } from '../../../src/kernels/hints/similarity.ts';

const PLACES = [
  { x: 0.2, y: 0.2 },
  { x: 0.4, y: 0.25 },
  { x: 0.3, y: 0.4 },
  { x: 0.25, y: 0.3 },
  { x: 0.35, y: 0.35 },
];
/** Turned by 20 degrees, a tenth larger, moved to the right. */
const moved = ({ x, y }: { x: number; y: number }) => {
  const [cos, sin] = [1.1 * Math.cos(0.35), 1.1 * Math.sin(0.35)];
  return { x: 0.3 + cos * x - sin * y, y: 0.1 + sin * x + cos * y };
};
const assertNear = (one: { x: number; y: number }, other: { x: number; y: number }) =>
  assert.ok(Math.hypot(one.x - other.x, one.y - other.y) < 1e-6, `${JSON.stringify(one)} ${JSON.stringify(other)}`);

describe('similarity', () => {
  it('finds shift, turn and scale', () => {
    const map = similarity(PLACES.map(from => ({ from, to: moved(from) })));
    assertNear(map({ x: 0.7, y: 0.1 }), moved({ x: 0.7, y: 0.1 }));
  });
  it('is not misled by places that strayed', () => {
    const strayed = [...PLACES.map(from => ({ from, to: moved(from) }))];
    strayed[0] = { from: PLACES[0]!, to: { x: 0.9, y: 0.9 } };
    strayed[3] = { from: PLACES[3]!, to: { x: 0.1, y: 0.8 } };
    assertNear(similarity(strayed)({ x: 0.7, y: 0.1 }), moved({ x: 0.7, y: 0.1 }));
  });
  it('of one place is its shift', () => {
    assertNear(similarity([{ from: PLACES[0]!, to: { x: 0.3, y: 0.1 } }])({ x: 0.5, y: 0.5 }), { x: 0.6, y: 0.4 });
  });
});
