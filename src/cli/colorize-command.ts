import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { removePaths } from '../adapters/files/folders.ts';
import type { Inputs, OutputPlace } from '../adapters/files/output-guard.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson, sealedPage } from '../adapters/files/seal.ts';
import { KinemacolorError } from '../errors.ts';
import type { RunOptions } from '../pipeline/film/before-run.ts';
import { measureVideo } from '../pipeline/measure/measure-film.ts';
import { joinedFilm } from '../pipeline/pictures/colorize-sequence.ts';
import { shotsOfRun } from '../pipeline/plan/known-shots.ts';
import { editTimeRemarks, shotListOfRun } from '../pipeline/plan/shot-lists.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { defaultOutput } from '../pipeline/run/result-name.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import type { RunReport } from '../pipeline/run/shot-report.ts';
import { qualityPage } from '../review/report/quality-page.ts';
import { refuseSequenceOptions } from './arguments/film-source.ts';
import { OVERWRITE, PICTURE_FLAGS, RUN_FLAGS, settingFlags, settingsFrom } from './arguments/flags.ts';
import { RAW_FLAGS, rawPictures } from './arguments/raw-pictures.ts';
import { isPage, reportPlace } from './arguments/report-place.ts';
import { PIPE } from './arguments/understand-arguments.ts';
import { makerOf, makesPictures } from './choose-maker.ts';
import { EDIT_LIST_FLAGS, editListPlaces, refuseEditLists, writeEditLists } from './edit-lists.ts';
import { colorizeEverything } from './many-command.ts';
import { runOptions } from './run-options.ts';
import { colorizePicture } from './still-command.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { type CommandContext, runCommand } from './terminal/run-command.ts';
import { workOf } from './work.ts';

export const OUTPUT_FLAGS = {
  output: {
    alias: 'o',
    type: 'string',
    requiresArg: true,
    describe:
      'file to write (.mp4 .m4v .mov .mkv .mxf; .jpg .png .webp .tif), numbered pictures (c_%05d.tif .png .dpx .exr), or a folder for many',
  },
  'keep-shots': {
    type: 'boolean',
    describe: 'keep the rendered shots in <output>.kinemacolor, so that "review" need not render them again',
  },
  overwrite: OVERWRITE,
  ...EDIT_LIST_FLAGS,
  report: {
    type: 'string',
    requiresArg: true,
    describe: 'write a report: what the run did, as JSON, or (.html) a page for which the finished film is measured',
  },
} as const;

const STILL_FLAGS = {
  hints: {
    type: 'string',
    requiresArg: true,
    describe: "a picture's known colours: a PNG of its size, transparent where nothing is known",
  },
} as const;

const SEQUENCE_FLAG = {
  sequence: { type: 'boolean', describe: 'the numbered pictures of a folder or a pattern are the frames of one film' },
} as const;

const BATCH_FLAGS = {
  jobs: {
    type: 'number',
    requiresArg: true,
    describe: 'of many films, how many are coloured at once (default 1, which uses all cores); as many as fit into memory',
  },
} as const;

