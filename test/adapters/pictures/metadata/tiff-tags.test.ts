import assert from 'node:assert/strict';
import {
  amendTags,
  readTags,
  shortTag,
  type Tag,
  TYPE,
  textTag,
  withNumbers,
  writeTags,
} from '../../../../src/adapters/pictures/metadata/tiff-tags.ts';

const EXIF = 34665;
const block = (tag: number, ...tags: Tag[]): Tag => ({ tag, type: TYPE.long, count: 1, value: Buffer.alloc(4), block: tags });
const sample = [
  textTag(270, 'A portrait'),
  shortTag(274, 6),
  block(EXIF, shortTag(40962, 200), block(40965, textTag(1, 'R98')), textTag(42036, 'Tessar')),
];
/** Tags without the places at which pointers point. */
const plain = (tags: readonly Tag[]): unknown[] =>
  tags.map(({ tag, type, count, value, block: inner }) =>
    inner ? { tag, inner: plain(inner) } : { tag, type, count, value: [...value] },
  );

/** The same block in the other byte order, made by hand: one text, one number, one pair of rationals. */
const BIG = Buffer.concat([
  Buffer.from('MM\0*\0\0\0\x08', 'latin1'),
  Buffer.from([0, 3]),
  Buffer.from([0x01, 0x0e, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50]),
  Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]),
  Buffer.from([0x01, 0x1a, 0, 5, 0, 0, 0, 1, 0, 0, 0, 56]),
  Buffer.from([0, 0, 0, 0]),
  Buffer.from('Hello\0', 'latin1'),
  Buffer.from([0, 0, 1, 44, 0, 0, 0, 1]),
]);

describe('tags of TIFF and Exif', () => {
  it('what is written is read, blocks in blocks too', () => {
    assert.deepEqual(plain(readTags(writeTags(sample))), plain(sample));
  });

  it('reads both byte orders alike', () => {
    const [text, orientation, resolution] = readTags(BIG);
    assert.equal(text!.value.toString(), 'Hello\0');
    assert.equal(orientation!.value.readUInt16LE(0), 6);
    assert.deepEqual([resolution!.value.readUInt32LE(0), resolution!.value.readUInt32LE(4)], [300, 1]);
  });

  it('amends in the order of the file, and moves no byte that was there', () => {
    for (const bytes of [BIG, writeTags(sample)]) {
      const amended = Buffer.concat(amendTags(bytes, [shortTag(274, 1), textTag(305, 'Kinemacolor')])!);
      assert.deepEqual(amended.subarray(8, bytes.length), bytes.subarray(8));
      const before = readTags(bytes).filter(({ tag }) => tag !== 274);
      const after = readTags(amended);
      assert.deepEqual(plain(after.filter(({ tag }) => tag !== 274 && tag !== 305)), plain(before));
      assert.equal(after.find(({ tag }) => tag === 274)!.value.readUInt16LE(0), 1);
      assert.equal(after.find(({ tag }) => tag === 305)!.value.toString(), 'Kinemacolor\0');
    }
  });

  it('replaces numbers of a block in their places', () => {
    const changed = readTags(withNumbers(writeTags(sample), EXIF, new Map([[40962, 120]])));
    const exif = changed.find(({ tag }) => tag === EXIF)!.block!;
    assert.equal(exif.find(({ tag }) => tag === 40962)!.value.readUInt16LE(0), 120);
    assert.equal(exif.find(({ tag }) => tag === 42036)!.value.toString(), 'Tessar\0');
  });

  it('damaged bytes end in fewer tags, never in a failure or without end', () => {
    const whole = writeTags(sample);
    for (let length = 0; length < whole.length; length++) readTags(whole.subarray(0, length));
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        readTags(damaged);
        amendTags(damaged, [shortTag(274, 1)]);
        withNumbers(damaged, EXIF, new Map([[40962, 1]]));
      }
    }
    const circle = writeTags([block(EXIF, shortTag(1, 1))]);
    circle.writeUInt32LE(8, 18); // the pointer's value: back to the first block
    assert.ok(readTags(circle).length <= 1);
    assert.equal(amendTags(Buffer.from('no tags here'), []), undefined);
  });
});
