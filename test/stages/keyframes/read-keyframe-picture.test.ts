import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { formatOf } from '../../../harness/synthetic.ts';
import { writeKeyframePicture } from '../../../src/adapters/pictures/picture-file.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import type { Matrix } from '../../../src/media/film/frame.ts';
import { readKeyframePicture } from '../../../src/stages/keyframes/read-keyframe-picture.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemacolor-keyframe-'));
});
after(() => rm(folder, { recursive: true }));

const WIDTH = 40;
const HEIGHT = 24;
const film = (matrix: Matrix = 'bt709') => ({ ...formatOf({ width: WIDTH, height: HEIGHT }), matrix });
const near = (a: number, b: number, off = 1e-4) => assert.ok(Math.abs(a - b) < off, `${a} is not ${b}`);

/** Red on the left, gray on the right. */
const redAndGray = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
  const left = Math.floor(i / 3) % WIDTH < WIDTH / 2;
  return left ? (i % 3 === 0 ? 255 : 0) : 90;
});

describe('readKeyframePicture', () => {
  it("takes chroma with the film's own matrix, and trusts all of it", async () => {
    const path = join(folder, '000000.png');
    await writeKeyframePicture(path, redAndGray, WIDTH, HEIGHT);
    for (const [matrix, cb] of [
      ['bt601', -0.299 / 1.772],
      ['bt709', -0.2126 / 1.8556],
    ] as const) {
      const field = await readKeyframePicture({ path }, film(matrix));
      assert.deepEqual([field.width, field.height], [WIDTH, HEIGHT]);
      near(field.cb[0]!, cb);
      near(field.cr[0]!, 0.5);
      near(field.cr[WIDTH - 1]!, 0);
      assert.ok(field.trust.every(trust => trust === 1));
    }
  });

  it('gives the same chroma from 16 bits, and on a smaller grid', async () => {
    const path = join(folder, '000001.png');
    await writeKeyframePicture(
      path,
      Uint16Array.from(redAndGray, value => value * 257),
      WIDTH,
      HEIGHT,
    );
    const field = await readKeyframePicture({ path }, film(), { width: 10, height: 6 });
    assert.equal(field.cb.length, 60);
    near(field.cr[0]!, 0.5, 1e-3);
    near(field.cr[9]!, 0, 1e-3);
    assert.ok(field.cr.every(value => Math.abs(value) <= 0.5));
    assert.ok(field.cb.buffer instanceof SharedArrayBuffer);
  });

  it('trusts only what is painted, and does not bleach paint at its edge', async () => {
    const path = join(folder, '000002.png');
    const rgba = Buffer.alloc(WIDTH * HEIGHT * 4);
    // Paint covers one cell of the grid and a quarter of the next; under the transparent rest lies green.
    for (let i = 0; i < WIDTH * HEIGHT; i++) rgba.set(i % WIDTH < 5 ? [255, 0, 0, 255] : [0, 255, 0, 0], 4 * i);
    await sharp(rgba, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
      .png()
      .toFile(path);
    const field = await readKeyframePicture({ path }, film(), { width: 10, height: 6 });
    assert.deepEqual([...field.trust.subarray(0, 3)], [1, 0.25, 0]);
    near(field.cr[0]!, 0.5);
    near(field.cr[1]!, 0.5);
    near(field.cr[2]!, 0);
  });

  it('names file and sizes where the picture is of another size', async () => {
    const path = join(folder, '000003.png');
    await writeKeyframePicture(path, redAndGray, HEIGHT, WIDTH);
    await assert.rejects(readKeyframePicture({ path }, film()), (error: unknown) => {
      assert.ok(error instanceof KinemacolorError && error.kind === 'reference');
      assert.match(error.message, /Expected the picture .*000003\.png to be 40x24 as the film is, received 24x40/);
      return true;
    });
  });

  it('refuses a picture that is no longer the one of the plan', async () => {
    const path = join(folder, '000004.png');
    await writeKeyframePicture(path, redAndGray, WIDTH, HEIGHT);
    await assert.rejects(
      readKeyframePicture({ path, sha256: '0'.repeat(64) }, film()),
      /000004\.png has changed since the plan was made/,
    );
  });
});
