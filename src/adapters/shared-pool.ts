import { giveBack, memoryOf, takeFree } from '../media/shared-memory.ts';

/**
 * Who still needs the shared memory that results of tasks lie on. What nobody needs is lent to later tasks; what is never let go is
 * collected as garbage, as without a pool. Memory that is free stays until the threads are closed, as much as was ever in use at once.
 */
export class SharedPool {
  readonly #users = new WeakMap<SharedArrayBuffer, number>();
  /** Bytes of each piece of memory under the last result of a task. */
  readonly #needs = new Map<string, readonly number[]>();

  /** Free memory such as the task's last result needed. */
  lend(task: string): SharedArrayBuffer[] {
    return (this.#needs.get(task) ?? []).flatMap(bytes => takeFree(bytes) ?? []);
  }

  /** What a task made, for the next one of its name. */
  learn(task: string, made: Iterable<SharedArrayBuffer>): void {
    this.#needs.set(
      task,
      Array.from(made, ({ byteLength }) => byteLength),
    );
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
