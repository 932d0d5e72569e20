import type { CommandModule } from 'yargs';
import { locateFfmpeg } from '../adapters/ffmpeg/ffmpeg.ts';
import { openPage } from '../adapters/workers/open-page.ts';
import type { Settings } from '../options.ts';
import { untilAborted } from '../pending.ts';
import { planEvent } from '../pipeline/plan/plan-event.ts';
import { openProject } from '../pipeline/project/project.ts';
import { guardFilm } from '../pipeline/run/guard-film.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { defaultOutput } from '../pipeline/run/result-name.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import { FILM_SOURCE, filmFrom } from './arguments/film-source.ts';
import { PICTURE_FLAGS, RUN_FLAGS, settingFlags, settingsFrom } from './arguments/flags.ts';
import { OUTPUT_FLAGS } from './colorize-command.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { type CommandContext, runCommand } from './terminal/run-command.ts';

export const openCommand: CommandModule = {
  command: 'open <source>',
  describe: "Make a film's project (its plan, its edits) in a folder beside it, or look at it",
  builder: args => args.positional('source', FILM_SOURCE).options({ ...RUN_FLAGS, ...settingFlags(), ...PICTURE_FLAGS }),
  handler: argv =>
    runCommand(argv, async context => {
      const film = await filmFrom(argv.source as string, argv, context);
      const settings = await resolveSettings(settingsFrom(argv), argv.pipeline as string | undefined);
      const project = await opened(film, settings, context);
      await project.close();
      const path = project.folder;
      context.display.onProgress(planEvent(project.plan(), path));
      context.display.say(`${path}: revision ${project.revision()}`);
      return EXIT.done;
    }),
};

export const reviewCommand: CommandModule = {
  command: 'review <source>',
  describe: "Look at a film's colour and correct it, in a page served to this machine alone",
  builder: args =>
    args
      .positional('source', FILM_SOURCE)
      .options({
        output: OUTPUT_FLAGS.output,
        overwrite: OUTPUT_FLAGS.overwrite,
        open: {
          type: 'boolean',
          default: true,
          describe: 'open the page in the browser, where this is a terminal (--no-open: print its address alone)',
        },
        port: { type: 'number', requiresArg: true, default: 0, describe: 'port to listen on (default: a free one)' },
      })
      .options({ ...RUN_FLAGS, ...settingFlags(), ...PICTURE_FLAGS })
      .example('$0 review film.mkv -o colour.mkv', 'the page opens in the browser; its address is printed, too'),
  handler: argv =>
    runCommand(argv, async context => {
      const { display, interruption } = context;
      const film = await filmFrom(argv.source as string, argv, context);
      const existing = argv.overwrite === true ? 'replace' : 'refuse';
      const pipeline = argv.pipeline as string | undefined;
      const settings = await resolveSettings(settingsFrom(argv), pipeline);
      const output = (argv.output as string | undefined) ?? defaultOutput(film, settings.codec);
      const inputs = await inputsOfSettings([film], settings, pipeline);
      await guardFilm(output, { inputs, existing, ffmpeg: await locateFfmpeg() }); // before the film is planned
      const project = await opened(film, settings, context);
      try {
        const { serveReview } = await import('../review/server/serve-review.ts'); // a web server, which no other command needs
        const server = await serveReview(project, {
          output,
          existing,
          workers: argv.workers as number | undefined,
          port: argv.port as number,
          onProgress: display.onProgress,
        });
        display.onProgress({ type: 'serving', url: server.url });
        if (argv.open === true && argv.json !== true && isAtTerminal()) await openPage(server.url, project.folder);
        await untilAborted(interruption.stopAfterShot);
        await server.close();
        return EXIT.done;
      } finally {
        await project.close();
      }
    }),
};

/** A person sits there: neither a script nor a build machine is shown a window. */
function isAtTerminal(): boolean {
  return process.stdout.isTTY === true && process.stderr.isTTY === true && !process.env.CI;
}

function opened(film: string, settings: Settings, { display, interruption }: CommandContext) {
  return openProject(film, settings, { signal: interruption.stopAfterShot, onProgress: display.onProgress });
}
