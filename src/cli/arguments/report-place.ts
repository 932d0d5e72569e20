import type { ArgumentsCamelCase } from 'yargs';
import { guardOutput, type Inputs, type OutputPlace } from '../../adapters/files/output-guard.ts';

/** A report with this extension is an HTML page, for which the film is measured; any other is the run's JSON. */
export const isPage = (path: string): boolean => /\.html?$/i.test(path);

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
