/** What a render farm is to do: tasks that render the shots of a plan, then one that joins them. */
export interface FarmJob {
  readonly name: string;
  /** Absolute paths of the plan, of the folder of finished shots and of the film in colour, equal on all machines. */
  readonly plan: string;
  readonly segments: string;
  readonly output: string;
  /** Number of tasks that render; the first one has the longest shots. */
  readonly tasks: number;
}

/** The command of a task. `number`: of the task, from 0, or what the farm puts in its place. */
export function renderArgs({ plan, segments, tasks }: FarmJob, number: string): string[] {
  return ['kinemacolor', 'render-shot', plan, '--task', `${number}/${tasks}`, '--segments', segments];
}

/** The command that joins the shots when all tasks have ended. It names those that are missing. */
export function joinArgs({ plan, segments, output }: FarmJob): string[] {
  return ['kinemacolor', 'join', plan, '--segments', segments, '-o', output];
}

/** Words of a POSIX shell's command, each taken as it stands. */
export function shellWords(words: readonly string[]): string {
  return words.map(word => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** JSON for people to read. */
export function indentedJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
