import type { CommandModule } from 'yargs';
import { farmExportCommand } from './export-command.ts';
import { farmServeCommand } from './serve-command.ts';
import { farmStatusCommand } from './status-command.ts';
import { farmWatchCommand } from './watch-command.ts';
import { farmWorkCommand } from './work-command.ts';

export const FARM_COMMANDS: readonly CommandModule[] = [
  farmServeCommand,
  farmWorkCommand,
  farmStatusCommand,
  farmWatchCommand,
  farmExportCommand,
];

export const farmCommand: CommandModule = {
  command: 'farm <action>',
  describe: 'Colour films on many machines',
  builder: args =>
    args
      .command([...FARM_COMMANDS])
      .demandCommand(1, 'Expected serve, work, status, watch or export after "farm", received none.'),
  handler: () => undefined,
};
