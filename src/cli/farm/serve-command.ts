import { basename, extname, join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { isFolder } from '../../adapters/files/folders.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { sealedJson } from '../../adapters/files/seal.ts';
import { cacheFolder } from '../../adapters/object-store/cache-folder.ts';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import { KinemacolorError } from '../../errors.ts';
import { connectFarm, type FarmConnection } from '../../farm/queue/connect-farm.ts';
import { checkedTimes, USUAL_TIMES } from '../../farm/queue/farm-times.ts';
import { serveFilm } from '../../farm/serve/serve-film.ts';
import { type MachineFacts, machineFacts } from '../../farm/work/machine-class.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { Settings } from '../../options.ts';
import { handledLater } from '../../pending.ts';
import { withAddress } from '../../pipeline/plan/film-here.ts';
import { planFilm } from '../../pipeline/plan/plan-film.ts';
import { readPlan } from '../../pipeline/plan/read-plan.ts';
import { resolveSettings } from '../../pipeline/run/read-pipeline.ts';
import { defaultOutput, resultName } from '../../pipeline/run/result-name.ts';
import { inputsOfSettings } from '../../pipeline/run/run-inputs.ts';
import type { RunReport } from '../../pipeline/run/shot-report.ts';
import { assertOutputOf, filmToPlan } from '../arguments/film-source.ts';
import {
  CACHE,
  DISPLAY_FLAGS,
  OVERWRITE,
  PICTURE_FLAGS,
  RUN_FLAGS,
  segmentsFlag,
  settingFlags,
  settingsFrom,
} from '../arguments/flags.ts';
import { reportPlace } from '../arguments/report-place.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { type CommandContext, printFailure, runCommand } from '../terminal/run-command.ts';
import { REDIS } from './farm-options.ts';

export const farmServeCommand: CommandModule = {
  command: 'serve <source..>',
  describe: 'Colour films on a farm: plan them, queue their shots, wait and join; the same command goes on after a crash',
  builder: args =>
    args
      .positional('source', {
        type: 'string',
        array: true,
        describe: 'films (s3://BUCKET/KEY, too), or pictures that are one, or plans (.json)',
      })
      .options({
        ...REDIS,
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'file to write; a folder for several films' },
        segments: segmentsFlag('shared with the workers; they may know it by another path (--map)'),
        ...CACHE,
        'keep-shots': { type: 'boolean', describe: 'keep the finished shots when a film is joined' },
        mix: {
          type: 'boolean',
          describe:
            'let machines whose processors compute slightly differently share a film; --report says which shot came from whom',
        },
        report: { type: 'string', requiresArg: true, describe: 'write what the run did, as JSON' },
        poll: {
          type: 'number',
          requiresArg: true,
          default: USUAL_TIMES.poll,
          describe: 'seconds between two looks at the folder of finished shots, 0.1..60',
        },
        overwrite: OVERWRITE,
        pipeline: RUN_FLAGS.pipeline,
        ...DISPLAY_FLAGS,
        ...settingFlags(),
        ...PICTURE_FLAGS,
      })
      .example('$0 farm serve /film/a.mkv -o /film/colour.mp4 --segments /film/shots', ''),
  handler: argv =>
    runCommand(argv, async context => {
      const settings = await resolveSettings(settingsFrom(argv), argv.pipeline as string | undefined);
      const sources = argv.source as string[];
      assertOutputOf(sources, argv.output);
      const farm = await connectFarm(argv.redis as string);
      try {
        return await serveAll(sources, settings, farm, { argv, context });
      } finally {
        await farm.close();
      }
    }),
};

interface Serving {
  readonly argv: ArgumentsCamelCase;
  readonly context: CommandContext;
}

/** Each film is queued as soon as it is planned; one that fails, in planning or later, does not keep the others. */
async function serveAll(
  sources: readonly string[],
  settings: Settings,
  farm: FarmConnection,
  { argv, context }: Serving,
): Promise<number> {
  const { display, interruption } = context;
  const signal = interruption.stopAfterShot;
  const { onProgress } = display;
  const { poll } = checkedTimes({ poll: argv.poll as number });
  const cache = cacheFolder(argv.cache as string | undefined);
  const local = sources.filter(source => !isS3Address(source));
  const place = await reportPlace(argv, await inputsOfSettings(local, settings), []);
  const outputOf = await resultPaths(sources.length, argv.output as string | undefined);
  const known = new Map<string, Promise<MachineFacts>>();
  const machinesOf = async ({ settings: { model, device } }: Plan) => {
    const key = JSON.stringify([model, device]);
    const found = known.get(key) ?? machineFacts({ model, device }, signal);
    known.set(key, found);
    const { machineClass, build } = await found;
    return argv.mix ? build : machineClass;
  };
  const one = async (plan: Plan, output: string): Promise<RunReport> => {
    const options = { segments: argv.segments as string, cache, machines: await machinesOf(plan), poll, signal, onProgress };
    const existing = argv.overwrite ? 'replace' : 'refuse';
    return serveFilm(plan, output, farm, { ...options, existing, shots: argv.keepShots ? 'keep' : 'remove' });
  };
  const films: Promise<RunReport>[] = [];
  const planOf = async (source: string) => {
    if (extname(source) === '.json') return readPlan(source);
    return withAddress(await planFilm(await filmToPlan(source, argv, context), settings, { signal, onProgress }), source);
  };
  for (const source of sources) {
    const plan = handledLater(planOf(source));
    films.push(handledLater(plan.then(planned => one(planned, outputOf(planned)))));
    await plan.catch(() => undefined); // reported with the others'
  }
  const ended = await Promise.allSettled(films);
  const reports = ended.flatMap(film => (film.status === 'fulfilled' ? [film.value] : []));
  const failures = ended.flatMap(film => (film.status === 'rejected' ? [film.reason as Error] : []));
  if (reports.length === 0) throw failures[0];
  if (place) await saveFile(place, sealedJson({ films: reports }));
  for (const { message } of failures) printFailure(message);
  return failures.length > 0 || reports.some(({ damage }) => damage !== undefined) ? EXIT.partial : EXIT.done;
}

/** Returns where the result of a plan goes. Throws `usage` where there are several films and `output` is no folder. */
async function resultPaths(films: number, output: string | undefined): Promise<(plan: Plan) => string> {
  const intoFolder = output !== undefined && (await isFolder(output));
  if (films > 1 && output !== undefined && !intoFolder)
    throw new KinemacolorError(
      'usage',
      `Expected --output to be a folder, since there are ${films} films; there is none at ${output}.`,
    );
  return ({ source: { path }, settings: { codec } }) => {
    assertOutputOf([path], output);
    if (output === undefined) return defaultOutput(path, codec);
    return intoFolder ? join(output, resultName(basename(path), codec)) : output;
  };
}