export const colorizeCommand: CommandModule = {
  command: 'colorize <source..>',
  describe: 'Colour films and pictures, one or many; goes on where an interrupted run of the same command stopped',
  builder: args =>
    args
      .positional('source', {
        type: 'string',
        array: true,
        describe:
          'a black-and-white film or picture, or - for y4m or raw pictures on standard input; or several, a folder of them, a pattern ("scans/**/*.tif")',
      })
      .options({
        ...OUTPUT_FLAGS,
        ...STILL_FLAGS,
        ...SEQUENCE_FLAG,
        ...RAW_FLAGS,
        ...BATCH_FLAGS,
        ...RUN_FLAGS,
        ...settingFlags(),
        ...PICTURE_FLAGS,
      })
      .example('$0 colorize film.mkv -o colour.mp4', 'H.264, sound and subtitles as they are')
      .example('$0 colorize film.mkv --codec ffv1', 'lossless')
      .example('$0 colorize scan_%05d.tif --fps 18 -o colour.mkv', 'numbered pictures are a film')
      .example(
        '$0 colorize stack.tif --window 1300,2600 --palette viridis',
        'slices (TIFF pages) by intensity, as stack.color.tif',
      )
      .example('... | $0 - --pixel-format gray16le --size 512x512 -o out.mkv --codec ffv1', 'raw pictures on standard input')
      .example('$0 colorize film.mov -o colour.mov --codec prores --edl colour.edl', 'ProRes 422 HQ and its shots, for an editor')
      .example('$0 colorize film.mov -o chroma.mov --codec v210 --layout chroma-only', 'the colour alone, to lay over the film')
      .example('$0 colorize film.mov -o colour_%05d.dpx', 'a film becomes numbered pictures')
      .example('vspipe -c y4m film.vpy - | $0 colorize - | ffmpeg -i - out.mkv', 'y4m on standard input and output')
      .example('$0 colorize photo.tif', 'a picture; the result is photo.color.tif, 16 bit where the source is')
      .example('$0 colorize reels photo.tif "scans/**/*.png" -o colour', 'all films and pictures of a folder, and more'),
  handler: argv =>
    runCommand(argv, async context => {
      const work = await workOf(argv.source as string[], argv.output as string | undefined, argv.sequence === true);
      const raw = rawPictures(argv, work.kind === 'film' && work.source === PIPE);
      if (work.kind !== 'sequence' && !raw) refuseSequenceOptions(argv);
      if (work.kind === 'many' || work.kind === 'still') refuseEditLists(argv, work.kind);
      if (work.kind === 'many') return colorizeEverything(work, argv, context);
      if (work.kind === 'still') return colorizePicture(work, argv, context);
      const film = work.source;
      if (argv.hints !== undefined)
        throw new KinemacolorError(
          'usage',
          `Hints are for a picture, and ${film} is none; give a film's colours with --keyframes.`,
        );
      const [given, pipeline] = [settingsFrom(argv), argv.pipeline as string | undefined];
      const settings = await resolveSettings(given, pipeline);
      const inputs = await inputsOfSettings([film], settings, pipeline);
      const output = work.output ?? (film === PIPE ? PIPE : defaultOutput(film, settings.codec));
      const make = makerOf(work.kind, output, raw, argv);
      const noFilm = makesPictures(work.kind, output) || output === PIPE;
      if (noFilm) refuseEditLists(argv, 'no film');
      if (noFilm && isPage((argv.report as string | undefined) ?? ''))
        throw new KinemacolorError(
          'usage',
          'A page is about a film, and the result is no film; give --report a name that ends in .json.',
        );
      const code = await renderWith(argv, context, { output, inputs }, options =>
        make(film, output, { ...options, settings: given, ...(pipeline !== undefined && { pipeline }) }),
      );
      if (work.kind === 'sequence' && argv.keepShots !== true) await removePaths(joinedFilm(output));
      return code;
    }),
};

type Renderer = (options: RunOptions) => Promise<RunReport>;

/** The part that `colorize` and `render` share: run options from the arguments, the report, the exit code. */
export async function renderWith(
  argv: ArgumentsCamelCase,
  context: CommandContext,
  { output, inputs }: { output: string; inputs: Inputs },
  render: Renderer,
): Promise<number> {
  const place = await reportPlace(argv, inputs, [output]);
  const lists = await editListPlaces(argv, inputs, [output, ...(place ? [place.path] : [])]);
  const report = await render(runOptions(argv, context));
  if (lists.length > 0) {
    await writeEditLists(lists, shotListOfRun(report));
    for (const message of editTimeRemarks(report)) context.display.onProgress({ type: 'warning', message });
  }
  if (place) await writeReport(place, report, argv, context);
  return report.damage === undefined ? EXIT.done : EXIT.partial;
}

/** What the run did, as JSON; or measurements of the finished film, as a page. Ctrl+C while measuring only skips the page. */
async function writeReport(
  place: OutputPlace,
  report: RunReport,
  argv: ArgumentsCamelCase,
  { display, interruption }: CommandContext,
): Promise<void> {
  if (!isPage(place.path)) return saveFile(place, sealedJson(report));
  const quality = await measureVideo(report.output, {
    known: shotsOfRun(report),
    pictures: 'worst',
    workers: argv.workers as number | undefined,
    signal: interruption.stopAfterShot,
    onProgress: display.onProgress,
  });
  await saveFile(place, sealedPage(qualityPage(quality, report.colorBar)));
}
