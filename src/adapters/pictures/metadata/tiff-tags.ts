/**
 * Tags as in TIFF 6.0 and Exif 2.32 (the same structure). A block of tags (IFD) is a table of rows of 12 bytes: tag, type,
 * count, and the value, or its offset where it is longer than four bytes.
 */
export interface Tag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Its value; numbers are little-endian. */
  readonly value: Buffer;
  /** For a tag that points to a block: the tags of that block. */
  readonly block?: readonly Tag[] | undefined;
}

/** Tags that point to blocks: Exif, GPS, interoperability. */
const POINTERS = new Set([34665, 34853, 40965]);
/** Bytes of one number of each type, for the byte order, and of a whole value (a rational has two numbers). */
const NUMBER_BYTES = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4];
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const ROW = 12;
/** Exif blocks are nested three deep; a deeper one is a cycle. */
const DEEPEST = 3;

/** The tag for what a picture shows. */
export const DESCRIPTION = 270;

export const TYPE = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5, undefined: 7 } as const;
type Order = 'II' | 'MM';

export const textTag = (tag: number, text: string): Tag => {
  const value = Buffer.from(`${text}\0`, 'utf8');
  return { tag, type: TYPE.ascii, count: value.length, value };
};
export const shortTag = (tag: number, ...numbers: number[]): Tag => {
  const value = Buffer.alloc(2 * numbers.length);
  for (const [i, number] of numbers.entries()) value.writeUInt16LE(number, 2 * i);
  return { tag, type: TYPE.short, count: numbers.length, value };
};
export const longTag = (tag: number, number: number): Tag => {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(number);
  return { tag, type: TYPE.long, count: 1, value };
};

/** A fraction with the denominator 1000. */
export const rationalTag = (tag: number, number: number): Tag => {
  const value = Buffer.alloc(8);
  value.writeUInt32LE(Math.round(number * 1000), 0);
  value.writeUInt32LE(1000, 4);
  return { tag, type: TYPE.rational, count: 1, value };
};

/** The byte order of a block of tags or a TIFF file; undefined where it is neither (also for BigTIFF). */
function orderOf(bytes: Buffer): Order | undefined {
  const order = bytes.toString('latin1', 0, 2);
  if (bytes.length < 8 || (order !== 'II' && order !== 'MM')) return undefined;
  return u16(bytes, 2, order) === 42 ? order : undefined;
}

const u16 = (bytes: Buffer, at: number, order: Order) => (order === 'II' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
const u32 = (bytes: Buffer, at: number, order: Order) => (order === 'II' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));

/** The tags of the first block, with the blocks they point to. Offsets outside the data are skipped. */
export function readTags(bytes: Buffer): Tag[] {
  const order = orderOf(bytes);
  return order ? readBlock(bytes, u32(bytes, 4, order), { order, depth: 0 }) : [];
}

function rowsOf(bytes: Buffer, at: number, order: Order): number[] {
  if (at + 2 > bytes.length) return [];
  const most = Math.floor((bytes.length - at - 2) / ROW);
  return Array.from({ length: Math.min(most, u16(bytes, at, order)) }, (_, i) => at + 2 + ROW * i);
}

function readBlock(bytes: Buffer, at: number, { order, depth }: { order: Order; depth: number }): Tag[] {
  const tags: Tag[] = [];
  for (const row of rowsOf(bytes, at, order)) {
    const [tag, type, count] = [u16(bytes, row, order), u16(bytes, row + 2, order), u32(bytes, row + 4, order)];
    const length = (VALUE_BYTES[type] ?? 0) * count;
    const place = length > 4 ? u32(bytes, row + 8, order) : row + 8;
    if (length === 0 || place + length > bytes.length) continue;
    const value = inOrder(bytes.subarray(place, place + length), type, order);
    if (!POINTERS.has(tag)) tags.push({ tag, type, count, value });
    else if (depth < DEEPEST && length === 4) {
      const block = readBlock(bytes, value.readUInt32LE(0), { order, depth: depth + 1 });
      if (block.length > 0) tags.push({ tag, type: TYPE.long, count: 1, value, block });
    }
  }
  return tags;
}

/** A copy with numbers converted from or to this byte order. Converting twice changes nothing. */
function inOrder(value: Buffer, type: number, order: Order): Buffer {
  const copy = Buffer.from(value);
  const bytes = NUMBER_BYTES[type] ?? 1;
  if (order === 'II' || bytes === 1) return copy;
  return bytes === 2 ? copy.swap16() : bytes === 4 ? copy.swap32() : copy.swap64();
}

