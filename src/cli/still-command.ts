import type { ArgumentsCamelCase } from 'yargs';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson } from '../adapters/files/seal.ts';
import { KinemacolorError } from '../errors.ts';
import type { SettingsInput } from '../options.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import { colorizeStill } from '../pipeline/stills/colorize-still.ts';
import { settingsFrom } from './arguments/flags.ts';
import { reportPlace } from './arguments/report-place.ts';
import { EXIT } from './terminal/exit-codes.ts';
import type { CommandContext } from './terminal/run-command.ts';
import type { Work } from './work.ts';

/** Settings that apply to pictures. */
const STILL_SETTINGS: readonly (keyof SettingsInput)[] = [
  'model',
  'device',
  'saturation',
  'warmth',
  'darkGuard',
  'look',
  'window',
  'palette',
];

/** Throws `usage` where a setting about films is given and there is no film. */
export function refuseFilmSettings(settings: SettingsInput): void {
  const filmOnly = (Object.keys(settings) as (keyof SettingsInput)[]).find(name => !STILL_SETTINGS.includes(name));
  if (filmOnly)
    throw new KinemacolorError('usage', `The option "${filmOnly}" is about films, and the source is a picture; leave it out.`);
}

/** Colour a picture as given by the arguments. Returns the exit code. */
export async function colorizePicture(
  { source, output }: Extract<Work, { kind: 'still' }>,
  argv: ArgumentsCamelCase,
  { display, interruption }: CommandContext,
): Promise<number> {
  const settings = settingsFrom(argv);
  refuseFilmSettings(settings);
  const [hints, pipeline] = [argv.hints as string | undefined, argv.pipeline as string | undefined];
  const inputs = await inputsOfSettings([source], await resolveSettings(settings, pipeline), hints, pipeline);
  const place = await reportPlace(argv, inputs, [output]);
  const report = await colorizeStill(source, output, {
    settings,
    pipeline,
    hints,
    workers: argv.workers as number | undefined,
    existing: argv.overwrite ? 'replace' : 'refuse',
    signal: interruption.stopAfterShot,
    onProgress: display.onProgress,
  });
  if (place) await saveFile(place, sealedJson(report));
  return EXIT.done;
}
