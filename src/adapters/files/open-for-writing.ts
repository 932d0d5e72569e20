import { open } from 'node:fs/promises';
import { writing } from '../../system-errors.ts';

/** A file that is written from its beginning to its end. */
export interface WritableFile {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Append buffers in order. Throws `output`. */
  append(parts: readonly Buffer[]): Promise<void>;
  close(): Promise<void>;
}

/** Open a file for writing, emptied where it exists. Throws `output`. */
export async function openForWriting(path: string): Promise<WritableFile> {
  const file = await writing(path, () => open(path, 'w'));
  const state = { bytes: 0 };
  return {
    get bytes() {
      return state.bytes;
    },
    async append(parts) {
      state.bytes += (await writing(path, () => file.writev([...parts]))).bytesWritten;
    },
    close: () => file.close(),
  };
}
