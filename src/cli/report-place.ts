import type { ArgumentsCamelCase } from 'yargs';
import { guardOutput, type Inputs, type OutputPlace } from '../adapters/files/output-guard.ts';

/**
 * Where the report is written; undefined where none is requested. `others`: the run's other outputs. Throws before any work
 * where the path may not be written.
 */
export async function reportPlace(
  argv: ArgumentsCamelCase,
  inputs: Inputs,
  others: readonly string[],
): Promise<OutputPlace | undefined> {
  if (argv.report === undefined) return undefined;
  const request = { path: argv.report as string, what: 'report', option: '--report' };
  return guardOutput(request, { inputs, existing: argv.overwrite ? 'replace' : 'refuse', others });
}
