import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc. */
const TICKS = 100;

/** What the kernel says of a process that runs. Linux only. */
export interface ProcessFacts {
  readonly parent: number;
  /** CPU seconds so far: its own, and those of its children that have ended. */
  readonly own: number;
  readonly ended: number;
}

/** Undefined where the process is gone. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
    return { parent: fields[1]!, own: (fields[11]! + fields[12]!) / TICKS, ended: (fields[13]! + fields[14]!) / TICKS };
  } catch {
    return undefined;
  }
}

/** Bytes of memory that a process holds now (VmRSS) or held at most (VmHWM). Undefined where it is gone, or where there is no /proc. */
export function residentBytes(pid: number, which: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const kib = new RegExp(`^${which}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
