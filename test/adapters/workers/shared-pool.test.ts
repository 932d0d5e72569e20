import assert from 'node:assert/strict';
import { SharedPool } from '../../../src/adapters/workers/shared-pool.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';
import { bytesOf, memoryOf, sharedMemory, takeFree, withLent } from '../../../src/media/fields/shared-memory.ts';
import { openStageThreads } from '../../../src/stages/threads/stage-threads.ts';

/** Bytes that nothing else in this process asks for. */
const ODD = 7919;

describe('shared memory', () => {
  it('is lent when its last user lets it go, and not before', () => {
    const pool = new SharedPool();
    const planes = { one: new Uint8Array(new SharedArrayBuffer(ODD)), again: [] as Uint8Array[] };
    planes.again.push(new Uint8Array(planes.one.buffer, 3));
    pool.learn('task', memoryOf(planes), [], []);
    pool.hold(planes, 2);
    pool.release(planes.one);
    assert.deepEqual(pool.lend('task'), []);
    pool.release([planes, planes]);
    assert.deepEqual(pool.lend('task'), [planes.one.buffer]);
    assert.deepEqual(pool.lend('task'), [], 'only once');
    pool.release(planes);
    assert.deepEqual(pool.lend('task'), [], 'nobody held it any more');
    pool.hold(planes, 0);
    assert.deepEqual(pool.lend('task'), [planes.one.buffer], 'free at once without users');
  });

  it('does not grow with the number of results, however their sizes take turns', () => {
    const pool = new SharedPool();
    const all = new Set<SharedArrayBuffer>();
    for (let turn = 0; turn < 40; turn++) {
      const lent = pool.lend('spans');
      const spare = [...lent];
      const made = Array.from({ length: turn % 2 === 0 ? 3 : 9 }, () => spare.pop() ?? new SharedArrayBuffer(ODD));
      for (const buffer of made) all.add(buffer);
      pool.hold(spare, 0);
      pool.learn('spans', made, lent, spare);
      pool.hold(made, 1);
      pool.release(made);
    }
    assert.equal(all.size, 9);
    while (takeFree(ODD)) all.clear();
  });

  it('is lent for what a task needs in passing, too', () => {
    const pool = new SharedPool();
    const all = new Set<SharedArrayBuffer>();
    for (let turn = 0; turn < 40; turn++) {
      const lent = pool.lend('finish');
      const free = [...lent];
      const take = () => free.pop() ?? new SharedArrayBuffer(ODD);
      const passing = [take(), take(), take()]; // before its result
      const result = [take(), take()];
      const spare = lent.filter(buffer => !result.includes(buffer));
      for (const buffer of [...result, ...lent]) all.add(buffer);
      pool.hold(spare, 0);
      pool.learn('finish', result, lent, spare);
      pool.hold(result, 1);
      pool.release(result);
      if (turn > 8)
        assert.ok(
          passing.every(buffer => all.has(buffer)),
          'nothing is made any more',
        );
    }
    assert.ok(all.size <= 5 + 3, `${all.size} pieces for five in use`);
    while (takeFree(ODD)) all.clear();
  });

  it('is zeros, wherever it comes from', () => {
    const used = new SharedArrayBuffer(ODD);
    new Uint8Array(used).fill(255);
    withLent([used], () => {
      assert.equal(sharedMemory(ODD), used);
      assert.ok(new Uint8Array(used).every(byte => byte === 0));
      assert.notEqual(sharedMemory(ODD), used);
    });
    withLent([used], () => undefined);
    assert.equal(takeFree(ODD), undefined, 'what was lent and not needed is not kept');
  });

  it('counts what lies on it once', () => {
    const { cb, cr, trust } = chromaField(5, 3);
    assert.equal(bytesOf(memoryOf({ cb, all: [cb, cr, { trust }] })), 3 * 60);
    assert.equal(bytesOf(memoryOf([new Float32Array(4), 'x', null, undefined])), 0);
  });
});

describe('threads', () => {
  it('give a task the memory of results that were let go, and the same answer in it', async () => {
    const threads = openStageThreads(1);
    try {
      const luma = grayPlane(97, 61);
      luma.data.forEach((_, i) => {
        luma.data[i] = (i * 31) % 251;
      });
      const run = () => threads.run('shrinkLuma', { luma, factor: 2, codes: { range: 'limited' as const, depth: 8 } });
      const first = await run();
      const expected = first.data.slice();
      first.data.fill(99);
      threads.hold(first, 1);
      threads.release(first);
      const second = await run();
      assert.deepEqual(second.data.slice(), expected);
      assert.deepEqual(first.data.slice(), expected, 'it is the same memory');
      const third = await run();
      third.data.fill(7);
      assert.deepEqual(second.data.slice(), expected, 'what is not let go is nobody else’s');
      threads.hold(third, 0);
    } finally {
      await threads.close();
    }
    assert.equal(takeFree(49 * 31), undefined, 'closed, they keep nothing');
  });
});
