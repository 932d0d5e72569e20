import assert from 'node:assert/strict';
import { dice } from '../../../harness/synthetic.ts';
import { pictureArea } from '../../../src/kernels/color/picture-area.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';

const LIMITED = { depth: 8, range: 'limited' } as const;

function plane(width: number, height: number, code: (x: number, y: number) => number, depth = 8) {
  const luma = integerPlane(width, height, depth);
  for (let i = 0; i < luma.data.length; i++) luma.data[i] = code(i % width, Math.floor(i / width));
  return luma;
}

describe('pictureArea', () => {
  const roll = dice(5);
  const picture = (x: number, y: number) => 60 + ((x * 13 + y * 7) % 120);
  const whole = { left: 0, top: 0, width: 320, height: 180 };

  it('is the whole frame where there are no bars', () => {
    assert.deepEqual(pictureArea(plane(320, 180, picture), LIMITED), whole);
  });

  it('leaves out a noisy pillarbox and letterbox, to the pixel', () => {
    const bars = plane(320, 180, (x, y) =>
      x < 40 || x >= 276 || y < 21 || y >= 170 ? 16 + Math.floor(roll() * 6) : picture(x, y),
    );
    assert.deepEqual(pictureArea(bars, LIMITED), { left: 40, top: 21, width: 236, height: 149 });
  });

  it('finds the same bars at 10 bit and full range', () => {
    const bars = plane(320, 180, (x, y) => (x < 40 || x >= 280 ? 3 : 4 * picture(x, y)), 10);
    assert.deepEqual(pictureArea(bars, { depth: 10, range: 'full' }), { left: 40, top: 0, width: 240, height: 180 });
  });

  it('takes no dark scene for bars: one that falls off, one that is black, one that is dark for more than a third', () => {
    assert.deepEqual(
      pictureArea(
        plane(320, 180, x => 16 + Math.floor(x / 4)),
        LIMITED,
      ),
      whole,
    );
    assert.deepEqual(
      pictureArea(
        plane(320, 180, () => 16),
        LIMITED,
      ),
      whole,
    );
    assert.deepEqual(
      pictureArea(
        plane(320, 180, (x, y) => (x < 130 ? 16 : picture(x, y))),
        LIMITED,
      ),
      whole,
    );
  });
});
