import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { inOrder } from '../../../src/stages/decode/in-order.ts';

async function* numbers(count: number, log: string[] = []): AsyncGenerator<number> {
  try {
    for (let i = 0; i < count; i++) {
      log.push(`pull ${i}`);
      yield i;
    }
  } finally {
    log.push('closed');
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('inOrder', () => {
  it('keeps the order when later work ends sooner', async () => {
    const work = async (n: number) => {
      await pause((7 - n) * 3);
      return n * n;
    };
    assert.deepEqual(await all(inOrder(numbers(7), 4, work)), [0, 1, 4, 9, 16, 25, 36]);
  });
  it('works on several items at once, never on more than `ahead`', async () => {
    const busy = { now: 0, most: 0 };
    const work = async (n: number) => {
      busy.most = Math.max(busy.most, ++busy.now);
      await pause(2);
      busy.now--;
      return n;
    };
    await all(inOrder(numbers(20), 3, work));
    assert.equal(busy.most, 3);
  });
  it('does not run away from a slow consumer', async () => {
    const log: string[] = [];
    const stream = inOrder(numbers(100, log), 2, n => n);
    await stream.next();
    await pause(5);
    assert.ok(log.length <= 4, log.join());
    await stream.return(undefined);
    assert.equal(log.at(-1), 'closed');
  });
  it('passes on a failure of the source and of the work, and closes the source', async () => {
    const log: string[] = [];
    await assert.rejects(
      all(
        inOrder(numbers(9, log), 2, n => {
          if (n === 3) throw new Error('work');
          return n;
        }),
      ),
      /work/,
    );
    assert.equal(log.at(-1), 'closed');
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('source');
    }
    await assert.rejects(all(inOrder(failing(), 3, n => n)), /source/);
  });
});
