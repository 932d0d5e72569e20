import { type ChildProcess, spawn } from 'node:child_process';
import { parse } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { KinemacolorError } from '../../errors.ts';
import { pending } from '../../pending.ts';

/** How a child ended, and the last lines it wrote to stderr. `code` is null where a signal ended it. */
export interface ChildOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastLines: readonly string[];
}

export interface ChildOptions {
  /** Kills the child when it fires; `exited` then rejects with kind `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** Is called with every stderr line. A line for which it returns true is its own and no part of an error's cause. */
  readonly onLine?: ((stderrLine: string) => unknown) | undefined;
  /** Is stdin a pipe that we write to, or closed? Default: `ignore`. */
  readonly stdin?: 'pipe' | 'ignore' | undefined;
  /** Is stdout a pipe that we must read to its end, or closed? Default: `ignore`. */
  readonly stdout?: 'pipe' | 'ignore' | undefined;
  /** How many of its file descriptors from 3 on are further pipes that we must read to their end? Default: 0. */
  readonly extraPipes?: number | undefined;
  /** Environment variables in addition to our own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A running child. Its stderr is always drained, so it cannot block on it. */
export interface Child {
  readonly pid: number | undefined;
  /** Throws where the child was started without this pipe. An EPIPE here is no event: it arrives through `exited`. */
  readonly stdin: Writable;
  /** Throws where the child was started without this pipe. */
  readonly stdout: Readable;
  /** What it writes to the pipes from file descriptor 3 on. */
  readonly extraPipes: readonly Readable[];
  /** Resolves when the child is gone and its pipes are closed, however it ended. Rejects only where it could not start. */
  readonly outcome: Promise<ChildOutcome>;
  /** Resolves on exit code 0; else rejects: `process` (with the last stderr lines as cause), `interrupted` or `environment`. */
  readonly exited: Promise<void>;
  /** End the child at once and wait until it is gone. Calling it again, or after its end, is allowed. */
  kill(): Promise<void>;
}

/** Lines of stderr kept to explain a failure: enough for ffmpeg's error and what led to it. */
const KEPT_LINES = 20;

const live = new Set<ChildProcess>();

// The one place that ends children together with Node. A Node that is ended by a signal it does not handle (SIGKILL) runs no code:
// children with a pipe then end by themselves, on EPIPE or at the end of their input.
process.once('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

/** Number of children that are running now. */
export function liveChildren(): number {
  return live.size;
}

/**
 * Start a program. It gets a process group of its own, so that Ctrl+C in a terminal reaches only us and the work in hand can be
 * finished; it never outlives Node's normal exit.
 */
export function startChild(program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const stdio = [options.stdin ?? 'ignore', options.stdout ?? 'ignore', 'pipe'] as const;
  const more = Array.from({ length: options.extraPipes ?? 0 }, () => 'pipe' as const);
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { stdio: [...stdio, ...more], env, detached: true, windowsHide: true });
  live.add(child);
  const lastLines: string[] = [];
  readLines(child.stderr!, line => {
    if (options.onLine?.(line) === true || line === '') return;
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
  });
  child.stdin?.on('error', () => {}); // told by `exited`, with the reason that ffmpeg gives
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
    for (const pipe of [child.stdout, ...extraPipesOf(child)]) pipe?.destroy(); // an unread pipe would hold back `close`
    await outcome.catch(() => {});
  };
  const onAbort = () => void kill();
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });
  const exited = outcome
    .finally(() => options.signal?.removeEventListener('abort', onAbort))
    .then(end => assertSuccess(parse(program).name, end, options.signal));
  exited.catch(() => {}); // a consumer that stops early need not look at it
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

/** Throw as `process` unless the child ended well. */
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
