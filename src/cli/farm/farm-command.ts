import type { CommandModule } from 'yargs';
import { farmExportCommand } from './export-command.ts';

export const FARM_COMMANDS: readonly CommandModule[] = [farmExportCommand];

export const farmCommand: CommandModule = {
  command: 'farm <action>',
  describe: 'Colour films on many machines',
  builder: args => args.command([...FARM_COMMANDS]).demandCommand(1, 'Expected what to do with the farm, received nothing.'),
  handler: () => undefined,
};
