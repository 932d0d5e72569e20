import { suggestion } from './suggest.ts';

const MISSING_ARGUMENT = 'Expected a file or a name after the command (%s given, %s needed)';
const MISSING = { one: MISSING_ARGUMENT, other: MISSING_ARGUMENT } as unknown as string; // the types know no plural

/** yargs' words that are replaced: name of the option, what was given, what may be given. */
export const OWN_WORDS = {
  'Invalid values:': ' ',
  'Not enough non-option arguments: got %s, need at least %s': MISSING,
  'Argument: %s, Given: %s, Choices: %s': 'Expected for --%s, instead of %s, one of: %s',
};

const UNKNOWN = /^Unknown (?:argument|command)s?: (.+)$/;
const CHOICE = /^Expected for --\S+, instead of "(.*?)".*?, one of: (.+)$/;

/** What was found on the command line: words that are no options, and names of the options of the command. */
export interface FoundArguments {
  readonly words: readonly string[];
  readonly options: readonly string[];
  /** Empty where a command was named. */
  readonly commands: readonly string[];
}

/** yargs' refusal as one sentence, with what was probably meant. */
export function explainRefusal(message: string, { words, options, commands }: FoundArguments): string {
  const text = message
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const [, choice, choices] = CHOICE.exec(text) ?? [];
  if (choice !== undefined) return `${text}${suggestion(choice, choices!.replaceAll('"', '').split(', '))}`;
  const [, list] = UNKNOWN.exec(text) ?? [];
  if (list === undefined) return `${text}.`;
  const unknown = list.split(', ');
  const [first = list] = unknown.filter(name => !/[a-z][A-Z]/.test(name)); // an option is named twice: a-b, aB
  const known = options.filter(name => !unknown.includes(name)).map(name => `--${name}`);
  if (!words.includes(first)) return `There is no option "--${first}" here${suggestion(`--${first}`, known)}`;
  if (commands.length > 0) return `Expected a command, received "${first}"${suggestion(first, commands)}`;
  return `Expected one source, received "${first}" as well: a result is named with --output.`;
}
