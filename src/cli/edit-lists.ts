import type { ArgumentsCamelCase } from 'yargs';
import type { Inputs, OutputPlace } from '../adapters/files/output-guard.ts';
import { guardOutputs } from '../adapters/files/output-guard.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson, sealedText } from '../adapters/files/seal.ts';
import { KinemacolorError } from '../errors.ts';
import { cmx3600 } from '../media/edit-lists/cmx3600.ts';
import { otioTimeline } from '../media/edit-lists/otio.ts';
import type { ShotList } from '../media/edit-lists/shot-list.ts';

/** Options of commands that know the shots of a film. */
export const EDIT_LIST_FLAGS = {
  edl: {
    type: 'string',
    requiresArg: true,
    describe: 'write the shots with their timecodes as an edit decision list (CMX 3600)',
  },
  otio: { type: 'string', requiresArg: true, describe: 'write the shots as an OpenTimelineIO timeline (.otio)' },
} as const;

const FORMATS = {
  edl: (list: ShotList) => sealedText(cmx3600(list), '* '),
  otio: (list: ShotList) => sealedJson(otioTimeline(list)),
} as const;
type Format = keyof typeof FORMATS;
const NAMES = Object.keys(FORMATS) as Format[];

/** Where edit lists are written, each with its format. */
export type EditListPlaces = readonly { readonly format: Format; readonly place: OutputPlace }[];

/** Checks where edit lists are written, before any work. `others`: the run's other outputs. Throws as `guardOutputs` does. */
export async function editListPlaces(
  argv: ArgumentsCamelCase,
  inputs: Inputs,
  others: readonly string[],
): Promise<EditListPlaces> {
  const formats = NAMES.filter(name => argv[name] !== undefined);
  const requests = formats.map(name => ({ path: argv[name] as string, what: 'edit list', option: `--${name}` }));
  const places = await guardOutputs(requests, { inputs, existing: argv.overwrite ? 'replace' : 'refuse', others });
  return places.map((place, i) => ({ format: formats[i]!, place }));
}

/** Results that an edit list cannot refer to, and what to do instead. */
const NO_FILM_FILE = {
  many: 'and here are several sources; colour the films one by one',
  still: 'and a picture has none; leave it out',
  'no film': 'and the result is none; name one as the result (colour.mov), or list those of the source with "kinemacolor plan"',
} as const;

/** Throws `usage` where an edit list is wanted of something that is no film file. */
export function refuseEditLists(argv: ArgumentsCamelCase, result: keyof typeof NO_FILM_FILE): void {
  const wanted = NAMES.find(name => argv[name] !== undefined);
  if (wanted) throw new KinemacolorError('usage', `--${wanted} lists the shots of one film file, ${NO_FILM_FILE[result]}.`);
}

/** Writes the edit lists of a film. */
export async function writeEditLists(places: EditListPlaces, list: ShotList): Promise<void> {
  for (const { format, place } of places) await saveFile(place, FORMATS[format](list));
}
