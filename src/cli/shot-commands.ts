import type { CommandModule } from 'yargs';
import { KinemacolorError } from '../errors.ts';
import type { Plan } from '../media/plan/plan.ts';
import { parseRanges } from '../media/plan/shot-ranges.ts';
import { parseTask, taskShots } from '../media/plan/task-shots.ts';
import { totalsOf } from '../pipeline/film/finished-shot.ts';
import { joinShots, renderShots } from '../pipeline/film/shots-apart.ts';
import { planHere } from '../pipeline/plan/film-here.ts';
import { readPlan } from '../pipeline/plan/read-plan.ts';
import { CACHE, PLAN_FILE, PLAN_RUN_FLAGS, segmentsFlag } from './arguments/flags.ts';
import { OUTPUT_FLAGS } from './colorize-command.ts';
import { EDIT_LIST_FLAGS } from './edit-lists.ts';
import { filmOfPlan } from './plan-commands.ts';
import { runOptions } from './run-options.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

const SEGMENTS = segmentsFlag('which any number of machines share');

export const renderShotCommand: CommandModule = {
  command: 'render-shot <plan>',
  describe: 'Render shots of a plan into a folder, here or on any other machine; finished ones are not rendered again',
  builder: args =>
    args
      .positional('plan', PLAN_FILE)
      .options({
        shot: { type: 'string', requiresArg: true, describe: 'shots to render, from 0: 3, 7..9 (9 included) or 3,7..9' },
        task: {
          type: 'string',
          requiresArg: true,
          conflicts: 'shot',
          describe: 'for render farms: the shots of one of equally long tasks, such as 0/40 .. 39/40',
        },
        segments: SEGMENTS,
        ...CACHE,
        ...PLAN_RUN_FLAGS,
      })
      .example('$0 render-shot film.plan.json --shot 7..9 --segments shots', 'shots 7, 8 and 9'),
  handler: argv =>
    runCommand(argv, async context => {
      const path = argv.plan as string;
      const planned = await readPlan(path);
      const requested = requestedShots(planned, argv);
      const started = performance.now();
      const { segments, cache } = segmentsOf(argv);
      const options = runOptions(argv, context);
      const plan = await planHere(planned, { ...options, cache });
      const shots = await renderShots(plan, requested, { ...options, segments, cache });
      context.display.onProgress({ type: 'shots-done', path: segments, ...totalsOf(shots, started) });
      return EXIT.done;
    }),
};

function requestedShots(plan: Plan, { shot, task }: Record<string, unknown>): number[] {
  if (shot !== undefined) return parseRanges(String(shot), plan.shots.length);
  if (task === undefined)
    throw new KinemacolorError('usage', 'Expected --shot or --task, received neither; see "render-shot --help".');
  const { number, count } = parseTask(String(task));
  return taskShots(plan, count)[number]!;
}

export const joinCommand: CommandModule = {
  command: 'join <plan>',
  describe: 'Join the finished shots of a plan into the film, with sound and everything else of the source',
  builder: args =>
    args
      .positional('plan', { type: 'string', describe: 'the plan whose shots were rendered with "kinemacolor render-shot"' })
      .options({
        segments: SEGMENTS,
        ...CACHE,
        output: { ...OUTPUT_FLAGS.output, describe: 'file to write (.mp4 .m4v .mov .mkv .mxf)' },
        overwrite: OUTPUT_FLAGS.overwrite,
        report: OUTPUT_FLAGS.report,
        ...EDIT_LIST_FLAGS,
        ...PLAN_RUN_FLAGS,
      })
      .example('$0 join film.plan.json --segments shots -o colour.mp4', ''),
  handler: argv => filmOfPlan(argv, (plan, output, options) => joinShots(plan, output, { ...options, ...segmentsOf(argv) })),
};

const segmentsOf = ({ segments, cache }: Record<string, unknown>) => ({
  segments: segments as string,
  cache: cache as string | undefined,
});
