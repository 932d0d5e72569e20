import { readdirSync } from 'node:fs';
import { processFacts } from '../../harness/process-facts.ts';

/** CPU seconds of a process, of its children that have ended, and of those that run. Linux only. */
export function cpuSeconds(pid: number): number {
  const numbers = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  const all = numbers.flatMap(name => processFacts(Number(name)) ?? []).filter(({ parent }) => parent === pid);
  return [processFacts(pid), ...all].reduce((sum, facts) => sum + (facts ? facts.own + facts.ended : 0), 0);
}
