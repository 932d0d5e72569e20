import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A process, on any machine that may share the disk. `machine`: where its number is valid; `started`: when it began, because
 * numbers are reused.
 */
export interface ProcessIdentity {
  readonly host: string;
  readonly machine: string;
  readonly pid: number;
  readonly started: string;
}

/** This process. Process numbers are valid within one boot of a machine, and within one container (PID namespace). */
export function thisProcess(): ProcessIdentity {
  const boot = readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));
  const machine = createHash('sha256').update(`${hostname()} ${boot} ${namespace}`).digest('hex').slice(0, 8);
  return { host: hostname(), machine, pid: process.pid, started: startOf(process.pid) };
}

/** Is this process running? `elsewhere`: it belongs to another machine, which alone could tell. */
export function processState({ machine, pid, started }: Pick<ProcessIdentity, 'machine' | 'pid' | 'started'>): ProcessState {
  if (machine !== thisProcess().machine) return 'elsewhere';
  if (!exists(pid)) return 'ended';
  const now = startOf(pid);
  return now === '' || started === '' || now === started ? 'alive' : 'ended';
}

export type ProcessState = 'alive' | 'ended' | 'elsewhere';

/**
 * Start time of a process in clock ticks since boot; empty where the system does not say (any running process then counts as
 * the same).
 */
function startOf(pid: number): string {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTTIME] ?? '';
}

/** Index of `starttime` (field 22 of proc_pid_stat(5)) after the name, which is field 2 and may contain spaces. */
const STARTTIME = 19;

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
