import { constants, createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { kindOfHead } from './file-kind.ts';

/** A text that a person hands us holds at most so many bytes; a plan of ten hours of film has some megabytes. */
const MAX_TEXT = 2 ** 28;
/** A picture file holds at most so many bytes: more than any picture of 16 bit that is taken (16383 x 16383). */
const MAX_PICTURE = 2 ** 31 - 1;

/**
 * A text file, or what comes through a pipe, up to its end; an endless one is given up. Rejects with what the system says, or with a reason as
 * the end of a sentence.
 */
export async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT) throw new Error(`it does not end within ${MAX_TEXT / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The bytes of a PNG, JPEG, TIFF or WebP file, told by its content. Nothing that is no regular file of a bounded size is read: a pipe would
 * wait, a device never end. Rejects as `readText` does.
 */
export async function readPictureBytes(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // opening a pipe would wait, too
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no regular file');
    if (found.size > MAX_PICTURE) throw new Error(`it is larger than ${Math.ceil(MAX_PICTURE / 2 ** 30)} GiB`);
    const bytes = await file.readFile();
    if (kindOfHead(bytes) === undefined) throw new Error('its content is of no such kind');
    return bytes;
  } finally {
    await file.close();
  }
}
