import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { programVersion } from '../pipeline/run/render-context.ts';
import { cannotWrite } from '../system-errors.ts';
import { colorizeCommand } from './colorize-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { EXIT } from './exit-codes.ts';
import { keyframesCommand } from './keyframes-command.ts';
import { measureCommand } from './measure-command.ts';
import { modelsCommand } from './models-command.ts';
import { planCommand, renderCommand } from './plan-commands.ts';
import { previewCommand } from './preview-command.ts';
import { openCommand, reviewCommand } from './review-command.ts';
import { printFailure } from './run-command.ts';

/** yargs does not pass on what follows "--". Only paths can follow it; a path with a leading dash gets "./" in front. */
function withoutDoubleDash(args: readonly string[]): string[] {
  const at = args.indexOf('--');
  if (at < 0) return [...args];
  return [...args.slice(0, at), ...args.slice(at + 1).map(path => (path.startsWith('-') ? `./${path}` : path))];
}

/** An option given twice has its last value. (yargs' own setting for this would also drop all sources but the last.) */
function lastOfEach(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv))
    if (Array.isArray(value) && name !== '_' && name !== 'source') argv[name] = value.at(-1);
}

/** An empty value, such as an unset variable in a script, would mean the current folder. yargs also reads "-" as empty. */
const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && (value.length === 0 || value.includes('')));

function noneEmpty(argv: Record<string, unknown>): true {
  const names = Object.keys(argv).filter(name => name.length > 1 && isEmpty(argv[name])); // -o is also --output
  if (names.length === 0) return true;
  throw new Error(`Expected a value for "${names[0]}", received an empty one; files are read and written by name alone.`);
}

// A closed reader (`| head`, a closed terminal) does not end the run, nor does a full disk under standard output.
process.stderr.on('error', () => undefined);
process.stdout.on('error', () => undefined);
process.stdout.once('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE' || cause.code === 'EIO') return;
  printFailure(cannotWrite('standard output', cause, 'redirect it to another place').message);
  process.once('exit', code => {
    if (code === EXIT.done) process.exitCode = EXIT.output;
  });
});

/** Run the command line of this process. */
export async function runCommandLine(): Promise<void> {
  await yargs(withoutDoubleDash(hideBin(process.argv)))
    .scriptName('kinemacolor')
    .usage('$0 <command>\n\nColour for black-and-white film and pictures: luma, timing and sound stay as they are.')
    .command(colorizeCommand)
    .command(planCommand)
    .command(renderCommand)
    .command(keyframesCommand)
    .command(modelsCommand)
    .command(previewCommand)
    .command(openCommand)
    .command(reviewCommand)
    .command(measureCommand)
    .command(doctorCommand)
    .example('$0 colorize film.mkv', 'colour a film; the result is film.color.mkv')
    .example('$0 colorize reel.mov -o reel.mkv -p film-reel', 'an old, worn reel, kept lossless')
    .example('$0 colorize film.mkv -p preview --from 60', 'five seconds from 1:00 on, side by side')
    .example('$0 keyframes film.mkv -o keys', 'export keyframes, paint them, then: colorize film.mkv --keyframes keys')
    .example('$0 colorize photo.jpg', 'colour a picture; the result is photo.color.jpg')
    .epilogue(
      'Exit codes: 0 done, 1 internal error, 2 wrong use, 3 unusable film or picture, 4 done but the film was damaged or some pictures failed,\n5 model, device or ffmpeg missing, 6 cannot write, 7 ffmpeg died, 130 interrupted.',
    )
    .middleware(lastOfEach, true)
    .check(noneEmpty)
    .version(await programVersion())
    .alias({ h: 'help', V: 'version' })
    .demandCommand(1, 'Expected a command, received none.')
    .strict()
    .wrap(Math.min(120, process.stdout.columns ?? 120))
    .fail((message, error) => {
      const sentence = (message || error?.message || '')
        .trim()
        .replace(/\s*\n\s*/g, ' ')
        .replace(/\.?$/, '.');
      process.stderr.write(`kinemacolor: ${sentence} See "kinemacolor --help".\n`);
      process.exit(EXIT.usage);
    })
    .parseAsync();
}
