import type { ArgumentsCamelCase } from 'yargs';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson } from '../adapters/files/seal.ts';
import { KinemacolorError } from '../errors.ts';
import { type BatchReport, colorizeMany, itemsOfBatch } from '../pipeline/batch/colorize-many.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import { settingsFrom } from './arguments/flags.ts';
import { isPage, reportPlace } from './arguments/report-place.ts';
import { runOptions } from './run-options.ts';
import { refuseFilmSettings } from './still-command.ts';
import { EXIT, EXIT_OF } from './terminal/exit-codes.ts';
import { type CommandContext, printFailure } from './terminal/run-command.ts';
import type { Work } from './work.ts';

/** Colour many films and pictures as given by the arguments. Returns the exit code. */
export async function colorizeEverything(
  { sources, output }: Extract<Work, { kind: 'many' }>,
  argv: ArgumentsCamelCase,
  context: CommandContext,
): Promise<number> {
  const [settings, pipeline] = [settingsFrom(argv), argv.pipeline as string | undefined];
  const resolved = await resolveSettings(settings, pipeline);
  const items = await itemsOfBatch(sources, output, resolved);
  if (items.every(({ kind }) => kind === 'picture')) refuseFilmSettings(settings);
  if (argv.hints !== undefined)
    throw new KinemacolorError('usage', 'Hints belong to one picture; colour the pictures one by one.');
  const inputs = await inputsOfSettings(
    items.map(({ source }) => source),
    resolved,
    pipeline,
  );
  const place = await reportPlace(
    argv,
    inputs,
    items.map(item => item.output),
  );
  if (place && isPage(place.path))
    throw new KinemacolorError(
      'usage',
      'A page is about one film; give --report a name that ends in .json, or measure the films.',
    );
  const report = await colorizeMany(sources, output, {
    settings,
    pipeline,
    jobs: argv.jobs as number | undefined,
    ...runOptions(argv, context),
  });
  context.display.end();
  for (const { message } of report.failed) printFailure(message);
  if (place) await saveFile(place, sealedJson(report));
  return codeOf(report);
}

/** All failed: the code of the first failure. Some failed, or a film was damaged: `partial`. */
function codeOf({ pictures, films, failed: [first] }: BatchReport): number {
  if (first && pictures.length + films.length === 0) return EXIT_OF[first.kind];
  const damaged = films.some(({ report }) => report?.damage !== undefined);
  return first || damaged ? EXIT.partial : EXIT.done;
}
