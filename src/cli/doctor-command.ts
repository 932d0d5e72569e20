import type { CommandModule } from 'yargs';
import { diagnose } from '../pipeline/diagnose.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { runCommand } from './terminal/run-command.ts';

const MARK = { ok: '✓', missing: '✗', note: '·' } as const;

export const doctorCommand: CommandModule = {
  command: 'doctor',
  describe: 'Show what this machine has: ffmpeg, encoders, devices, models; and what to do about what is missing',
  builder: args =>
    args.options({ json: { type: 'boolean', describe: 'as JSON' } }).example('$0 doctor', 'what works here, and what to install'),
  handler: argv =>
    runCommand({ ...argv, json: false }, async () => {
      const { rows } = await diagnose();
      const text = argv.json
        ? JSON.stringify(rows, null, 2)
        : rows
            .map(
              row =>
                `${MARK[row.status]} ${row.topic.padEnd(12)} ${row.text}${row.remedy ? `\n${' '.repeat(15)}-> ${row.remedy}` : ''}`,
            )
            .join('\n');
      process.stdout.write(`${text}\n`);
      return EXIT.done;
    }),
};
