import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { locateFfmpeg } from '../adapters/ffmpeg/ffmpeg.ts';
import { guardOutput } from '../adapters/files/output-guard.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson } from '../adapters/files/seal.ts';
import type { Plan } from '../media/plan/plan.ts';
import { renderVideo } from '../pipeline/film/colorize-video.ts';
import { planHere, withAddress } from '../pipeline/plan/film-here.ts';
import { planEvent } from '../pipeline/plan/plan-event.ts';
import { planFilm } from '../pipeline/plan/plan-film.ts';
import { readPlan } from '../pipeline/plan/read-plan.ts';
import { editTimeRemarks, editTimes, shotListOfPlan } from '../pipeline/plan/shot-lists.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { defaultOutput } from '../pipeline/run/result-name.ts';
import { inputsOfPlan, inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import type { OnProgress } from '../progress.ts';
import { probeFilm } from '../stages/probe/probe.ts';
import { assertOutputOf, FILM_SOURCE, filmToPlan } from './arguments/film-source.ts';
import {
  CACHE,
  OVERWRITE,
  PICTURE_FLAGS,
  PLAN_FILE,
  PLAN_RUN_FLAGS,
  RUN_FLAGS,
  settingFlags,
  settingsFrom,
} from './arguments/flags.ts';
import { OUTPUT_FLAGS, renderWith } from './colorize-command.ts';
import { EDIT_LIST_FLAGS, type EditListPlaces, editListPlaces, writeEditLists } from './edit-lists.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

export const planCommand: CommandModule = {
  command: 'plan <source>',
  describe: 'Find shots and choose keyframes; writes a plan (JSON) that can be edited and rendered',
  builder: args =>
    args
      .positional('source', FILM_SOURCE)
      .options({
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'file to write (default: <source>.plan.json)' },
        overwrite: { ...OVERWRITE, describe: 'replace an existing file that is no plan of ours, or a plan that was edited' },
      })
      .options({ ...CACHE, ...EDIT_LIST_FLAGS, ...RUN_FLAGS, ...settingFlags(), ...PICTURE_FLAGS })
      .example('$0 plan film.mkv -o film.plan.json', 'then edit it and: kinemacolor render film.plan.json')
      .example('$0 plan scan_%05d.tif --fps 18', 'pictures are joined beside them first: scan.joined.mkv'),
  handler: argv =>
    runCommand(argv, async context => {
      const { display, interruption } = context;
      const pipeline = argv.pipeline as string | undefined;
      const settings = await resolveSettings(settingsFrom(argv), pipeline);
      const source = argv.source as string;
      assertOutputOf([source], argv.output);
      const film = await filmToPlan(source, argv, context);
      const path = (argv.output as string | undefined) ?? `${film}.plan.json`;
      const inputs = await inputsOfSettings([film], settings, pipeline);
      const existing = argv.overwrite ? 'replace' : 'refuse';
      const place = await guardOutput({ path, what: 'plan', option: '--output' }, { inputs, existing });
      const lists = await editListPlaces(argv, inputs, [path]);
      const plan = await planFilm(film, settings, { signal: interruption.stopAfterShot, onProgress: display.onProgress });
      await saveFile(place, sealedJson(withAddress(plan, source)));
      if (lists.length > 0) await listShots(plan, lists, display.onProgress);
      display.onProgress(planEvent(plan, path));
      return plan.source.damage === undefined ? EXIT.done : EXIT.partial;
    }),
};

/** The shots of a plan, in its black-and-white film. */
async function listShots(plan: Plan, lists: EditListPlaces, onProgress: OnProgress): Promise<void> {
  const film = await probeFilm(plan.source.path, await locateFfmpeg(), undefined, plan.source.stream);
  await writeEditLists(lists, shotListOfPlan(plan, film));
  for (const message of editTimeRemarks(editTimes(plan, film))) onProgress({ type: 'warning', message });
}

export const renderCommand: CommandModule = {
  command: 'render <plan>',
  describe: 'Render a plan into a film; goes on where an interrupted run stopped',
  builder: args =>
    args
      .positional('plan', PLAN_FILE)
      .options({ ...OUTPUT_FLAGS, ...CACHE, ...PLAN_RUN_FLAGS })
      .example('$0 render film.plan.json -o colour.mkv', ''),
  handler: argv => filmOfPlan(argv, renderVideo),
};

/** What `render` and `join` share: the film of the plan that the arguments name, at the place that they name. */
export function filmOfPlan(argv: ArgumentsCamelCase, render: typeof renderVideo): Promise<void> {
  return runCommand(argv, async context => {
    const path = argv.plan as string;
    const planned = await readPlan(path);
    assertOutputOf([planned.source.path], argv.output);
    const { display, interruption } = context;
    const where = { cache: argv.cache as string | undefined, signal: interruption.signal, onProgress: display.onProgress };
    const plan = await planHere(planned, where);
    const output = (argv.output as string | undefined) ?? defaultOutput(plan.source.path, plan.settings.codec);
    const inputs = await inputsOfPlan(plan, path);
    return renderWith(argv, context, { output, inputs }, options => render(plan, output, { ...options, reads: [path] }));
  });
}
