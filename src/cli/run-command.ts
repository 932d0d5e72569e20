import { KinemacolorError } from '../errors.ts';
import { EXIT, EXIT_OF } from './exit-codes.ts';
import { type Display, openDisplay } from './show-progress.ts';
import { type Interruption, listenForInterruption } from './signals.ts';

export interface CommandContext {
  readonly display: Display;
  readonly interruption: Interruption;
}

/** Run one command's work with its display and signals; every failure becomes one sentence on standard error and an exit code. */
export async function runCommand(
  argv: Record<string, unknown>,
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  const display = openDisplay(argv);
  const interruption = listenForInterruption(display.say);
  try {
    process.exitCode = await work({ display, interruption });
  } catch (cause) {
    display.end();
    process.exitCode = report(cause, argv.json === true);
  } finally {
    display.end();
    interruption.end();
  }
}

/** A file's name may hold a newline; a message stays one line. */
const oneLine = (text: string) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/** What went wrong, on standard error whatever else is shown. */
export function sayFailure(message: string): void {
  process.stderr.write(`kinemacolor: ${oneLine(message)}\n`);
}

function report(cause: unknown, json: boolean): number {
  const error = cause instanceof KinemacolorError ? cause : undefined;
  const message = error
    ? error.message
    : `Unexpected failure, please report it: ${cause instanceof Error ? cause.message : String(cause)}`;
  const code = error ? EXIT_OF[error.kind] : EXIT.internal;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ type: 'error', kind: error?.kind ?? 'internal', message, code, ...error?.place })}\n`,
    );
  sayFailure(message);
  if (process.env.KINEMACOLOR_DEBUG)
    process.stderr.write(`${cause instanceof Error ? cause.stack : ''}\n${String(error?.cause ?? '')}\n`);
  return code;
}
