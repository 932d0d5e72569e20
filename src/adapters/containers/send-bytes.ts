import type { Writable } from 'node:stream';

/** Resolves when the bytes are written and their memory can be reused: true, or false where the reader has closed the pipe. */
export function sendBytes(stdin: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise(resolve => stdin.write(bytes, error => resolve(!error)));
}
