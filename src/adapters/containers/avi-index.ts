import { open } from 'node:fs/promises';

const CHUNK_HEAD = 8;
const ENTRY_BYTES = 16;
/** Largest index that is read, in bytes: more entries than a day of film and sound has. */
const MAX_BYTES = ENTRY_BYTES * 20_000_000;

/**
 * The sizes of a stream's chunks in the index (`idx1`) of an AVI, in order. An empty chunk repeats the picture before it.
 * undefined where the file has no index or is cut off.
 */
export async function aviChunkSizes(path: string, stream: number): Promise<number[] | undefined> {
  const file = await open(path, 'r');
  try {
    const read = async (at: number, length: number) => {
      const bytes = Buffer.alloc(length);
      return (await file.read(bytes, 0, length, at)).bytesRead === length ? bytes : undefined;
    };
    for (let at = 12; ; ) {
      const head = await read(at, CHUNK_HEAD);
      if (!head) return undefined;
      const size = head.readUInt32LE(4);
      if (head.toString('latin1', 0, 4) === 'idx1') {
        const entries = size <= MAX_BYTES ? await read(at + CHUNK_HEAD, size) : undefined;
        return entries && sizesIn(entries, stream);
      }
      at += CHUNK_HEAD + size + (size % 2);
    }
  } finally {
    await file.close();
  }
}

/** An entry: the stream's number in two digits and its kind ("00dc"), flags, offset, size. */
function sizesIn(entries: Buffer, stream: number): number[] {
  const name = String(stream).padStart(2, '0');
  const sizes: number[] = [];
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES)
    if (entries.toString('latin1', at, at + 2) === name) sizes.push(entries.readUInt32LE(at + 12));
  return sizes;
}
