import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { listKeyframePictures, readPicture, writeKeyframePicture } from '../../../src/adapters/pictures/picture-file.ts';
import { KinemacolorError } from '../../../src/errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemacolor-pictures-'));
});
afterEach(() => rm(folder, { recursive: true }));

function refused(promise: Promise<unknown>, sentence: RegExp, kind = 'reference'): Promise<void> {
  return assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof KinemacolorError, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, sentence);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
}

const WIDTH = 13;
const HEIGHT = 7;
const rgb8 = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37) % 256);
const rgb16 = Uint16Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7919) % 65536);
const raw = (channels: 1 | 2 | 3 | 4) => ({ raw: { width: WIDTH, height: HEIGHT, channels } });

describe('readPicture', () => {
  it('reads what writeKeyframePicture wrote, 8 bit and 16 bit', async () => {
    for (const rgb of [rgb8, rgb16]) {
      const path = join(folder, '000001.png');
      await writeKeyframePicture(path, rgb, WIDTH, HEIGHT);
      const picture = await readPicture(path);
      assert.deepEqual([picture.width, picture.height, picture.depth], [WIDTH, HEIGHT, rgb === rgb8 ? 8 : 16]);
      assert.deepEqual([...picture.rgb], [...rgb]);
      assert.equal(picture.alpha, undefined);
      assert.equal(
        picture.sha256,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      );
    }
    assert.deepEqual(await readdir(folder), ['000001.png']);
  });

  it('reads JPEG, TIFF and WebP', async () => {
    const flat = Buffer.alloc(WIDTH * HEIGHT * 3, 0);
    for (let i = 0; i < flat.length; i += 3) flat.set([200, 120, 40], i);
    const kinds = {
      jpeg: { quality: 95, chromaSubsampling: '4:4:4' },
      tiff: { compression: 'lzw' },
      webp: { lossless: true },
    } as const;
    for (const [kind, options] of Object.entries(kinds)) {
      const path = join(folder, `picture.${kind}`);
      await sharp(flat, raw(3))
        .toFormat(kind as 'jpeg', options as object)
        .toFile(path);
      const { rgb } = await readPicture(path);
      assert.ok(
        rgb.every((value, i) => Math.abs(value - flat[i]!) <= 3),
        kind,
      );
    }
  });

  it('reads gray, gray with alpha, and RGB with alpha, with the colour under the alpha untouched', async () => {
    const gray = Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => i));
    await sharp(gray, raw(1)).toColourspace('b-w').png().toFile(join(folder, 'gray.png'));
    const plain = await readPicture(join(folder, 'gray.png'));
    assert.deepEqual([...plain.rgb.subarray(0, 6)], [0, 0, 0, 1, 1, 1]);
    const rgba = Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, i) => [10, 200, 30, i % 2 === 0 ? 0 : 255]).flat());
    await sharp(rgba, raw(4)).png().toFile(join(folder, 'alpha.png'));
    const painted = await readPicture(join(folder, 'alpha.png'));
    assert.deepEqual([...painted.rgb.subarray(0, 6)], [10, 200, 30, 10, 200, 30]);
    assert.deepEqual([...painted.alpha!.subarray(0, 3)], [0, 1, 0]);
  });

  it('refuses what is no picture, and one that is cut off', async () => {
    await writeFile(join(folder, 'text.png'), 'not a picture');
    await refused(
      readPicture(join(folder, 'text.png')),
      /The picture .*text\.png cannot be read: .*; expected a PNG, JPEG, TIFF or WebP file\./,
    );
    await writeKeyframePicture(join(folder, 'cut.png'), rgb8, WIDTH, HEIGHT);
    await writeFile(join(folder, 'cut.png'), (await readFile(join(folder, 'cut.png'))).subarray(0, 120));
    await refused(readPicture(join(folder, 'cut.png')), /cannot be read/);
    await refused(readPicture(join(folder, 'absent.png')), /cannot be read/);
  });
});

describe('writeKeyframePicture', () => {
  it('leaves nothing behind where it cannot write', async () => {
    await mkdir(join(folder, '000001.png'));
    await refused(writeKeyframePicture(join(folder, '000001.png'), rgb8, WIDTH, HEIGHT), /^Cannot write /, 'output');
    await refused(writeKeyframePicture(join(folder, 'no', '000001.png'), rgb8, WIDTH, HEIGHT), /^Cannot write /, 'output');
    assert.deepEqual(await readdir(folder), ['000001.png']);
  });
});

describe('listKeyframePictures', () => {
  /** Files of these names that begin as a PNG does, each of its own content. */
  const content = (name: string) => `\x89PNG\r\n\x1a\n${name}`;
  const touch = (...names: string[]) => Promise.all(names.map(name => writeFile(join(folder, name), content(name), 'latin1')));

  it('reads frame indices from names, in order of the frames', async () => {
    await touch('000100.png', '000016.JPG', '1000000.webp', '.000017.png', 'notes.txt', '000000.tiff');
    const pictures = await listKeyframePictures(folder);
    assert.deepEqual(
      pictures.map(({ index }) => index),
      [0, 16, 100, 1000000],
    );
    assert.equal(pictures[1]!.path, join(folder, '000016.JPG'));
    assert.equal(pictures[1]!.sha256, createHash('sha256').update(content('000016.JPG'), 'latin1').digest('hex'));
  });

  it('refuses any other name of a picture', async () => {
    for (const name of ['16.png', 'frame000016.png', '000016-final.png', '-000016.png']) {
      await touch('000001.png', name);
      await refused(listKeyframePictures(folder), new RegExp(`six digits, such as 000016\\.png, found ${name} in`));
      await rm(join(folder, name));
    }
  });

  it('refuses two pictures for one frame', async () => {
    await touch('000016.png', '000016.jpg');
    await refused(listKeyframePictures(folder), /one picture for frame 16 in .*, found 000016\.jpg and 000016\.png/);
  });

  it('refuses a picture of a kind it cannot read', async () => {
    await touch('000016.bmp');
    await refused(listKeyframePictures(folder), /Expected a PNG, JPEG, TIFF or WebP file, found 000016\.bmp/);
  });

  it('refuses an empty folder and one that is not there', async () => {
    await refused(listKeyframePictures(folder), /Expected keyframe pictures in .*, found none/);
    await refused(listKeyframePictures(join(folder, 'nowhere')), /folder of keyframe pictures .*nowhere cannot be read/);
  });
});
