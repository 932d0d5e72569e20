import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { cacheFolder } from '../../adapters/object-store/cache-folder.ts';
import { checkedTimes, USUAL_TIMES } from '../../farm/queue/farm-times.ts';
import { parseMap } from '../../farm/work/path-map.ts';
import { workFarm } from '../../farm/work/work-farm.ts';
import { resolveSettings } from '../../pipeline/run/read-pipeline.ts';
import { CACHE, DISPLAY_FLAGS, settingFlags, settingsFrom } from '../arguments/flags.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { runCommand } from '../terminal/run-command.ts';
import { REDIS } from './farm-options.ts';

const RENDER_PROCESS = fileURLToPath(new URL('./render-process-main.js', import.meta.url));
const { model, device } = settingFlags();

export const farmWorkCommand: CommandModule = {
  command: 'work',
  describe: 'Render shots for a farm on this machine, until Ctrl+C',
  builder: args =>
    args
      .options({
        ...REDIS,
        map: {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe:
            'folders that jobs may name, and where they are here: /film, /film=/mnt/film or s3://BUCKET/PREFIX, with commas between',
        },
        ...CACHE,
        lease: {
          type: 'number',
          requiresArg: true,
          default: USUAL_TIMES.lease,
          describe: 'seconds of silence after which the shot of a worker goes to another, 1..3600',
        },
        model: model!,
        device: device!,
        ...DISPLAY_FLAGS,
      })
      .example('$0 farm work --redis redis://nas:6379 --map /film=/mnt/film', ''),
  handler: argv =>
    runCommand(argv, async ({ display, interruption }) => {
      await workFarm(argv.redis as string, {
        folders: parseMap(argv.map as string),
        cache: cacheFolder(argv.cache as string | undefined),
        renderer: { program: process.execPath, args: [RENDER_PROCESS] },
        settings: await resolveSettings(settingsFrom(argv)),
        lease: checkedTimes({ lease: argv.lease as number }).lease,
        signal: interruption.signal,
        stopAfterShot: interruption.stopAfterShot,
        onProgress: display.onProgress,
      });
      return EXIT.done;
    }),
};
