import { giveBack, memoryOf, takeFree } from '../../media/fields/shared-memory.ts';

/**
 * Who still needs the shared memory that results of tasks lie on. What nobody needs is lent to later tasks; what is never let go is
 * collected as garbage, as without a pool. Memory that is free stays until the threads are closed, as much as was ever in use at once.
 */
export class SharedPool {
  readonly #users = new WeakMap<SharedArrayBuffer, number>();
  /** How many pieces of memory a task has needed at most, by their bytes. */
  readonly #needs = new Map<string, Map<number, number>>();

  /**
   * Free memory for any run of the task: for the largest so far, since who lends a long one less than is free asks for new memory again
   * and again.
   */
  lend(task: string): SharedArrayBuffer[] {
    const lent: SharedArrayBuffer[] = [];
    for (const [bytes, count] of this.#needs.get(task) ?? []) {
      for (let left = count; left > 0; left--) {
        const buffer = takeFree(bytes);
        if (buffer) lent.push(buffer);
      }
    }
    return lent;
  }

  /**
   * What a task's result lies on, what it was lent, and what of that it does not lie on, for the next one of its name. Where new memory was
   * made although some of what was lent is left, a task needs that in passing, and so more than its result.
   */
  learn(
    task: string,
    result: Iterable<SharedArrayBuffer>,
    lent: readonly SharedArrayBuffer[],
    spare: readonly SharedArrayBuffer[],
  ): void {
    const needs = this.#needs.get(task) ?? new Map<number, number>();
    this.#needs.set(task, needs);
    const [given, left] = [countBySize(lent), countBySize(spare)];
    for (const [bytes, count] of countBySize(result)) {
      const inPassing = left.get(bytes) ?? 0;
      const made = count + inPassing - (given.get(bytes) ?? 0);
      needs.set(bytes, Math.max(made > 0 ? count + inPassing : count, needs.get(bytes) ?? 0));
    }
  }

  /** So many users will let this go; what has none is free at once. */
  hold(planes: unknown, users: number): void {
    for (const buffer of memoryOf(planes)) {
      if (users > 0) this.#users.set(buffer, users);
      else giveBack(buffer);
    }
  }

  isHeld(buffer: SharedArrayBuffer): boolean {
    return this.#users.has(buffer);
  }

  /** One user fewer; with the last one what was held is free. */
  release(planes: unknown): void {
    for (const buffer of memoryOf(planes)) {
      const users = this.#users.get(buffer);
      if (users === undefined) continue;
      if (users > 1) {
        this.#users.set(buffer, users - 1);
        continue;
      }
      this.#users.delete(buffer);
      giveBack(buffer);
    }
  }
}

function countBySize(buffers: Iterable<SharedArrayBuffer>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { byteLength } of buffers) counts.set(byteLength, (counts.get(byteLength) ?? 0) + 1);
  return counts;
}
