import assert from 'node:assert/strict';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import { type Glance, judgePicture } from '../../../src/stages/keyframes/judge-picture.ts';

const [WIDTH, HEIGHT] = [64, 36];
const luma = grayPlane(320, 180);
for (let i = 0; i < luma.data.length; i++) luma.data[i] = 60 + 60 * Math.sin((i % 320) / 30) + 50 * Math.cos(i / 320 / 25);

/** A picture made of the frame's gray, cell by cell. */
function glance(paint: (gray: number, cell: number) => readonly [r: number, g: number, b: number, opacity?: number]): Glance {
  const rgba = new Uint8Array(4 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const gray = luma.data[Math.floor(i / WIDTH) * 5 * 320 + (i % WIDTH) * 5]!;
    const [r, g, b, opacity = 255] = paint(gray, i);
    rgba.set([r, g, b, opacity], 4 * i);
  }
  return { width: WIDTH, height: HEIGHT, rgba };
}

describe('a picture that is put back', () => {
  it('in colour, of the frame: fits, also regraded', () => {
    assert.equal(
      judgePicture(
        glance(gray => [gray, 0.8 * gray, 0.6 * gray]),
        luma,
      ),
      'fits',
    );
    assert.equal(
      judgePicture(
        glance(gray => [0.5 * gray + 60, 0.4 * gray + 60, 0.4 * gray + 40]),
        luma,
      ),
      'fits',
    );
  });
  it('without colour: gray', () => {
    assert.equal(
      judgePicture(
        glance(gray => [gray, gray, gray]),
        luma,
      ),
      'gray',
    );
  });
  it('of something else: another picture', () => {
    assert.equal(
      judgePicture(
        glance(gray => [255 - gray, 200 - gray, 90]),
        luma,
      ),
      'another picture',
    );
    assert.equal(
      judgePicture(
        glance((_, i) => [(i * 37) % 256, (i * 91) % 200, 40]),
        luma,
      ),
      'another picture',
    );
  });
  it('one flat colour, or little paint: whatever it is, it is meant', () => {
    assert.equal(
      judgePicture(
        glance(() => [32, 176, 176]),
        luma,
      ),
      'fits',
    );
    assert.equal(
      judgePicture(
        glance((_, i) => [250, (i * 91) % 200, 40, i % 10 === 0 ? 255 : 0]),
        luma,
      ),
      'fits',
    );
  });
});
