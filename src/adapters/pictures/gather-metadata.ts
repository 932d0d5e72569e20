import { iptcRecords } from './metadata/iptc.ts';
import { jpegComments } from './metadata/jpeg-segments.ts';
import { pngTexts } from './metadata/png-chunks.ts';
import type { StillMetadata } from './metadata/still-metadata.ts';
import {
  amendTags,
  DESCRIPTION,
  rationalTag,
  readTags,
  shortTag,
  type Tag,
  textTag,
  withNumbers,
  writeTags,
} from './metadata/tiff-tags.ts';
import { type SyntheticNote, withNote } from './metadata/xmp-note.ts';
import type { StillFile } from './still-file.ts';

const ORIENTATION = 274;
const SOFTWARE = 305;
const RESOLUTION = { across: 282, down: 283, unit: 296 } as const;
const PER_INCH = 2;
/** The Exif block and its fields for the picture's size. */
const EXIF = { pointer: 34665, width: 40962, height: 40963 } as const;

/** TIFF tags about the layout of samples, or with a place of their own in the result; the encoder writes its own. */
const STRUCTURE = new Set([
  ...[
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 282, 283, 284, 288, 289, 290, 291, 292,
  ],
  ...[293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 337, 338, 339, 340, 341, 347],
  ...[512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 700, 33723, 34377, 34675, 37724, 50341],
]);

/**
 * The metadata of the result: the source's, with upright orientation, and the note in XMP and at the end of the description.
 * `icc` is the result's profile. `notes` reports what cannot be kept.
 */
export function gatherMetadata(
  file: StillFile,
  note: SyntheticNote,
  icc: Buffer | undefined,
): { metadata: StillMetadata; notes: string[] } {
  const { header, bytes, kind } = file;
  const found = kind === 'tiff' ? tiffBlock(bytes) : withoutMark(header.exif);
  const size = new Map<number, number>([
    [EXIF.width, file.still.width],
    [EXIF.height, file.still.height],
  ]);
  const own = found && withNumbers(found, EXIF.pointer, size);
  const tags = readTags(own ?? Buffer.alloc(0));
  const changes = [...changesOf(tags, note), ...resolution(header.density)];
  const amended = own && amendTags(own, changes);
  const changed = new Set(changes.map(({ tag }) => tag));
  const all = [...tags.filter(({ tag }) => !changed.has(tag)), ...changes];
  const xmp = withNote(header.xmp?.toString('utf8'), note);
  const metadata = {
    exif: amended ? Buffer.concat(amended) : writeTags(all),
    tags: all,
    xmp: xmp ?? header.xmp?.toString('utf8'),
    iptc: header.iptc && iptcRecords(header.iptc),
    icc,
    density: header.density,
    texts: kind === 'png' ? pngTexts(bytes) : [],
    remarks: kind === 'jpeg' ? jpegComments(bytes) : [],
  };
  return { metadata, notes: xmp ? [] : ['its XMP cannot be read; that the colour is synthetic stands in its description alone'] };
}

/** The note about synthetic colour follows the source's description, once. */
function changesOf(tags: readonly Tag[], { text }: SyntheticNote): Tag[] {
  const before = textOf(tags.find(({ tag }) => tag === DESCRIPTION));
  const description = before.includes(text) ? before : [before, text].filter(line => line !== '').join('\n');
  const software = tags.some(({ tag }) => tag === SOFTWARE) ? [] : [textTag(SOFTWARE, 'Kinemacolor')];
  return [textTag(DESCRIPTION, description), shortTag(ORIENTATION, 1), ...software];
}

function resolution(density: number | undefined): Tag[] {
  if (density === undefined) return [];
  const sides = [RESOLUTION.across, RESOLUTION.down].map(tag => rationalTag(tag, density));
  return [...sides, shortTag(RESOLUTION.unit, PER_INCH)];
}

const textOf = (tag: Tag | undefined) => (tag?.value.toString('utf8') ?? '').replace(/\0[\s\S]*$/, '').trimEnd();

/** In JPEG a marker precedes the block of tags. */
function withoutMark(exif: Buffer | undefined): Buffer | undefined {
  return exif?.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}

function tiffBlock(bytes: Buffer): Buffer | undefined {
  const tags = readTags(bytes).filter(({ tag }) => !STRUCTURE.has(tag));
  return tags.length > 0 ? writeTags(tags) : undefined;
}
