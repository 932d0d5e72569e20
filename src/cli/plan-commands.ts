import { dirname, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { readText } from '../adapters/read-input.ts';
import { KinemacolorError } from '../errors.ts';
import { type Plan, type PlannedKeyframe, planSchema } from '../media/plan.ts';
import { explainIssues } from '../options.ts';
import { renderVideo } from '../pipeline/colorize-video.ts';
import { checkPlace, writeAtomic } from '../pipeline/journal.ts';
import { planVideo } from '../pipeline/plan-video.ts';
import { parseJson, resolveSettings } from '../pipeline/read-pipeline.ts';
import { defaultOutput, OUTPUT_FLAGS, renderWith } from './colorize-command.ts';
import { EXIT } from './exit-codes.ts';
import { RUN_FLAGS, settingFlags, settingsFrom } from './flags.ts';
import { runCommand } from './run-command.ts';

export const planCommand: CommandModule = {
  command: 'plan <source>',
  describe: 'Find shots and choose keyframes; writes a plan (JSON) that can be edited and rendered',
  builder: args =>
    args
      .positional('source', { type: 'string', describe: 'the black-and-white film' })
      .options({
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'file to write (default: <source>.plan.json)' },
      })
      .options({ ...RUN_FLAGS, ...settingFlags() })
      .example('$0 plan film.mkv -o film.plan.json', 'then edit it and: kinemacolor render film.plan.json'),
  handler: argv =>
    runCommand(argv, async ({ display, interruption }) => {
      const film = argv.source as string;
      const settings = await resolveSettings(settingsFrom(argv), argv.pipeline as string | undefined);
      const path = (argv.output as string | undefined) ?? `${film}.plan.json`;
      await checkPlace(path);
      const plan = await planVideo(film, settings, { signal: interruption.stopAfterShot, onProgress: display.onProgress });
      await writeAtomic(path, `${JSON.stringify(plan, null, 2)}\n`);
      const keyframes = plan.shots.reduce((sum, shot) => sum + shot.keyframes.length, 0);
      display.onProgress({ type: 'plan', shots: plan.shots.length, keyframes, frames: plan.source.frames, path });
      return plan.source.damage === undefined ? EXIT.done : EXIT.partial;
    }),
};

export const renderCommand: CommandModule = {
  command: 'render <plan>',
  describe: 'Render a plan into a film; goes on where an interrupted run stopped',
  builder: args =>
    args
      .positional('plan', { type: 'string', describe: 'a plan written by "kinemacolor plan"' })
      .options(OUTPUT_FLAGS)
      .options({ workers: RUN_FLAGS.workers, json: RUN_FLAGS.json, quiet: RUN_FLAGS.quiet })
      .example('$0 render film.plan.json -o colour.mkv', ''),
  handler: argv =>
    runCommand(argv, async context => {
      const path = argv.plan as string;
      const text = await readText(path).catch(cause => {
        throw new KinemacolorError('usage', `Expected a plan, but ${path} cannot be read; make one with "kinemacolor plan".`, {
          cause,
        });
      });
      const parsed = planSchema.safeParse(parseJson(text, path));
      if (!parsed.success)
        throw new KinemacolorError('usage', `The plan ${path} is not valid: ${explainIssues(parsed.error)}.`, {
          cause: parsed.error,
        });
      const plan = anchored(parsed.data, dirname(resolve(path)));
      return renderWith(argv, context, (output, options) =>
        renderVideo(plan, output ?? defaultOutput(plan.source.path), options),
      );
    }),
};

/** A plan may name its film and its pictures relative to the folder that it lies in. */
function anchored(plan: Plan, folder: string): Plan {
  const keyframe = ({ color, ...rest }: PlannedKeyframe) => ({
    ...rest,
    color: color.kind !== 'model' ? { ...color, path: resolve(folder, color.path) } : color,
  });
  const shots = plan.shots.map(shot => ({ ...shot, keyframes: shot.keyframes.map(keyframe) }));
  return { ...plan, source: { ...plan.source, path: resolve(folder, plan.source.path) }, shots };
}
