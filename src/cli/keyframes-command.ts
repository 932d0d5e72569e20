import type { CommandModule } from 'yargs';
import { exportKeyframes } from '../pipeline/export-keyframes.ts';
import { planVideo } from '../pipeline/plan-video.ts';
import { resolveSettings } from '../pipeline/read-pipeline.ts';
import { EXIT } from './exit-codes.ts';
import { RUN_FLAGS, settingFlags, settingsFrom } from './flags.ts';
import { runCommand } from './run-command.ts';

export const keyframesCommand: CommandModule = {
  command: 'keyframes <source>',
  describe: 'Write the automatic keyframes as pictures (000016.png), to be painted and given back with --keyframes',
  builder: args =>
    args
      .positional('source', { type: 'string', describe: 'the black-and-white film' })
      .options({ output: { alias: 'o', type: 'string', requiresArg: true, demandOption: true, describe: 'folder to write to' } })
      .options({ ...RUN_FLAGS, ...settingFlags() })
      .example('$0 keyframes film.mkv -o keys', 'paint what is wrong, delete what is not needed, give the folder back'),
  handler: argv =>
    runCommand(argv, async ({ display, interruption }) => {
      const settings = await resolveSettings(settingsFrom(argv), argv.pipeline as string | undefined);
      const signal = interruption.stopAfterShot;
      const plan = await planVideo(argv.source as string, settings, { signal, onProgress: display.onProgress });
      const written = await exportKeyframes(plan, argv.output as string, { signal, onProgress: display.onProgress });
      display.say(`${argv.output}: ${written.length} keyframes`);
      return EXIT.done;
    }),
};
