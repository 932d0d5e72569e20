import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { decode, runFfmpeg } from '../../../harness/tiny-film.ts';
import { labelFrame } from '../../../src/adapters/pictures/label-frame.ts';
import { everyFfmpeg, temporaryFolder } from '../../fixtures/films.ts';

const NOTE = { text: 'Colour synthesised by Kinemacolor 0; model "a & b".', fingerprint: 'abc123' };

/** Attributes of an OpenEXR header by name, as text. */
function exrAttributes(exr: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 8; exr[at] !== 0; ) {
    const type = exr.indexOf(0, at) + 1;
    const size = exr.indexOf(0, type) + 1;
    const value = exr.subarray(size + 4, size + 4 + exr.readUInt32LE(size));
    found.set(exr.toString('latin1', at, type - 1), value.toString('utf8'));
    at = size + 4 + value.length;
  }
  return found;
}

const READERS = {
  tif: async (path: string) => (await sharp(path).metadata()).xmp!.toString('utf8'),
  png: async (path: string) => (await sharp(path).metadata()).xmp!.toString('utf8'),
  dpx: async (path: string) => (await readFile(path)).toString('latin1', 260, 460).replace(/\0.*/s, ''),
  exr: async (path: string) => exrAttributes(await readFile(path)).get('comments'),
} as const;

describe('labelFrame', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  for (const [kind, pixelFormat] of [
    ['tif', 'rgb48le'],
    ['png', 'rgb48be'],
    ['dpx', 'gbrp10le'],
    ['exr', 'gbrpf32le'],
  ] as const)
    it(`${kind}: says that the colour is synthetic, and every pixel stays`, async function () {
      const [plain, labeled] = [join(folder.path, `plain.${kind}`), join(folder.path, `labeled.${kind}`)];
      const ffmpeg = (await everyFfmpeg()).find(({ encoders }) => encoders.has(kind === 'tif' ? 'tiff' : kind));
      if (!ffmpeg) return this.skip(); // no ffmpeg here writes it
      const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=24:d=0.1', '-frames:v', '1', '-pix_fmt', pixelFormat];
      await runFfmpeg(ffmpeg, [...picture, plain]);
      await copyFile(plain, labeled);
      await labelFrame(kind, labeled, NOTE);
      const text = await READERS[kind](labeled);
      if (kind === 'tif' || kind === 'png') {
        assert.match(text!, /Colour synthesised by Kinemacolor 0; model &quot;a &amp; b&quot;\./);
        assert.match(text!, /compositeWithTrainedAlgorithmicMedia/);
      } else assert.equal(text, NOTE.text);
      assert.equal(Buffer.compare(await decode(labeled), await decode(plain)), 0);
    });

  it('leaves a file of another kind alone', async () => {
    const path = join(folder.path, 'letter.dpx');
    await writeFile(path, 'Dear archive');
    for (const kind of ['dpx', 'exr'] as const) await assert.rejects(labelFrame(kind, path, NOTE), { kind: 'internal' });
    assert.equal(await readFile(path, 'utf8'), 'Dear archive');
  });
});
