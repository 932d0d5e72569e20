/**
 * Handles errors that nobody caught: bugs of this program or of a library. The run is stopped and still ends with one sentence.
 */
export interface UncaughtErrors {
  /** The first error; later ones are mostly its consequences. */
  readonly first: () => { readonly cause: unknown } | undefined;
  /** Stop listening. */
  end(): void;
}

/** Milliseconds after which a run that was stopped but has not ended is ended. */
const PATIENCE = 10_000;

/** `stop` stops the run; `giveUp` is called where it does not end. */
export function listenForUncaughtErrors(stop: () => void, giveUp: (cause: unknown) => never): UncaughtErrors {
  const state: { first: { cause: unknown } | undefined } = { first: undefined };
  const onDefect = (cause: unknown) => {
    if (state.first) return;
    state.first = { cause };
    stop();
    setTimeout(() => giveUp(cause), PATIENCE).unref();
  };
  process.on('uncaughtException', onDefect); // unhandled promise rejections arrive here as well
  return { first: () => state.first, end: () => process.off('uncaughtException', onDefect) };
}
