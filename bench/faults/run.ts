import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../program/kinemacolor.js', import.meta.url));
/** Stands in the environment of a run and of all that it starts, so that what outlives it is found. */
const MARK = 'KINEMACOLOR_FAULT_RUN';
/** A tiny film takes seconds; who takes longer than this hangs. In seconds. */
const PATIENCE = 120;
/** Who takes more memory than this for a tiny film would take all of it for a large one. In bytes. */
const MAX_MEMORY = 3 * 2 ** 30;
/** How often memory is looked at, in milliseconds. */
const LOOK_EVERY = 200;

export interface Event {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** A case's own folder: what the run reads and writes, its folder for temporary files and its home, all empty before. */
export interface Place {
  readonly path: string;
  readonly tmp: string;
  readonly home: string;
  at(name: string): string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What starts the program: `$@` of a bash script, which may set limits or mount things before. */
  readonly shell?: string;
  readonly onEvent?: (event: Event, kill: (signal: NodeJS.Signals) => void) => unknown;
  /** Milliseconds after which it is killed by SIGKILL. */
  readonly killAfter?: number;
}

export interface End {
  readonly args: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly events: readonly Event[];
  readonly seconds: number;
  /** Laws that no run may break, whatever it was given: empty where it kept them. */
  readonly faults: readonly string[];
}

export async function makePlace(path: string): Promise<Place> {
  const place = { path: join(path, 'place'), tmp: join(path, 'tmp'), home: join(path, 'home') };
  await rm(path, { recursive: true, force: true });
  for (const folder of Object.values(place)) await mkdir(folder, { recursive: true });
  return { ...place, at: name => join(place.path, name) };
}

/** Run `kinemacolor` to its end, events as JSON. */
export async function run(args: readonly string[], place: Place, options: RunOptions = {}): Promise<End> {
  const mark = randomUUID();
  const program = [process.execPath, MAIN, ...args, '--json'];
  const [command, ...rest] = options.shell === undefined ? program : ['bash', '-c', options.shell, 'bash', ...program];
  const started = performance.now();
  const child = spawn(command!, rest, {
    cwd: place.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: place.home, TMPDIR: place.tmp, ...options.env, [MARK]: mark },
  });
  const message = { stderr: '', rest: '', events: [] as Event[], faults: [] as string[] };
  listen(child, message, options);
  const stop = guard(child, message.faults, options.killAfter);
  const { code, signal } = await ended(child);
  stop();
  const end = {
    args,
    code,
    signal,
    stderr: message.stderr,
    events: message.events,
    seconds: (performance.now() - started) / 1000,
  };
  const killed = options.killAfter !== undefined || signal === 'SIGKILL';
  const left = await outlives(mark);
  return { ...end, faults: [...message.faults, ...left, ...(killed ? [] : endings(end)), ...traces(message.stderr)] };
}

function listen(child: ChildProcess, message: { stderr: string; rest: string; events: Event[] }, { onEvent }: RunOptions): void {
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    message.stderr += text;
  });
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (message.rest + text).split('\n');
    message.rest = lines.pop()!;
    for (const line of lines) {
      if (!line.startsWith('{')) continue;
      const event = JSON.parse(line) as Event;
      message.events.push(event);
      onEvent?.(event, signal => child.kill(signal));
    }
  });
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** End a run that takes too long or too much. */
function guard(child: ChildProcess, faults: string[], killAfter: number | undefined): () => void {
  const end = (fault?: string) => {
    if (fault !== undefined) faults.push(fault);
    child.kill('SIGKILL');
  };
  const timers = [setTimeout(() => end(`did not end within ${PATIENCE} s`), PATIENCE * 1000)];
  if (killAfter !== undefined) timers.push(setTimeout(() => end(), killAfter));
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const bytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    if (bytes > MAX_MEMORY) end(`took ${Math.round(bytes / 2 ** 20)} MiB of memory`);
  }, LOOK_EVERY);
  return () => {
    for (const timer of timers) clearTimeout(timer);
    clearInterval(watch);
  };
}

/** Exit codes that README documents, but for 1: a defect. */
const DOCUMENTED = new Set([0, 2, 3, 4, 5, 6, 7, 130]);

function endings({ code, signal, stderr }: Pick<End, 'code' | 'signal' | 'stderr'>): string[] {
  if (code === null) return [`ended by ${signal}`];
  if (!DOCUMENTED.has(code)) return [`exit code ${code}`];
  return code === 0 || code === 4 || /^kinemacolor: \S.*$/m.test(stderr) ? [] : [`exit code ${code} without a sentence`];
}

function traces(stderr: string): string[] {
  return /^\s+at .+:\d+|Internal error|node:internal|Native stack trace|Fatal/m.test(stderr) ? ['a stack trace'] : [];
}

/** Children whose parent was killed end by themselves, on a broken pipe; they have a moment for it. */
async function outlives(mark: string): Promise<string[]> {
  for (let i = 0; i < 100; i++) {
    if ((await marked(mark)).length === 0) return [];
    await wait(50);
  }
  const left = await marked(mark);
  return left.length === 0 ? [] : [`a child outlives the run: ${left[0]}`];
}

async function marked(mark: string): Promise<string[]> {
  const names = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async name => {
      const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
      return environment.includes(`${MARK}=${mark}`) ? [await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => name)] : [];
    }),
  );
  return found.flat();
}
