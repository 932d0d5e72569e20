import { parse } from 'node:path';
import type { CommandModule, Options } from 'yargs';
import { previewVideo } from '../pipeline/film/preview-film.ts';
import { FILM_SOURCE, filmFrom } from './arguments/film-source.ts';
import { PICTURE_FLAGS, RUN_FLAGS, settingFlags, settingsFrom } from './arguments/flags.ts';
import { runOptions } from './run-options.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

/** Keyframe pictures belong to frames of the whole film, and the clip is always mp4. */
const OMITTED_FLAGS = new Set(['keyframes', 'keyframes-only', 'codec']);

function pictureFlags(): Record<string, Options> {
  return Object.fromEntries(Object.entries(settingFlags()).filter(([name]) => !OMITTED_FLAGS.has(name)));
}

export const previewCommand: CommandModule = {
  command: 'preview <source>',
  describe: 'A first look within seconds: a sheet of scenes before and after, and a short clip with sound',
  builder: args =>
    args
      .positional('source', FILM_SOURCE)
      .options({
        output: { alias: 'o', type: 'string', requiresArg: true, describe: 'folder to write to (default: <source>.preview)' },
        'sheet-only': { type: 'boolean', describe: 'make the sheet and no clip' },
        overwrite: { type: 'boolean', describe: 'replace a sheet.png or clip.mp4 that Kinemacolor did not make' },
      })
      .options({ ...RUN_FLAGS, ...pictureFlags(), ...PICTURE_FLAGS })
      .example('$0 preview film.mkv', 'film.preview/sheet.png, then film.preview/clip.mp4')
      .example('$0 preview film.mkv --from 60 --duration 5', 'the clip from 1:00 on'),
  handler: argv =>
    runCommand(argv, async context => {
      const source = await filmFrom(argv.source as string, argv, context);
      const { dir, name } = parse(source);
      const folder = (argv.output as string | undefined) ?? `${dir === '' ? '' : `${dir}/`}${name}.preview`;
      await previewVideo(source, folder, {
        settings: settingsFrom(argv),
        pipeline: argv.pipeline as string | undefined,
        parts: argv.sheetOnly ? 'sheet' : 'sheet-and-clip',
        ...runOptions(argv, context),
      });
      return EXIT.done;
    }),
};
