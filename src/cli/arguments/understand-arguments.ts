import { sizeOf } from '../../adapters/files/file-facts.ts';

/** The command that a film or picture alone stands for. */
const DEFAULT_COMMAND = 'colorize';
/** Requests about the program itself. */
const ABOUT = new Set(['--help', '-h', '--version', '-V']);
/** What `-` becomes, which yargs would read as an empty value: standard input or output. */
export const PIPE = 'pipe:';
/** What tells a path or pattern from a mistyped command. */
const PATH_SIGN = /[./\\*?%]|^pipe:$/;

/**
 * The arguments as the commands take them. `-i FILE` is a source; a source without a command is coloured; what follows `--` are
 * paths, which yargs would not pass on.
 */
export async function understandArguments(args: readonly string[], commands: readonly string[]): Promise<string[]> {
  const named = withoutDoubleDash(args).map(arg => (arg === '-' ? PIPE : arg));
  return withCommand(withoutInputOption(named), commands);
}

/** Only paths can follow `--`; a path with a leading dash gets "./" in front. */
function withoutDoubleDash(args: readonly string[]): string[] {
  const at = args.indexOf('--');
  if (at < 0) return [...args];
  return [...args.slice(0, at), ...args.slice(at + 1).map(path => (path.startsWith('-') ? `./${path}` : path))];
}

/** `-i film.mkv`, as ffmpeg takes it, is `film.mkv`. */
function withoutInputOption(args: readonly string[]): string[] {
  const isInput = (arg: string) => arg === '-i' || arg === '--input';
  return args.flatMap((arg, i) => {
    if (isInput(arg) && args[i + 1] !== undefined) return [];
    return arg.startsWith('--input=') ? [arg.slice('--input='.length)] : [arg];
  });
}

async function withCommand(args: readonly string[], commands: readonly string[]): Promise<string[]> {
  const [first] = args;
  const isAbout = args.some(arg => ABOUT.has(arg)) && !args.some(arg => PATH_SIGN.test(arg));
  if (first === undefined || commands.includes(first) || isAbout) return [...args];
  const others = args.filter(arg => !arg.startsWith('-'));
  const meant = first.startsWith('-') ? others.length > 0 && !others.some(arg => commands.includes(arg)) : await isSource(first);
  return meant ? [DEFAULT_COMMAND, ...args] : [...args];
}

async function isSource(word: string): Promise<boolean> {
  return PATH_SIGN.test(word) || (await sizeOf(word)) !== undefined;
}
