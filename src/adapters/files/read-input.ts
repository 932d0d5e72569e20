import { constants, createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { kindOfHead } from './file-kind.ts';

/** Largest text file that is read, in bytes; a plan of ten hours of film has some megabytes. */
const MAX_TEXT = 2 ** 28;
/** Largest picture file that is read, in bytes: more than any accepted picture of 16 bit (16383 x 16383). */
const MAX_PICTURE = 2 ** 31 - 1;

const WHY_ABSENT: Readonly<Record<string, string>> = {
  EACCES: 'a folder on the way there may not be searched; check its permissions',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOTDIR: 'a part of the path is a file, not a folder',
};
/** Stands for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/** Why a file is not found at a path, as the end of a sentence, by what the system said. */
export function whyAbsent(path: string, cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT') return WHY_ABSENT[code] ?? message;
  const unreadable = path.includes(REPLACEMENT) ? ' (a name of bytes that are no UTF-8 cannot be opened: rename it)' : '';
  return `there is no such file${unreadable}`;
}

/**
 * Read a text file or a pipe to its end, up to the size limit. Rejects with the system's error, or with a reason as the end of
 * a sentence.
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
 * The bytes of a PNG, JPEG, TIFF or WebP file, recognised by its content. Only regular files of limited size are read: a pipe
 * would block, a device never ends. Rejects as `readText` does.
 */
export async function readPictureBytes(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)); // opening a pipe would block as well
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
