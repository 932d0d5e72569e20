import type { ArgumentsCamelCase } from 'yargs';
import { guardOutput, type Inputs, type OutputPlace } from '../adapters/files/output-guard.ts';

/** Where the report goes; undefined where none is asked for. `others`: the run's other outputs. Throws before any work where it may not go there. */
export async function reportPlace(
  argv: ArgumentsCamelCase,
  inputs: Inputs,
  others: readonly string[],
): Promise<OutputPlace | undefined> {
  if (argv.report === undefined) return undefined;
  const request = { path: argv.report as string, what: 'report', option: '--report' };
  return guardOutput(request, { inputs, existing: argv.overwrite ? 'replace' : 'refuse', others });
}
