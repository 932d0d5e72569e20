import type { Writable } from 'node:stream';

/** Resolves when the bytes have left us (their memory may then be used anew): true, or false where nobody reads any more. */
export function sendBytes(stdin: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise(resolve => stdin.write(bytes, error => resolve(!error)));
}
