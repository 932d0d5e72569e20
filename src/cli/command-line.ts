import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { programVersion } from '../pipeline/run/render-context.ts';
import { cannotWrite } from '../system-errors.ts';
import { explainRefusal, type FoundArguments, OWN_WORDS } from './arguments/explain-refusal.ts';
import { PIPE, understandArguments } from './arguments/understand-arguments.ts';
import { colorizeCommand } from './colorize-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { FARM_COMMANDS, farmCommand } from './farm/farm-command.ts';
import { keyframesCommand } from './keyframes-command.ts';
import { measureCommand } from './measure-command.ts';
import { MODELS_COMMANDS, modelsCommand } from './models-command.ts';
import { planCommand, renderCommand } from './plan-commands.ts';
import { previewCommand } from './preview-command.ts';
import { openCommand, reviewCommand } from './review-command.ts';
import { joinCommand, renderShotCommand } from './shot-commands.ts';
import { EXIT } from './terminal/exit-codes.ts';
import { printFailure } from './terminal/run-command.ts';

const COMMANDS = [
  colorizeCommand,
  planCommand,
  renderCommand,
  renderShotCommand,
  joinCommand,
  farmCommand,
  keyframesCommand,
  modelsCommand,
  previewCommand,
  openCommand,
  reviewCommand,
  measureCommand,
  doctorCommand,
];
const namesOf = (commands: readonly CommandModule[]) => commands.map(({ command }) => String(command).split(' ')[0]!);
const NAMES = namesOf(COMMANDS);

/** What may be given several times. */
const SEVERAL = new Set(['_', 'source', 'referenceFor', 'reference-for', 'audio']);

/** Any other option given twice has its last value. (yargs' own setting for this would also drop all sources but the last.) */
function lastOfEach(argv: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(argv)) if (Array.isArray(value) && !SEVERAL.has(name)) argv[name] = value.at(-1);
}

/** An empty value, such as an unset variable in a script, would mean the current folder. yargs also reads "-" as empty. */
const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && (value.length === 0 || value.includes('')));

function noneEmpty(argv: Record<string, unknown>): true {
  const names = Object.keys(argv).filter(name => name.length > 1 && isEmpty(argv[name])); // -o is also --output
  if (names.length === 0) return true;
  throw new Error(`Expected a value for "${names[0]}", received an empty one; files are read and written by name alone.`);
}

function pipesWhereTheyFit(argv: Record<string, unknown>): true {
  const [command] = argv._ as unknown[];
  if (command === 'colorize' || !Object.values(argv).flat().includes(PIPE)) return true;
  throw new Error('Only "colorize" takes "-", which is y4m on standard input or output; name a file.');
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
  const args = await understandArguments(hideBin(process.argv), NAMES);
  const parser = yargs(args)
    .scriptName('kinemacolor')
    .usage(
      '$0 <command>\n$0 film.mkv -o colour.mp4\n\nColour for black-and-white film and pictures: luma, timing and sound stay as they are.',
    )
    .command(COMMANDS)
    .example('$0 film.mkv', 'colour a film, as "colorize" does; the result is film.color.mkv')
    .example('$0 -i reel.mov -o reel.mkv -p film-reel', 'an old, worn reel, kept lossless')
    .example('$0 colorize film.mkv -p preview --from 1:00', 'five seconds from 1:00 on, side by side')
    .example('$0 keyframes film.mkv -o keys', 'export keyframes, paint them, then: colorize film.mkv --keyframes keys')
    .example('$0 colorize photo.jpg', 'colour a picture; the result is photo.color.jpg')
    .epilogue(
      'Exit codes: 0 done, 1 internal error, 2 wrong use, 3 unusable film or picture, 4 done but a film was damaged, some of many failed or shots are missing,\n5 model, device or ffmpeg missing, 6 cannot write, 7 ffmpeg died, 130 interrupted.',
    )
    .middleware(lastOfEach, true)
    .check(noneEmpty)
    .check(pipesWhereTheyFit)
    .version(await programVersion())
    .alias({ h: 'help', V: 'version' })
    .strict()
    .wrap(helpColumns(args))
    .updateStrings(OWN_WORDS)
    .fail((message, error) => {
      const sentence = explainRefusal(message || error?.message || '', foundArguments(parser.parsed || undefined));
      process.stderr.write(`kinemacolor: ${sentence} See "kinemacolor --help".\n`);
      process.exit(EXIT.usage);
    });
  if (args.length === 0) parser.showHelp('log');
  else await parser.parseAsync();
}

/** yargs lays the help out after every command, for nobody: without wrapping that takes a tenth of the time. */
function helpColumns(args: readonly string[]): number | null {
  const isRead = args.length === 0 || args.some(word => /^(--help|-\w*h\w*|help)$/.test(word));
  return isRead ? Math.min(120, process.stdout.columns ?? 120) : null;
}

type Parsed = Exclude<ReturnType<typeof yargs>['parsed'], false>;

function foundArguments(parsed: Parsed | undefined): FoundArguments {
  const words = (parsed?.argv._ ?? []).map(String);
  const options = Object.keys(parsed?.aliases ?? {}).filter(name => name.length > 1 && !/[A-Z]/.test(name));
  const [command] = words;
  if (command === 'farm') return { words, options, commands: namesOf(FARM_COMMANDS) };
  if (command === 'models') return { words, options, commands: namesOf(MODELS_COMMANDS) };
  return { words, options, commands: NAMES.includes(command!) ? [] : NAMES };
}
