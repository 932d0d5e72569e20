import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of a process, of its children that have ended, and of those that run. Linux only. */
export function cpuSeconds(pid: number): number {
  const own = statOf(pid);
  const children = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => statOf(Number(name)).parent === pid);
  return children.reduce((sum, child) => sum + statOf(Number(child)).seconds, own.seconds);
}

/** Clock ticks a second of /proc. */
const TICKS = 100;

function statOf(pid: number): { parent: number; seconds: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
    return { parent: fields[1]!, seconds: (fields[11]! + fields[12]! + fields[13]! + fields[14]!) / TICKS };
  } catch {
    return { parent: 0, seconds: 0 }; // ended between two looks
  }
}

/** Memory that a process holds, in MB. */
export function residentMegabytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / 1e6;
}
