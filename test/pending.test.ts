import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KinemacolorError } from '../src/errors.ts';
import { guarded, handledLater } from '../src/pending.ts';
import { toFailure } from '../src/system-errors.ts';

const run = promisify(execFile);
const here = (name: string) => JSON.stringify(new URL(`../src/${name}.js`, import.meta.url).href);

describe('a run', () => {
  it('settles as its work does', async () => {
    assert.equal(await guarded(Promise.resolve(7)), 7);
    const refused = new KinemacolorError('usage', 'No.');
    await assert.rejects(guarded(Promise.reject(refused)), (cause: unknown) => cause === refused);
  });

  it('that waits for what can never come rejects, and names it', async () => {
    const program = `
      import { pending, guarded } from ${here('pending')};
      const never = new Promise(() => {});
      const told = await Promise.allSettled([
        guarded(pending('the post', pending('a letter', never))),
        guarded(new Promise(resolve => setTimeout(resolve, 50, 'in time'))),
        guarded(never),
      ]);
      console.log(JSON.stringify(told.map(({ value, reason }) => value ?? [reason.kind, reason.message])));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
    const [post, inTime, other] = JSON.parse(stdout) as [[string, string], string, [string, string]];
    assert.equal(inTime, 'in time');
    assert.equal(post[0], 'internal');
    assert.match(post[1], /came to a standstill while it waited for a letter; the post; please report it/);
    assert.equal(other[0], 'internal');
  });

  it('rejects with errors of ours alone: what the system refuses is no defect', async () => {
    const system = (code: string) =>
      Object.assign(new Error(`${code}: some words, write`), { code, syscall: 'write', path: '/a/film' });
    for (const [cause, kind, message] of [
      [system('ENOSPC'), 'output', /Cannot write \/a\/film: the disk is full/],
      [system('EMFILE'), 'environment', /ulimit -n/],
      [system('EIO'), 'environment', /refused to write \/a\/film/],
      [new TypeError('x is not a function'), 'internal', /please report it: x is not a function/],
      ['a word', 'internal', /please report it: a word/],
    ] as const) {
      await assert.rejects(guarded(Promise.reject(cause)), { name: 'KinemacolorError', kind, message });
      assert.equal(toFailure(cause).cause, cause);
    }
  });

  it('hears of a failure where it awaits it, not before', async () => {
    const failing = handledLater(Promise.reject(new Error('late')));
    await new Promise(resolve => setTimeout(resolve, 10));
    await assert.rejects(failing, /late/);
  });
});
