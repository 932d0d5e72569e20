import { basename, extname, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { isFolder } from '../../adapters/files/folders.ts';
import { KinemacolorError } from '../../errors.ts';
import { connectFarm, type FarmConnection } from '../../farm/queue/connect-farm.ts';
import { serveFilm } from '../../farm/serve/serve-film.ts';
import { machineFacts } from '../../farm/work/machine-class.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';
import { planFilm } from '../../pipeline/plan/plan-film.ts';
import { readPlan } from '../../pipeline/plan/read-plan.ts';
import { resolveSettings } from '../../pipeline/run/read-pipeline.ts';
import { defaultOutput, resultName } from '../../pipeline/run/result-name.ts';
import { DISPLAY_FLAGS, OVERWRITE, RUN_FLAGS, segmentsFlag, settingFlags, settingsFrom } from '../arguments/flags.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { type CommandContext, printFailure, runCommand } from '../terminal/run-command.ts';
import { REDIS } from './farm-options.ts';

export const farmServeCommand: CommandModule = {
  command: 'serve <source..>',
  describe: 'Colour films on a farm: plan them, queue their shots, wait and join; the same command goes on after a crash',
  builder: args =>
    args
      .positional('source', { type: 'string', array: true, describe: 'films, or plans (.json)' })
      .options({
        ...REDIS,
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'file to write; a folder for several films' },
        segments: segmentsFlag('shared with the workers; they may know it by another path (--map)'),
        'keep-shots': { type: 'boolean', describe: 'keep the finished shots when a film is joined' },
        overwrite: OVERWRITE,
        pipeline: RUN_FLAGS.pipeline,
        ...DISPLAY_FLAGS,
        ...settingFlags(),
      })
      .example('$0 farm serve /film/a.mkv -o /film/colour.mp4 --segments /film/shots', ''),
  handler: argv =>
    runCommand(argv, async context => {
      const settings = await resolveSettings(settingsFrom(argv), argv.pipeline as string | undefined);
      const sources = argv.source as string[];
      const farm = await connectFarm(argv.redis as string);
      try {
        return await serveAll(sources, settings, farm, { argv, context });
      } finally {
        await farm.close();
      }
    }),
};

interface Serving {
  readonly argv: Record<string, unknown>;
  readonly context: CommandContext;
}

/** Each film is queued as soon as it is planned; one that fails does not keep the others. */
async function serveAll(
  sources: readonly string[],
  settings: Settings,
  farm: FarmConnection,
  { argv, context }: Serving,
): Promise<number> {
  const { display, interruption } = context;
  const signal = interruption.stopAfterShot;
  const { onProgress } = display;
  const classes = new Map<string, Promise<string>>();
  const classOf = ({ settings: { model, device } }: Plan) => {
    const key = JSON.stringify([model, device]);
    const found = classes.get(key) ?? machineFacts({ model, device }, signal).then(({ machineClass }) => machineClass);
    classes.set(key, found);
    return found;
  };
  const one = async (plan: Plan, output: string): Promise<number> => {
    const options = { segments: argv.segments as string, machineClass: await classOf(plan), signal, onProgress } as const;
    const existing = argv.overwrite ? 'replace' : 'refuse';
    const report = await serveFilm(plan, output, farm, { ...options, existing, shots: argv.keepShots ? 'keep' : 'remove' });
    return report.damage === undefined ? EXIT.done : EXIT.partial;
  };
  const outcomes: Promise<number | { cause: unknown }>[] = [];
  for (const source of sources) {
    const plan = extname(source) === '.json' ? await readPlan(source) : await planFilm(source, settings, { signal, onProgress });
    const output = await outputOf(plan, sources.length, argv.output as string | undefined);
    outcomes.push(one(plan, output).catch(cause => ({ cause })));
  }
  const ended = await Promise.all(outcomes);
  const failures = ended.flatMap(outcome => (typeof outcome === 'number' ? [] : [outcome.cause]));
  if (failures.length === ended.length) throw failures[0];
  for (const cause of failures) printFailure((cause as Error).message);
  return failures.length > 0 || ended.includes(EXIT.partial) ? EXIT.partial : EXIT.done;
}

async function outputOf(plan: Plan, films: number, output: string | undefined): Promise<string> {
  const { path } = plan.source;
  if (output === undefined) return defaultOutput(path, plan.settings.codec);
  if (await isFolder(output)) return join(output, resultName(basename(path), plan.settings.codec));
  if (films === 1) return output;
  throw new KinemacolorError(
    'usage',
    `Expected --output to be a folder, since there are ${films} films; there is none at ${output}.`,
  );
}
