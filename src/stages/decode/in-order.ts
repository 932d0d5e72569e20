/**
 * Maps a stream concurrently, up to `ahead` items at once, and yields the results in order. Never reads more than `ahead` items
 * ahead of the consumer. Errors of the source and of the work reach the consumer; stopping early stops the source.
 */
export async function* inOrder<In, Out>(
  source: AsyncIterable<In>,
  ahead: number,
  work: (item: In) => Promise<Out> | Out,
): AsyncGenerator<Out> {
  const iterator = source[Symbol.asyncIterator]();
  const pending: Promise<IteratorResult<Out>>[] = [];
  let pulled: Promise<unknown> = Promise.resolve();
  const pull = () => {
    const step = pulled.then(async (): Promise<{ result: Promise<IteratorResult<Out>> }> => {
      const next = await iterator.next();
      const result = next.done ? Promise.resolve({ done: true as const, value: undefined }) : finished(work(next.value));
      result.catch(() => undefined);
      return { result };
    });
    pulled = step;
    const outcome = step.then(({ result }) => result);
    outcome.catch(() => undefined);
    pending.push(outcome);
  };
  try {
    for (let i = 0; i < ahead; i++) pull();
    for (;;) {
      const outcome = await pending.shift()!;
      if (outcome.done) return;
      pull();
      yield outcome.value;
    }
  } finally {
    await pulled.catch(() => undefined);
    await iterator.return?.();
  }
}

async function finished<Out>(value: Promise<Out> | Out): Promise<IteratorResult<Out>> {
  return { done: false, value: await value };
}
