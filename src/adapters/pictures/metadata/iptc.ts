/** Photoshop's wrapper: "Photoshop 3.0", then resources "8BIM", number, name, length, data; IPTC is number 0x0404. */
const WRAPPING = 'Photoshop 3.0\0';
const IPTC_RESOURCE = 0x0404;

/** The IPTC-IIM records in a file's IPTC data, wrapped or not; undefined where there are none. */
export function iptcRecords(iptc: Buffer): Buffer | undefined {
  if (iptc.toString('latin1', 0, WRAPPING.length) !== WRAPPING) return iptc[0] === 0x1c ? iptc : undefined;
  let at = WRAPPING.length;
  while (at + 12 <= iptc.length && iptc.toString('latin1', at, at + 4) === '8BIM') {
    const name = iptc[at + 6]! + 1;
    const start = at + 6 + name + (name % 2) + 4;
    if (start > iptc.length) return undefined;
    const length = iptc.readUInt32BE(start - 4);
    if (iptc.readUInt16BE(at + 4) === IPTC_RESOURCE) return iptc.subarray(start, start + length);
    at = start + length + (length % 2);
  }
  return undefined;
}

/** The records in Photoshop's wrapper, as stored in JPEG. */
export function wrappedIptc(iptc: Buffer): Buffer {
  const head = Buffer.from(`${WRAPPING}8BIM\x04\x04\0\0\0\0\0\0`, 'latin1');
  head.writeUInt32BE(iptc.length, head.length - 4);
  return Buffer.concat([head, iptc, Buffer.alloc(iptc.length % 2)]);
}
