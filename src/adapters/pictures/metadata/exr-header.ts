import { KinemacolorError } from '../../../errors.ts';

/** OpenEXR: a magic number and a version, then attributes of name, type, size and value, and an empty name at their end. */
const MAGIC = 20_000_630;
const FIRST_ATTRIBUTE = 8;
/** Flags of the version: everything but plain scan lines with long names. */
const OTHER_KINDS = 0xffff_fb00;
const OFFSET_BYTES = 8;

/**
 * An OpenEXR file of scan lines with one more attribute of text. What follows the header moves, and with it the table of offsets behind
 * the header, one for each block of lines.
 */
export function exrWith(exr: Buffer, name: string, text: string): Buffer[] {
  if (exr.length < FIRST_ATTRIBUTE || exr.readUInt32LE(0) !== MAGIC || exr.readUInt32LE(4) & OTHER_KINDS) throw unknownFile();
  const end = headerEnd(exr);
  const value = Buffer.from(text, 'utf8');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(value.length);
  const attribute = Buffer.concat([Buffer.from(`${name}\0string\0`, 'latin1'), size, value]);
  const table = end + 1;
  const blocks = (Number(exr.readBigUInt64LE(table)) - table) / OFFSET_BYTES;
  if (!Number.isInteger(blocks) || blocks < 1 || table + blocks * OFFSET_BYTES > exr.length) throw unknownFile();
  const offsets = Buffer.alloc(blocks * OFFSET_BYTES);
  for (let at = 0; at < offsets.length; at += OFFSET_BYTES)
    offsets.writeBigUInt64LE(exr.readBigUInt64LE(table + at) + BigInt(attribute.length), at);
  return [exr.subarray(0, end), attribute, Buffer.alloc(1), offsets, exr.subarray(table + offsets.length)];
}

/** Where the empty name at the end of the attributes lies. */
function headerEnd(exr: Buffer): number {
  let at = FIRST_ATTRIBUTE;
  while (at < exr.length && exr[at] !== 0) {
    const type = exr.indexOf(0, at) + 1;
    const size = exr.indexOf(0, type) + 1;
    if (type === 0 || size === 0 || size + 4 > exr.length) throw unknownFile();
    at = size + 4 + exr.readUInt32LE(size);
  }
  if (at + 1 + OFFSET_BYTES > exr.length) throw unknownFile();
  return at;
}

const unknownFile = () => new KinemacolorError('internal', 'Expected an OpenEXR file of scan lines, but its header is another.');
