import { guarded } from '../../pending.ts';
import { toFailure } from '../../system-errors.ts';
import { EXIT_OF } from './exit-codes.ts';
import { type Display, openDisplay } from './show-progress.ts';
import { type Interruption, listenForInterruption } from './signals.ts';
import { listenForUncaughtErrors } from './uncaught-errors.ts';

export interface CommandContext {
  readonly display: Display;
  readonly interruption: Interruption;
}

/** Milliseconds after which a finished process exits, even if something still keeps it alive. */
const EXIT_DELAY = 5_000;

/**
 * Run a command with its display and signal handlers. Every failure, also an uncaught one and a run that can never end, becomes
 * one sentence on standard error and an exit code.
 */
export async function runCommand(
  argv: Record<string, unknown>,
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  const display = openDisplay(argv);
  const interruption = listenForInterruption(display.say);
  const fail = (cause: unknown) => {
    display.end();
    return report(cause, argv.json === true);
  };
  const defects = listenForUncaughtErrors(interruption.stopNow, cause => process.exit(fail(cause)));
  try {
    process.exitCode = await guarded(work({ display, interruption }));
    const defect = defects.first();
    if (defect) throw defect.cause;
  } catch (cause) {
    const defect = defects.first();
    process.exitCode = fail(defect ? defect.cause : cause);
  } finally {
    display.end();
    interruption.end();
    defects.end();
    setTimeout(() => process.exit(), EXIT_DELAY).unref();
  }
}

/** File names may contain a newline; a message stays on one line. */
const oneLine = (text: string) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/** Print a failure to standard error, in every display. */
export function printFailure(message: string): void {
  process.stderr.write(`kinemacolor: ${oneLine(message)}\n`);
}

function report(cause: unknown, json: boolean): number {
  const error = toFailure(cause);
  const { kind, message, place } = error;
  const code = EXIT_OF[kind];
  if (json) process.stdout.write(`${JSON.stringify({ type: 'error', kind, message, code, ...place })}\n`);
  printFailure(message);
  if (process.env.KINEMACOLOR_DEBUG) process.stderr.write(`${error.stack ?? ''}\n${String(error.cause ?? '')}\n`);
  return code;
}
