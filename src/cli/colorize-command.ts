import { parse } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { colorizeVideo } from '../pipeline/colorize-video.ts';
import { checkPlace, writeAtomic } from '../pipeline/journal.ts';
import { shotsOfRun } from '../pipeline/known-shots.ts';
import { measureVideo } from '../pipeline/measure-film.ts';
import type { RunReport } from '../pipeline/shot-report.ts';
import { qualityPage } from '../review/quality-page.ts';
import { EXIT } from './exit-codes.ts';
import { RUN_FLAGS, settingFlags, settingsFrom } from './flags.ts';
import { qualityJson } from './measure-command.ts';
import { runCommand } from './run-command.ts';

/** Containers we can write; another source becomes Matroska, which holds anything. */
const KEPT = new Set(['.mp4', '.mov', '.mkv', '.m4v']);

/** `film.mkv` becomes `film.color.mkv`. */
export function defaultOutput(film: string): string {
  const { dir, name, ext } = parse(film);
  const file = `${name}.color${KEPT.has(ext.toLowerCase()) ? ext : '.mkv'}`;
  return dir === '' ? file : `${dir}/${file}`;
}

export const OUTPUT_FLAGS = {
  output: { alias: 'o', type: 'string', requiresArg: true, describe: 'file to write (.mp4 .m4v .mov .mkv)' },
  overwrite: { type: 'boolean', describe: 'replace an existing file that Kinemacolor did not make' },
  report: {
    type: 'string',
    requiresArg: true,
    describe: 'measure the finished film against its source and write a report: .html, or else JSON of the run and its quality',
  },
} as const;

export const colorizeCommand: CommandModule = {
  command: 'colorize <source>',
  describe: 'Colour a film; goes on where an interrupted run of the same command stopped',
  builder: args =>
    args
      .positional('source', { type: 'string', describe: 'the black-and-white film' })
      .options({ ...OUTPUT_FLAGS, ...RUN_FLAGS, ...settingFlags() })
      .example('$0 colorize film.mkv -o colour.mp4', 'H.264, sound and subtitles as they are')
      .example('$0 colorize film.mkv --codec ffv1', 'lossless'),
  handler: argv =>
    runCommand(argv, async context => {
      const film = argv.source as string;
      return renderWith(argv, context, (output, options) =>
        colorizeVideo(film, output ?? defaultOutput(film), {
          ...options,
          settings: settingsFrom(argv),
          ...(argv.pipeline !== undefined && { pipeline: argv.pipeline as string }),
        }),
      );
    }),
};

type Renderer = (
  output: string | undefined,
  options: Parameters<typeof colorizeVideo>[2] & object,
) => ReturnType<typeof colorizeVideo>;
type Context = Parameters<Parameters<typeof runCommand>[1]>[0];

/** What `colorize` and `render` share: run options from the arguments, the report, the exit code. */
export async function renderWith(argv: ArgumentsCamelCase, context: Context, render: Renderer): Promise<number> {
  const { display, interruption } = context;
  if (argv.report !== undefined) await checkPlace(argv.report as string);
  const report = await render(argv.output as string | undefined, {
    signal: interruption.signal,
    stopAfterShot: interruption.stopAfterShot,
    onProgress: display.onProgress,
    existing: argv.overwrite ? 'replace' : 'refuse',
    ...(argv.workers !== undefined && { workers: argv.workers as number }),
  });
  if (argv.report !== undefined) await writeReport(argv.report as string, report, argv, context);
  return report.damage === undefined ? EXIT.done : EXIT.partial;
}

/** Measure what was made, with the shots' reports in hand. The film is finished by now: Ctrl+C only leaves the report out. */
async function writeReport(
  path: string,
  report: RunReport,
  argv: ArgumentsCamelCase,
  { display, interruption }: Context,
): Promise<void> {
  const page = /\.html?$/i.test(path);
  const quality = await measureVideo(report.output, {
    known: shotsOfRun(report),
    pictures: page ? 'worst' : 'none',
    workers: argv.workers as number | undefined,
    signal: interruption.stopAfterShot,
    onProgress: display.onProgress,
  });
  const json = { ...report, quality: qualityJson(quality) };
  await writeAtomic(path, page ? qualityPage(quality) : `${JSON.stringify(json, null, 2)}\n`);
}
