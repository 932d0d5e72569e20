import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { parse } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { KinemacolorError } from '../../errors.ts';
import { pending } from '../../pending.ts';

/** How a child ended, and its last lines of stderr. `code` is null where a signal ended it. */
export interface ChildOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastLines: readonly string[];
}

export interface ChildOptions {
  /** Kills the child when it fires; `exited` then rejects as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with every line of stderr. A line for which it returns true is handled and not kept to explain a failure. */
  readonly onLine?: ((stderrLine: string) => unknown) | undefined;
  /** Is stdin a pipe that the caller writes to, or closed? Default: `ignore`. */
  readonly stdin?: 'pipe' | 'ignore' | undefined;
  /** Is stdout a pipe that the caller must read to its end, or closed? Default: `ignore`. */
  readonly stdout?: 'pipe' | 'ignore' | undefined;
  /** Number of further pipes, from file descriptor 3 on, that the caller must read to their end. Default: 0. */
  readonly extraPipes?: number | undefined;
  /** Environment variables in addition to this process's. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** `low`: gives way to everything else on the machine. Default: as this process. */
  readonly priority?: 'low' | undefined;
}

/** A running child process. Its stderr is always read, so it cannot block on it. */
export interface Child {
  readonly pid: number | undefined;
  /** Throws where the child was started without this pipe. An EPIPE is not emitted here; `exited` rejects. */
  readonly stdin: Writable;
  /** Throws where the child was started without this pipe. */
  readonly stdout: Readable;
  /** The pipes from file descriptor 3 on. */
  readonly extraPipes: readonly Readable[];
  /**
   * Resolves when the child has ended and its pipes are closed, however it ended. Rejects only where it could not be started.
   */
  readonly outcome: Promise<ChildOutcome>;
  /**
   * Resolves on exit code 0. Otherwise rejects as `process` (with the last lines of stderr as cause), `interrupted` or
   * `environment`.
   */
  readonly exited: Promise<void>;
  /** Kill the child and wait until it has ended. May be called again, also after its end. */
  kill(): Promise<void>;
}

/** Lines of stderr that are kept to explain a failure: enough for ffmpeg's error and what led to it. */
const KEPT_LINES = 20;

const live = new Set<ChildProcess>();

// Kills all children when Node exits. If Node itself is killed (SIGKILL), no code runs: children with a pipe then end by
// themselves, on EPIPE or at the end of their input.
process.once('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

/** Number of children that are running. */
export function liveChildren(): number {
  return live.size;
}

/**
 * Start a program. It has its own process group, so that Ctrl+C in a terminal reaches only this process and running work can be
 * finished. It never outlives Node's normal exit.
 */
export function startChild(program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const stdio = [options.stdin ?? 'ignore', options.stdout ?? 'ignore', 'pipe'] as const;
  const more = Array.from({ length: options.extraPipes ?? 0 }, () => 'pipe' as const);
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { stdio: [...stdio, ...more], env, detached: true, windowsHide: true });
  live.add(child);
  if (options.priority === 'low' && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const lastLines: string[] = [];
  readLines(child.stderr!, line => {
    if (options.onLine?.(line) === true || line === '') return;
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
  });
  child.stdin?.on('error', () => {}); // `exited` rejects, with ffmpeg's reason
  const ended = new Promise<ChildOutcome>((resolve, reject) => {
    child.once('exit', () => live.delete(child));
    child.once('close', (code, signal) => resolve({ code, signal, lastLines }));
    child.once('error', cause => {
      live.delete(child);
      reject(new KinemacolorError('environment', `Could not start ${program}: ${cause.message}.`, { cause }));
    });
  });
  const outcome = pending(`the end of ${parse(program).name}`, ended);
  const kill = async () => {
    child.kill('SIGKILL');
    child.stdin?.destroy();
    for (const pipe of [child.stdout, ...extraPipesOf(child)]) pipe?.destroy(); // an unread pipe would delay `close`
    await outcome.catch(() => {});
  };
  const onAbort = () => void kill();
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });
  const exited = outcome
    .finally(() => options.signal?.removeEventListener('abort', onAbort))
    .then(end => assertSuccess(parse(program).name, end, options.signal));
  exited.catch(() => {}); // a caller that stops early need not handle it
  outcome.catch(() => {});
  return {
    pid: child.pid,
    get stdin() {
      return piped(child.stdin, program, 'stdin');
    },
    get stdout() {
      return piped(child.stdout, program, 'stdout');
    },
    get extraPipes() {
      return extraPipesOf(child);
    },
    outcome,
    exited,
    kill,
  };
}

function extraPipesOf(child: ChildProcess): Readable[] {
  return child.stdio.slice(3) as Readable[];
}

/** Throws `process` unless the child ended with exit code 0. */
function assertSuccess(program: string, end: ChildOutcome, signal: AbortSignal | undefined): void {
  if (end.code === 0) return;
  if (signal?.aborted)
    throw new KinemacolorError('interrupted', 'The run was stopped before it was finished.', { cause: signal.reason });
  const how = end.signal ? `was killed by ${end.signal}` : `ended with exit code ${end.code}`;
  const last = end.lastLines.at(-1);
  throw new KinemacolorError('process', `${program} ${how} before it was finished${last ? `: ${last}` : ''}.`, {
    cause: new Error(end.lastLines.join('\n')),
  });
}

function piped<T>(stream: T | null, program: string, name: string): T {
  if (stream === null) throw new KinemacolorError('internal', `${program} was started without a pipe for ${name}.`);
  return stream;
}

/** What a line holds beyond so many characters is left out: a line need not end. */
const LONGEST_LINE = 65_536;

/** Call back for every line (ended by \n, \r or both) and for an unfinished last one. Always reads to the end. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  const rest = { text: '' };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [end, ...begun] = chunk.split(/\r\n|\r|\n/);
    rest.text = (rest.text + end).slice(0, LONGEST_LINE);
    for (const line of begun) {
      onLine(rest.text);
      rest.text = line.slice(0, LONGEST_LINE);
    }
  });
  stream.once('end', () => {
    if (rest.text !== '') onLine(rest.text);
  });
}
