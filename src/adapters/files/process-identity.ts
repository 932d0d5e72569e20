import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process among all that may share a disk. `machine`: where its number counts; `started`: tells it from a later one of the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly machine: string;
  readonly pid: number;
  readonly started: string;
}

/** This process. Numbers of processes count in one boot of one machine, and in one container of it (its namespace of processes). */
export function thisProcess(): ProcessIdentity {
  const boot = readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));
  const machine = createHash('sha256').update(`${hostname()} ${boot} ${namespace}`).digest('hex').slice(0, 8);
  return { host: hostname(), machine, pid: process.pid, started: startOf(process.pid) };
}

/** Does this process still run? `elsewhere`: only its own machine could tell. */
export function processState({ machine, pid, started }: Pick<ProcessIdentity, 'machine' | 'pid' | 'started'>): ProcessState {
  if (machine !== thisProcess().machine) return 'elsewhere';
  if (!exists(pid)) return 'ended';
  const now = startOf(pid);
  return now === '' || started === '' || now === started ? 'alive' : 'ended';
}

export type ProcessState = 'alive' | 'ended' | 'elsewhere';

/** When a process began, in the kernel's ticks since boot; empty where the system does not say (there a number in use counts as alive). */
function startOf(pid: number): string {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTTIME] ?? '';
}

/** Place of `starttime` (field 22 of proc_pid_stat(5)) behind the name, which is field 2 and may hold spaces. */
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
