import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder, takeLock } from '../../../src/adapters/files/lock.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../fixtures/films.ts';
import { holdLock } from '../../fixtures/held-lock.ts';

const WORDS = { doing: 'is writing the film' };

describe('locks', () => {
  let place = '';
  let remove = async () => {};
  const lock = () => join(place, 'lock');
  const refused = (taking: Promise<unknown>, sentence: RegExp) =>
    assert.rejects(taking, (error: KinemacolorError) => error.kind === 'usage' && sentence.test(error.message));

  beforeEach(async () => {
    ({ path: place, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  it('is refused while another process holds it, with its number, and taken over from one that was killed', async () => {
    const other = await holdLock(lock());
    await refused(takeLock(lock(), WORDS), new RegExp(`Another run \\(process ${other.pid}, since .*\\) is writing the film`));
    await other.kill();
    await (await takeLock(lock(), WORDS)).release();
    assert.deepEqual(await readdir(place), []);
  });

  it('is refused within one process, too, until it is released', async () => {
    const first = await takeLock(lock(), WORDS);
    await refused(takeLock(lock(), WORDS), /Another run/);
    await first.release();
    await (await takeLock(lock(), WORDS)).release();
  });

  it('holding garbage, or nothing, refuses nobody', async () => {
    for (const text of ['1', '', 'null', '{"pid":1}', String(process.ppid)]) {
      await writeFile(lock(), text);
      await (await takeLock(lock(), WORDS)).release();
      assert.deepEqual(await readdir(place), [], text);
    }
  });

  it("of a process whose number is another's by now counts for nothing", async function () {
    if (process.platform !== 'linux') return this.skip();
    const other = await holdLock(lock());
    const holder = JSON.parse(await readFile(lock(), 'utf8'));
    await writeFile(lock(), JSON.stringify({ ...holder, started: '1' })); // the same number, begun at another time
    await (await takeLock(lock(), WORDS)).release();
    await other.kill();
  });

  it('of another machine holds while it gives a sign of life, and not for ever', async () => {
    const mine = await takeLock(lock(), WORDS);
    const holder = JSON.parse(await readFile(lock(), 'utf8'));
    await mine.release();
    await writeFile(lock(), JSON.stringify({ ...holder, host: 'archive-2', machine: '00000000', token: 'x' }));
    await refused(takeLock(lock(), WORDS), /on archive-2, since .* If there is no such run, remove .*lock\./);
    const before = new Date(Date.now() - 10 * 60_000);
    await utimes(lock(), before, before);
    await (await takeLock(lock(), WORDS)).release();
  });

  it('is one at a time, however many ask at once', async () => {
    for (let round = 0; round < 5; round++) {
      await writeFile(lock(), '1');
      const requested = Array.from({ length: 12 }, () => takeLock(lock(), WORDS));
      const taken = (await Promise.allSettled(requested)).flatMap(end => (end.status === 'fulfilled' ? [end.value] : []));
      assert.equal(taken.length, 1);
      assert.deepEqual(await readdir(place), ['lock']);
      await taken[0]!.release();
    }
  });

  it("is not released by whom it was taken from: somebody else's stays", async () => {
    const mine = await takeLock(lock(), WORDS);
    const text = await readFile(lock(), 'utf8');
    await writeFile(lock(), text.replace(/"token":"./, '"token":"-'));
    await mine.release();
    assert.deepEqual(await readdir(place), ['lock']);
  });

  it('of a folder makes it, and takes it away where it holds nothing else', async () => {
    const folder = join(place, 'film.mp4.kinemacolor');
    await (await lockFolder(folder, WORDS)).release();
    assert.deepEqual(await readdir(place), []);
    const held = await lockFolder(folder, WORDS);
    await copyFile(join(folder, 'lock'), join(folder, 'notes.txt'));
    await held.release();
    assert.deepEqual(await readdir(folder), ['notes.txt']);
  });
});
