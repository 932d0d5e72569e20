import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { processFacts } from '../../harness/process-facts.ts';

/** How often the processes' CPU time is read, in milliseconds. */
const SAMPLING = 40;

/** What a command and its descendants computed, in seconds. */
export interface Run {
  readonly wall: number;
  readonly cpu: number;
  /** CPU seconds by kind of process: survey, decode, encode, remux, node. */
  readonly share: Map<string, number>;
  /** CPU seconds while at most one thread could run, and seconds in which none could. */
  readonly alone: number;
  readonly waiting: number;
}

/** undefined where the process is gone and only waits to be buried. */
function kindOf(pid: number): string | undefined {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
  if (command === '') return undefined;
  if (!/ffmpeg/.test(command.split(' ')[0]!)) return /ffprobe/.test(command) ? 'probe' : 'node';
  if (/showinfo/.test(command)) return /format=gray/.test(command) ? 'survey' : 'decode';
  if (/ -c:v libx264| -c:v:0 libx264|libx264/.test(command)) return 'encode';
  return 'other ffmpeg';
}

/** Threads of a process that run or could run. */
function runnable(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.filter(thread => /\) [RD] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))).length;
  } catch {
    return 0; // gone between two reads
  }
}

/** Run a command on so many cores alone (all where empty), adding up what it and its descendants compute. Linux only. Rejects where it fails. */
export function measureProcess(command: string, args: string[], cores: string): Promise<Run> {
  const started = performance.now();
  const kept = cores === '' ? [] : ['taskset', '-c', `0-${Number(cores) - 1}`];
  const [program, ...rest] = [...kept, command, ...args] as [string, ...string[]];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaint: string[] = [];
  child.stderr.on('data', chunk => complaint.push(String(chunk)));
  const seen = new Map<number, { kind: string; seconds: number }>();
  const apart = { alone: 0, waiting: 0, cpu: 0, at: started };
  const look = () => {
    const all = readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
    const parents = new Map(
      all.flatMap(pid => {
        const found = processFacts(pid);
        return found ? [[pid, found] as const] : [];
      }),
    );
    const ours = (pid: number): boolean => pid === child.pid || (parents.has(pid) && pid > 1 && ours(parents.get(pid)!.parent));
    let threads = 0;
    for (const [pid, { own: seconds }] of parents) {
      if (!ours(pid)) continue;
      threads += runnable(pid);
      try {
        seen.set(pid, { kind: kindOf(pid) ?? seen.get(pid)?.kind ?? 'node', seconds });
      } catch {
        // gone between two reads
      }
    }
    const [cpu, at] = [sumOf([...seen.values()].map(({ seconds }) => seconds)), performance.now()];
    if (threads <= 1) apart.alone += cpu - apart.cpu;
    if (threads === 0) apart.waiting += (at - apart.at) / 1000;
    Object.assign(apart, { cpu, at });
  };
  const timer = setInterval(look, SAMPLING);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => {
      clearInterval(timer);
      if (code !== 0)
        return reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${complaint.join('').slice(-600)}`));
      const share = new Map<string, number>();
      for (const { kind, seconds } of seen.values()) share.set(kind, (share.get(kind) ?? 0) + seconds);
      const { alone, waiting } = apart;
      resolve({ wall: (performance.now() - started) / 1000, cpu: sumOf([...share.values()]), share, alone, waiting });
    });
  });
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
