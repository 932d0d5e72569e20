import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfAborted } from '../../errors.ts';

/** SHA-256 of a file's bytes, hex. Throws `interrupted` when the signal fires, else what the system says. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) }))
      hash.update(chunk as Buffer);
  } catch (cause) {
    throwIfAborted(signal);
    throw cause;
  }
  return hash.digest('hex');
}
