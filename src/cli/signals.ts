/** What Ctrl+C means while a film is worked on: the first finishes the shots in hand (where there is one), the second stops at once. */
export interface Interruption {
  readonly stopAfterShot: AbortSignal;
  readonly signal: AbortSignal;
  /** As the second Ctrl+C. */
  stopNow(): void;
  /** Stop listening. */
  end(): void;
}

/** Somebody ends us, or the terminal closes: what is in hand is put away, and that is all. */
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
