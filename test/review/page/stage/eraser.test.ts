import assert from 'node:assert/strict';
import { isErased } from '../../../../src/review/page/stage/eraser.ts';

const FILM = { width: 320, height: 180 };
const DOT = { x: 0.5, y: 0.5, color: '#884422', radius: 0.05 };
const at = (x: number, y: number) => ({ at: { x, y }, radius: 0.01 });

describe('the eraser', () => {
  it('touches a dot, and a stroke at each of its points', () => {
    assert.ok(isErased(DOT, at(0.52, 0.5), FILM));
    assert.ok(!isErased(DOT, at(0.6, 0.5), FILM));
    const path: [number, number][] = [
      [0.5, 0.5],
      [0.8, 0.2],
    ];
    assert.ok(isErased({ ...DOT, path }, at(0.8, 0.2), FILM));
  });

  it('touches a polygon anywhere inside, not around it', () => {
    const polygon: [number, number][] = [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.9, 0.2],
      [0.2, 0.2],
      [0.2, 0.9],
      [0.1, 0.9],
    ];
    const hint = { ...DOT, x: 0.15, y: 0.5, polygon };
    for (const [x, y] of [
      [0.85, 0.15],
      [0.15, 0.85],
      [0.12, 0.12],
    ] as const)
      assert.ok(isErased(hint, at(x, y), FILM), `${x} ${y}`);
    for (const [x, y] of [
      [0.5, 0.5],
      [0.95, 0.15],
    ] as const)
      assert.ok(!isErased(hint, at(x, y), FILM), `${x} ${y}`);
  });
});
