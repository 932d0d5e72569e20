import type { CommandModule } from 'yargs';
import { connectFarm } from '../../farm/queue/connect-farm.ts';
import { untilAborted } from '../../pending.ts';
import { DISPLAY_FLAGS } from '../arguments/flags.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { runCommand } from '../terminal/run-command.ts';
import { REDIS } from './farm-options.ts';

export const farmWatchCommand: CommandModule = {
  command: 'watch',
  describe: 'Show a farm in a page on this machine, and its metrics to Prometheus (/metrics), until Ctrl+C',
  builder: args =>
    args.options({
      ...REDIS,
      port: { type: 'number', requiresArg: true, default: 0, describe: 'port on 127.0.0.1; 0 takes a free one' },
      ...DISPLAY_FLAGS,
    }),
  handler: argv =>
    runCommand(argv, async ({ display, interruption }) => {
      const { watchFarm } = await import('../../farm/watch/watch-farm.ts'); // a web server, which other commands need not load
      const farm = await connectFarm(argv.redis as string);
      try {
        const watch = await watchFarm(farm, argv.port as number);
        display.onProgress({ type: 'serving', url: watch.url });
        await untilAborted(interruption.stopAfterShot);
        await watch.close();
        return EXIT.done;
      } finally {
        await farm.close();
      }
    }),
};
