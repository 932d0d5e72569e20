import assert from 'node:assert/strict';
import { pathGrid, pathLengths } from '../../../src/kernels/hints/path-length.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';

const SIZE = { width: 60, height: 40 };
const [DARK, LIGHT] = [50, 160];
/** From black to white: 219 codes. The first .02 of a change are texture. */
const EDGE = (LIGHT - DARK) / 219 - 0.02;
const at = (x: number, y: number) => y * SIZE.width + x;

function picture(isLight: (x: number, y: number) => boolean) {
  const gray = grayPlane(SIZE.width, SIZE.height);
  for (let i = 0; i < gray.data.length; i++) gray.data[i] = isLight(i % SIZE.width, Math.floor(i / SIZE.width)) ? LIGHT : DARK;
  return gray;
}
const lengthsFrom = (gray: ReturnType<typeof picture>, cells: readonly number[]) => pathLengths(pathGrid(gray), cells, SIZE);
const isNear = (value: number, expected: number) => Math.abs(value - expected) < 1e-4;

describe('the path from a hint to a cell', () => {
  it('is a tenth per shorter side where luma is constant, and none under the hint', () => {
    const lengths = lengthsFrom(
      picture(() => false),
      [at(10, 20), at(11, 20)],
    );
    assert.equal(lengths[at(10, 20)], 0);
    assert.ok(isNear(lengths[at(51, 20)]!, 0.1), `${lengths[at(51, 20)]}`);
    assert.ok(isNear(lengths[at(20, 30)]!, (Math.SQRT2 * 9 + 1) * 0.0025), `${lengths[at(20, 30)]}`);
  });

  it('crosses an edge at its height, each time', () => {
    const lengths = lengthsFrom(
      picture(x => x >= 20 && x < 40),
      [at(10, 20)],
    );
    assert.ok(isNear(lengths[at(30, 20)]!, EDGE + 0.05), `${lengths[at(30, 20)]}`);
    assert.ok(isNear(lengths[at(50, 20)]!, 2 * EDGE + 0.1), `${lengths[at(50, 20)]}`);
  });

  it('takes no notice of texture', () => {
    const gray = picture(() => false);
    for (let i = 0; i < gray.data.length; i++) gray.data[i]! += 4 * ((i + Math.floor(i / SIZE.width)) % 2);
    const length = lengthsFrom(gray, [at(10, 20)])[at(50, 20)]!;
    assert.ok(isNear(length, 0.1), `${length}`);
  });

  it('goes around what is in the way, back and forth', () => {
    const isWall = (x: number, y: number) => (x === 20 && y > 2) || (x === 30 && y < 37) || (x === 40 && y > 2);
    const lengths = lengthsFrom(picture(isWall), [at(10, 20)]);
    const length = lengths[at(50, 20)]!;
    assert.ok(length > 0.2 && length < EDGE, `around three walls: ${length}`);
    assert.ok(lengths.every(Number.isFinite));
  });

  it('is found on a coarser grid in a large picture', () => {
    const large = { width: 300, height: 200 };
    const gray = grayPlane(large.width, large.height);
    gray.data.fill(DARK);
    const lengths = pathLengths(pathGrid(gray), [100 * 300 + 50], large);
    assert.equal(lengths.length, 300 * 200);
    assert.ok(Math.abs(lengths[100 * 300 + 250]! - 0.1) < 0.003, `${lengths[100 * 300 + 250]}`);
  });
});
