/** What was thrown where nobody listens: a defect, of ours or of a library. The run is stopped and ends with a sentence all the same. */
export interface UncaughtErrors {
  /** The first one; what follows it is mostly its consequence. */
  readonly first: () => { readonly cause: unknown } | undefined;
  /** Stop listening. */
  end(): void;
}

/** A run that was told to stop and has not ended after so long is ended, in milliseconds. */
const PATIENCE = 10_000;

/** `stop` tells the run to end; `giveUp` is called where it does not. */
export function listenForUncaughtErrors(stop: () => void, giveUp: (cause: unknown) => never): UncaughtErrors {
  const state: { first: { cause: unknown } | undefined } = { first: undefined };
  const onDefect = (cause: unknown) => {
    if (state.first) return;
    state.first = { cause };
    stop();
    setTimeout(() => giveUp(cause), PATIENCE).unref();
  };
  process.on('uncaughtException', onDefect); // promises that nobody caught arrive here, too
  return { first: () => state.first, end: () => process.off('uncaughtException', onDefect) };
}
