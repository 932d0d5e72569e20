import type { CommandModule } from 'yargs';
import { guardOutputs, inputsAt } from '../adapters/files/output-guard.ts';
import { saveFile } from '../adapters/files/save-file.ts';
import { sealedJson, sealedPage } from '../adapters/files/seal.ts';
import { measureVideo } from '../pipeline/measure/measure-film.ts';
import type { QualityReport } from '../pipeline/measure/quality-report.ts';
import { readKnownShots } from '../pipeline/plan/known-shots.ts';
import { qualityPage } from '../review/report/quality-page.ts';
import { filmsFrom } from './arguments/film-source.ts';
import { OVERWRITE, PICTURE_FLAGS, RUN_FLAGS } from './arguments/flags.ts';
import { qualityTable } from './quality-table.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

const FLAGS = {
  source: {
    type: 'string',
    requiresArg: true,
    describe: 'the black-and-white film, or its pictures: luma, times and streams are compared',
  },
  ...PICTURE_FLAGS,
  stream: { type: 'number', requiresArg: true, describe: "the source's picture stream, as it was given to colorize" },
  truth: { type: 'string', requiresArg: true, describe: 'the film in its true colours' },
  plan: { type: 'string', requiresArg: true, describe: 'the plan, or the JSON report of the run: shots, keyframes, trust' },
  keyframes: { type: 'string', requiresArg: true, describe: 'folder of the keyframe pictures given: left out of PSNR' },
  output: { alias: 'o', type: 'string', requiresArg: true, describe: 'write the report as JSON to this file' },
  html: { type: 'string', requiresArg: true, describe: 'write the report as one page with plots and the worst frames' },
  overwrite: OVERWRITE,
  json: { type: 'boolean', describe: 'the report as JSON on standard output' },
  quiet: RUN_FLAGS.quiet,
  workers: { type: 'number', requiresArg: true, describe: 'worker threads (default: one per core); never changes a figure' },
} as const;

/** A report as JSON, without its pictures. */
function qualityJson(report: QualityReport): object {
  return { ...report, worst: report.worst.map(({ pictures: _, ...frame }) => frame) };
}

export const measureCommand: CommandModule = {
  command: 'measure <result>',
  describe: 'Measure a finished film: flicker, colour, and whether luma, times and streams are the source’s',
  builder: args =>
    args
      .positional('result', { type: 'string', describe: 'the film in colour, or numbered pictures of it' })
      .options(FLAGS)
      .example('$0 measure colour.mp4 --source film.mkv --html report.html', 'a page with plots and the worst frames')
      .example('$0 measure colour.mkv --truth original.mkv --json', 'against the true colours'),
  handler: argv =>
    // With --json, only the report is printed to standard output.
    runCommand({ ...argv, json: false, quiet: argv.quiet === true || argv.json === true }, async context => {
      const { display, interruption } = context;
      const text = (name: string) => argv[name] as string | undefined;
      const [json, html, plan] = [text('output'), text('html'), text('plan')];
      const known = plan === undefined ? undefined : await readKnownShots(plan);
      const [result, source, truth] = await filmsFrom([argv.result as string, text('source'), text('truth')], argv, context);
      const read = [result, source, truth, plan, text('keyframes'), known?.source];
      const inputs = await inputsAt(read.filter(path => path !== undefined));
      const candidates = [
        { path: json, what: 'report', option: '--output' },
        { path: html, what: 'page', option: '--html' },
      ];
      const requests = candidates.flatMap(({ path, ...rest }) => (path === undefined ? [] : [{ path, ...rest }]));
      const places = await guardOutputs(requests, { inputs, existing: argv.overwrite ? 'replace' : 'refuse' });
      const report = await measureVideo(result!, {
        source,
        stream: argv.stream as number | undefined,
        truth,
        known,
        keyframes: text('keyframes'),
        pictures: html === undefined ? 'none' : 'worst',
        workers: argv.workers as number | undefined,
        signal: interruption.stopAfterShot,
        onProgress: display.onProgress,
      });
      display.end();
      for (const [i, { option }] of requests.entries())
        await saveFile(places[i]!, option === '--html' ? sealedPage(qualityPage(report)) : sealedJson(qualityJson(report)));
      if (argv.json) process.stdout.write(`${JSON.stringify(qualityJson(report), null, 2)}\n`);
      else if (!argv.quiet) process.stdout.write(qualityTable(report));
      return EXIT.done;
    }),
};