/**
 * A copy in which numbers of the block that `pointer` (a tag of the first block) points to are replaced in place, if present.
 * `numbers`: by tag.
 */
export function withNumbers(bytes: Buffer, pointer: number, numbers: ReadonlyMap<number, number>): Buffer {
  const copy = Buffer.from(bytes);
  const order = orderOf(copy);
  const row = order && rowsOf(copy, u32(copy, 4, order), order).find(at => u16(copy, at, order) === pointer);
  if (!order || row === undefined) return copy;
  for (const at of rowsOf(copy, u32(copy, row + 8, order), order)) {
    const number = numbers.get(u16(copy, at, order));
    if (number === undefined || u32(copy, at + 4, order) !== 1) continue;
    const value = Buffer.alloc(4);
    if (u16(copy, at + 2, order) === TYPE.long) value.writeUInt32LE(number);
    else value.writeUInt16LE(Math.min(number, 0xffff));
    inOrder(value, u16(copy, at + 2, order), order).copy(copy, at + 8);
  }
  return copy;
}

/** The header of a little-endian file whose first block of tags follows at once. */
export const TAGS_HEADER: Uint8Array = Buffer.from('II*\0\x08\0\0\0', 'latin1');

/** A new block of tags with its header, little-endian. */
export const writeTags = (tags: readonly Tag[]): Buffer => Buffer.concat([TAGS_HEADER, tagBlock(tags, TAGS_HEADER.length)]);

/** A new block of tags, little-endian. `base`: the offset that it will have in its file. */
export const tagBlock = (tags: readonly Tag[], base: number): Buffer => layBlock(rows(tags), { base, order: 'II' });

/** An existing row, or a tag to be written. */
type Row = { readonly tag: number; readonly kept: Buffer } | Tag;
const rows = (tags: readonly Tag[]): Row[] => [...tags].sort((a, b) => a.tag - b.tag);

/** A block for the offset `base`: its table, its values, its blocks. No block follows it. */
function layBlock(sorted: readonly Row[], { base, order }: { base: number; order: Order }): Buffer {
  const table = Buffer.alloc(2 + ROW * sorted.length + 4);
  const put16 = (value: number, at: number) => (order === 'II' ? table.writeUInt16LE(value, at) : table.writeUInt16BE(value, at));
  const put32 = (value: number, at: number) => (order === 'II' ? table.writeUInt32LE(value, at) : table.writeUInt32BE(value, at));
  const parts: Buffer[] = [table];
  const state = { end: base + table.length };
  const append = (bytes: Buffer): number => {
    const place = state.end;
    const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    parts.push(even);
    state.end += even.length;
    return place;
  };
  put16(sorted.length, 0);
  for (const [i, row] of sorted.entries()) {
    const at = 2 + ROW * i;
    if ('kept' in row) {
      row.kept.copy(table, at);
      continue;
    }
    put16(row.tag, at);
    put16(row.type, at + 2);
    put32(row.count, at + 4);
    if (row.block) put32(append(layBlock(rows(row.block), { base: state.end, order })), at + 8);
    else if (row.value.length > 4) put32(append(inOrder(row.value, row.type, order)), at + 8);
    else inOrder(row.value, row.type, order).copy(table, at + 8);
  }
  return Buffer.concat(parts);
}

/**
 * Change or add tags of the first block without moving any other byte, so that data with absolute offsets (maker notes) stays
 * readable. A new first block is appended; the old one and those after it (the thumbnail) are no longer referenced. Returns the
 * parts of the result; undefined where `bytes` contain no tags.
 */
export function amendTags(bytes: Buffer, changes: readonly Tag[]): Buffer[] | undefined {
  const order = orderOf(bytes);
  if (!order) return undefined;
  const changed = new Set(changes.map(({ tag }) => tag));
  const kept = rowsOf(bytes, u32(bytes, 4, order), order)
    .map(at => ({ tag: u16(bytes, at, order), kept: bytes.subarray(at, at + ROW) }))
    .filter(({ tag }) => !changed.has(tag));
  const sorted = [...kept, ...changes].sort((a, b) => a.tag - b.tag);
  const padding = Buffer.alloc(bytes.length % 2);
  const base = bytes.length + padding.length;
  const head = Buffer.from(bytes.subarray(0, 8));
  if (order === 'II') head.writeUInt32LE(base, 4);
  else head.writeUInt32BE(base, 4);
  return [head, bytes.subarray(8), padding, layBlock(sorted, { base, order })];
}
