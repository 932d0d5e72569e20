import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Metadata } from 'sharp';
import { iptcRecords, wrappedIptc } from '../../../src/adapters/pictures/metadata/iptc.ts';
import { readTags, type Tag } from '../../../src/adapters/pictures/metadata/tiff-tags.ts';
import { colorizeStill } from '../../../src/index.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';
import { crc32, grayScene, imageOf, LOSSLESS_TIFF, samplesOf } from '../../fixtures/stills.ts';

const XMP =
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Ann Archive"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
/** One IPTC record: caption, "On the pier". */
const IPTC = Buffer.concat([Buffer.from([0x1c, 2, 120, 0, 11]), Buffer.from('On the pier')]);
const [DESCRIPTION, MAKE, ORIENTATION, EXIF, LENS, WIDTH_IN_EXIF, GPS] = [270, 271, 274, 34665, 42036, 40962, 34853];

describe('metadata of stills', () => {
  const folder = folderPerGroup();
  let settings = {};
  const at = (name: string) => join(folder, name);

  before(async () => {
    settings = { device: 'cpu', model: await writeTinyModel(folder, 'obedient') };
    for (const ending of ['jpg', 'png', 'webp']) await writeFile(at(`source.${ending}`), await source(ending));
  });

  async function source(ending: string): Promise<Buffer> {
    const tagged = imageOf(grayScene(60, 40))
      .withMetadata({ orientation: 6, density: 300 })
      .withExif({
        IFD0: { ImageDescription: 'A portrait', Make: 'Zeiss' },
        IFD2: { LensModel: 'Tessar' },
        IFD3: { GPSLatitudeRef: 'N' },
      })
      .withXmp(XMP);
    if (ending === 'png') return tagged.png().toBuffer();
    if (ending === 'webp') return tagged.webp({ lossless: true }).toBuffer();
    const jpeg = await tagged.jpeg().toBuffer();
    return Buffer.concat([
      jpeg.subarray(0, 2),
      segment(0xed, wrappedIptc(IPTC)),
      segment(0xfe, Buffer.from('a remark')),
      jpeg.subarray(2),
    ]);
  }

  const segment = (marker: number, content: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content]);

  async function result(from: string, to: string): Promise<{ header: Metadata; bytes: Buffer; tags: Tag[]; warnings: string }> {
    const { warnings } = await colorizeStill(at(from), at(to), { settings, existing: 'replace' });
    const bytes = await readFile(at(to));
    const header = await sharp(bytes).metadata();
    const exif = header.exif?.toString('latin1', 0, 4) === 'Exif' ? header.exif.subarray(6) : header.exif;
    return { header, bytes, tags: readTags(/tif$/.test(to) ? bytes : exif!), warnings: warnings.join() };
  }

  const find = (tags: readonly Tag[] | undefined, wanted: number) => tags?.find(({ tag }) => tag === wanted);
  const text = (tag: Tag | undefined) => tag?.value.toString('utf8').replace(/\0+$/, '');

  /** Everything that the source said is said by the result, and that it is upright and its colour synthetic. */
  function assertAll({ header, tags }: Awaited<ReturnType<typeof result>>, route: string): void {
    assert.match(
      text(find(tags, DESCRIPTION))!,
      /^A portrait\nColour synthesised by Kinemacolor .*; model obedient \(sha256 /,
      route,
    );
    assert.equal(text(find(tags, MAKE)), 'Zeiss', route);
    assert.equal(find(tags, ORIENTATION)!.value.readUInt16LE(0), 1, route);
    const exif = find(tags, EXIF)?.block;
    assert.equal(text(find(exif, LENS)), 'Tessar', route);
    assert.equal(find(exif, WIDTH_IN_EXIF)?.value.readUInt16LE(0) ?? 40, 40, `${route}: the width of the upright picture`);
    assert.equal(text(find(find(tags, GPS)?.block, 1)), 'N', route);
    assert.match(header.xmp!.toString(), /dc:creator="Ann Archive"[\s\S]*kinemacolor:Fingerprint="[0-9a-f]{64}"/, route);
    assert.deepEqual([header.width, header.height, header.orientation ?? 1], [40, 60, 1], route);
    if (header.format !== 'webp') assert.equal(header.density, 300, route);
  }

  for (const [from, targets] of Object.entries({ jpg: ['jpg', 'png', 'webp', 'tif'], png: ['png', 'jpg'], webp: ['webp'] })) {
    for (const to of targets) {
      it(`from ${from} to ${to}: Exif, GPS, XMP and density are kept, the note is added`, async () => {
        const made = await result(`source.${from}`, `result.${to}`);
        assertAll(made, `${from} to ${to}`);
        assert.equal((await samplesOf(made.bytes)).channels, 3); // decodes whole
      });
    }
  }

  it('from TIFF to TIFF and JPEG: its own tags are kept', async () => {
    await result('source.jpg', 'first.tif');
    for (const to of ['again.tif', 'again.jpg']) {
      const made = await result('first.tif', to);
      assertAll(made, `tif to ${to}`);
      const description = text(find(made.tags, DESCRIPTION))!;
      assert.equal(description.match(/Colour synthesised/g)!.length, 1, 'the same note twice');
      assert.equal(made.header.xmp!.toString().match(/kinemacolor:Fingerprint/g)!.length, 1);
    }
  });

  it('IPTC is kept in JPEG, TIFF and PNG; WebP has no place for it, and a sentence says so', async () => {
    assert.deepEqual(iptcRecords((await result('source.jpg', 'i.jpg')).header.iptc!), IPTC);
    assert.deepEqual(iptcRecords((await result('source.jpg', 'i.tif')).header.iptc!), IPTC);
    assert.ok((await result('source.jpg', 'i.png')).bytes.includes('Raw profile type iptc'));
    assert.match((await result('source.jpg', 'i.webp')).warnings, /WebP has no place for IPTC/);
  });

  it("a JPEG's remark and a PNG's texts stay in their own kind", async () => {
    assert.ok((await result('source.jpg', 'r.jpg')).bytes.includes('a remark'));
    const png = await source('png');
    const chunk = Buffer.from('\0\0\0\x0ctEXtTitle\0A pier\0\0\0\0', 'latin1');
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    await writeFile(at('texts.png'), Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
    assert.ok((await result('texts.png', 't.png')).bytes.includes('Title\0A pier'));
    assert.match((await result('texts.png', 't.webp')).warnings, /only PNG holds its text notes/);
  });

  it('a source that says nothing gets the note, and no profile', async () => {
    for (const [ending, plain] of [
      ['png', imageOf(grayScene(20, 10)).png()],
      ['tif', imageOf(grayScene(20, 10)).tiff(LOSSLESS_TIFF)],
    ] as const) {
      await plain.toFile(at(`plain.${ending}`));
      const { tags, header, warnings } = await result(`plain.${ending}`, `plain.color.${ending}`);
      assert.match(text(find(tags, DESCRIPTION))!, /^Colour synthesised by Kinemacolor/);
      assert.equal(header.icc, undefined);
      assert.equal(warnings, '');
    }
  });

  it('Exif too long for JPEG beside what is added loses its preview, not its tags', async () => {
    const long = 'x'.repeat(65_000);
    const image = imageOf(grayScene(20, 10)).withExif({ IFD0: { Make: 'Zeiss' }, IFD2: { UserComment: long } });
    await image.jpeg().toFile(at('long.jpg'));
    const { tags, bytes } = await result('long.jpg', 'long.color.jpg');
    assert.equal(text(find(tags, MAKE)), 'Zeiss');
    assert.equal((await samplesOf(bytes)).channels, 3);
  });
});
