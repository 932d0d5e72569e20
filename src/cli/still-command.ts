import { extname, join, parse } from 'node:path';
import type { ArgumentsCamelCase } from 'yargs';
import { pictureKind } from '../adapters/files/file-kind.ts';
import { isFolder } from '../adapters/files/folders.ts';
import type { OutputPlace } from '../adapters/files/output-guard.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson } from '../adapters/files/seal.ts';
import { findPictures, kindOfSource } from '../adapters/pictures/find-pictures.ts';
import { KinemacolorError } from '../errors.ts';
import { STILL_KINDS, stillKindOf } from '../media/film/still.ts';
import type { SettingsInput } from '../options.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import { colorizeStill } from '../pipeline/stills/colorize-still.ts';
import { colorizeStills, type FailedStill } from '../pipeline/stills/colorize-stills.ts';
import { settingsFrom } from './arguments/flags.ts';
import { EXIT, EXIT_OF } from './exit-codes.ts';
import { reportPlace } from './report-place.ts';
import { type CommandContext, printFailure } from './run-command.ts';

/** What `colorize` has to do: a film, one picture or many, decided once by the content of the files. */
export type Work =
  | { readonly kind: 'film'; readonly source: string }
  | { readonly kind: 'still'; readonly source: string; readonly output: string }
  | { readonly kind: 'stills'; readonly sources: readonly string[]; readonly output: string };

/** Inspect the sources. Throws `usage` where several, or a folder, are given without a folder for the results. */
export async function workOf(sources: readonly string[], output: string | undefined): Promise<Work> {
  const [source = '', second] = sources;
  if (second !== undefined && output === undefined && (await kindOfSource(second)) === 'missing')
    throw new KinemacolorError(
      'usage',
      `There is no file ${second}: a result is named with --output ("kinemacolor colorize ${source} -o ${second}").`,
    );
  const kind = sources.length > 1 ? 'many' : await kindOfSource(source);
  if (kind === 'missing') return { kind: 'film', source };
  if (kind === 'file') {
    const picture = await pictureKind(source);
    const meant = stillKindOf(extname(source)) && stillKindOf(extname(output ?? ''));
    if (!picture) return meant ? { kind: 'still', source, output: output! } : { kind: 'film', source };
    const into = output !== undefined && (await isFolder(output));
    if (into) return { kind: 'stills', sources, output };
    return { kind: 'still', source, output: output ?? defaultStillOutput(source, STILL_KINDS[picture].endings[0]!) };
  }
  if (output === undefined)
    throw new KinemacolorError('usage', 'Expected a folder for the results of many pictures; give it with --output.');
  return { kind: 'stills', sources, output };
}

/** `photo.jpg` becomes `photo.color.jpg`. A name without a picture's extension gets that of its content. */
function defaultStillOutput(source: string, ending: string): string {
  const { dir, name, ext } = parse(source);
  return join(dir, `${name}.color${stillKindOf(extname(source)) ? ext : ending}`);
}

/** Settings that apply to pictures. */
const STILL_SETTINGS: readonly (keyof SettingsInput)[] = ['model', 'device'];

/** Colour pictures as given by the arguments. Returns the exit code. */
export async function colorizePictures(
  work: Exclude<Work, { kind: 'film' }>,
  argv: ArgumentsCamelCase,
  { display, interruption }: CommandContext,
): Promise<number> {
  const settings = settingsFrom(argv);
  const filmOnly = (Object.keys(settings) as (keyof SettingsInput)[]).find(name => !STILL_SETTINGS.includes(name));
  if (filmOnly)
    throw new KinemacolorError('usage', `The option "${filmOnly}" is about films, and the source is a picture; leave it out.`);
  const options = {
    settings,
    ...(argv.pipeline !== undefined && { pipeline: argv.pipeline as string }),
    ...(argv.workers !== undefined && { workers: argv.workers as number }),
    onProgress: display.onProgress,
    existing: argv.overwrite ? 'replace' : 'refuse',
  } as const;
  const hints = argv.hints as string | undefined;
  const pipeline = argv.pipeline as string | undefined;
  const resolved = await resolveSettings(settings, pipeline);
  const { sources, outputs } = await filesOf(work);
  const inputs = await inputsOfSettings(sources, resolved, hints, pipeline);
  const place = await reportPlace(argv, inputs, outputs);
  if (work.kind === 'still') {
    const report = await colorizeStill(work.source, work.output, { ...options, hints, signal: interruption.stopAfterShot });
    await writeReport(place, report);
    return EXIT.done;
  }
  if (hints !== undefined) throw new KinemacolorError('usage', 'Hints belong to one picture; colour the pictures one by one.');
  const { signal, stopAfterShot } = interruption;
  const report = await colorizeStills(work.sources, work.output, { ...options, signal, stopAfterPicture: stopAfterShot });
  display.end();
  for (const { message } of report.failed) printFailure(message);
  await writeReport(place, report);
  return codeOf(report);
}

async function filesOf(work: Exclude<Work, { kind: 'film' }>): Promise<{ sources: string[]; outputs: string[] }> {
  if (work.kind === 'still') return { sources: [work.source], outputs: [work.output] };
  const found = await findPictures(work.sources, work.output);
  return { sources: found.map(({ path }) => path), outputs: found.map(({ name }) => join(work.output, name)) };
}

async function writeReport(place: OutputPlace | undefined, report: object): Promise<void> {
  if (place) await saveFile(place, sealedJson(report));
}

/** Some pictures failed: `partial`. All failed: the code of the first failure. */
function codeOf({ pictures, failed }: { pictures: readonly unknown[]; failed: readonly FailedStill[] }): number {
  const [first] = failed;
  if (!first) return EXIT.done;
  return pictures.length > 0 ? EXIT.partial : EXIT_OF[first.kind];
}
