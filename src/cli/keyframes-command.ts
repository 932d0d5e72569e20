import type { CommandModule } from 'yargs';
import { checkKeyframeFolder, exportKeyframes } from '../pipeline/film/export-keyframes.ts';
import { planFilm } from '../pipeline/plan/plan-film.ts';
import { resolveSettings } from '../pipeline/run/read-pipeline.ts';
import { inputsOfSettings } from '../pipeline/run/run-inputs.ts';
import { FILM_SOURCE, filmFrom } from './arguments/film-source.ts';
import { PICTURE_FLAGS, RUN_FLAGS, settingFlags, settingsFrom } from './arguments/flags.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

export const keyframesCommand: CommandModule = {
  command: 'keyframes <source>',
  describe: 'Write the automatic keyframes as pictures (000016.png), to be painted and given back with --keyframes',
  builder: args =>
    args
      .positional('source', FILM_SOURCE)
      .options({
        output: { alias: 'o', type: 'string', requiresArg: true, demandOption: true, describe: 'folder to write to' },
        overwrite: {
          type: 'boolean',
          describe: 'replace pictures in the folder that were painted, or that Kinemacolor did not make',
        },
      })
      .options({ ...RUN_FLAGS, ...settingFlags(), ...PICTURE_FLAGS })
      .example('$0 keyframes film.mkv -o keys', 'paint what is wrong, delete what is not needed, give the folder back'),
  handler: argv =>
    runCommand(argv, async context => {
      const { display, interruption } = context;
      const pipeline = argv.pipeline as string | undefined;
      const settings = await resolveSettings(settingsFrom(argv), pipeline);
      const folder = argv.output as string;
      const film = await filmFrom(argv.source as string, argv, context);
      const existing = argv.overwrite ? 'replace' : 'refuse';
      await checkKeyframeFolder(folder, { inputs: await inputsOfSettings([film], settings, pipeline), existing });
      const signal = interruption.stopAfterShot;
      const plan = await planFilm(film, settings, { signal, onProgress: display.onProgress });
      const written = await exportKeyframes(plan, folder, { signal, existing, onProgress: display.onProgress });
      display.say(`${folder}: ${written.length} keyframes`);
      return EXIT.done;
    }),
};
