import type { RunOptions } from '../pipeline/film/before-run.ts';
import type { CommandContext } from './terminal/run-command.ts';

/** The options of a run that its arguments and signals give. */
export function runOptions(argv: Record<string, unknown>, { display, interruption }: CommandContext): RunOptions {
  return {
    signal: interruption.signal,
    stopAfterShot: interruption.stopAfterShot,
    onProgress: display.onProgress,
    existing: argv.overwrite ? 'replace' : 'refuse',
    shots: argv.keepShots ? 'keep' : 'remove',
    workers: argv.workers as number | undefined,
  };
}
