import assert from 'node:assert/strict';
import { startChild } from '../../../src/adapters/workers/child-processes.ts';

describe('lines of a child', () => {
  it('are told as they come, and one that does not end is cut', async function () {
    if (process.platform === 'win32') return this.skip();
    const lines: string[] = [];
    const script =
      "printf 'one\\ntwo\\r\\nthree\\rfour\\n' >&2; head -c 50000000 /dev/zero | tr '\\0' x >&2; printf '\\nlast' >&2";
    await startChild('/bin/sh', ['-c', script], { onLine: line => lines.push(line) > 0 }).exited;
    assert.deepEqual(
      lines.map(line => (line.length > 10 ? line.length : line)),
      ['one', 'two', 'three', 'four', 65_536, 'last'],
    );
  });
});
