import { giveBack, memoryOf, takeFree } from '../../media/fields/shared-memory.ts';

/**
 * Reference counts of the shared memory that holds results of tasks. Unused memory is lent to later tasks; memory that is never
 * released is garbage collected. Free memory is kept until the threads are closed: at most as much as was in use at once.
 */
export class SharedPool {
  readonly #users = new WeakMap<SharedArrayBuffer, number>();
  /** By task: the largest number of buffers that it needed, by their size in bytes. */
  readonly #needs = new Map<string, Map<number, number>>();

  /**
   * Free memory for a run of the task: as much as its largest run needed, because a run that is lent too little allocates new
   * memory.
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
   * Learn from a run which memory the task needs: the buffers of its result, those lent to it, and those lent but not in the
   * result. If it allocated memory although some that was lent is left over, it needs that for intermediate results.
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

  /** Set the number of users that will release this memory; without users it is free at once. */
  hold(planes: unknown, users: number): void {
    for (const buffer of memoryOf(planes)) {
      if (users > 0) this.#users.set(buffer, users);
      else giveBack(buffer);
    }
  }

  isHeld(buffer: SharedArrayBuffer): boolean {
    return this.#users.has(buffer);
  }

  /** One user fewer; after the last one the memory is free. */
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
