/** Ctrl+C while a film is processed: the first one finishes the shots in progress, the second one stops at once. */
export interface Interruption {
  readonly stopAfterShot: AbortSignal;
  readonly signal: AbortSignal;
  /** The same as the second Ctrl+C. */
  stopNow(): void;
  /** Stop listening. */
  end(): void;
}

/** Signals that end the process from outside, or when the terminal closes: temporary files are removed, nothing is finished. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

export function listenForInterruption(say: (message: string) => void): Interruption {
  const soft = new AbortController();
  const hard = new AbortController();
  const onSignal = () => {
    if (soft.signal.aborted) {
      hard.abort();
      return;
    }
    soft.abort();
    say('Stopping after what is in hand; press Ctrl+C again to stop at once. Run the same command later to go on.');
  };
  const stopNow = () => {
    soft.abort();
    hard.abort();
  };
  process.on('SIGINT', onSignal);
  for (const signal of ENDING) process.on(signal, stopNow);
  return {
    stopAfterShot: soft.signal,
    signal: hard.signal,
    stopNow,
    end() {
      process.off('SIGINT', onSignal);
      for (const signal of ENDING) process.off(signal, stopNow);
    },
  };
}
