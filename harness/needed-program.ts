import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Context } from 'mocha';

/** Where a program is missing the test is skipped and says so, with the command that installs it, but never in CI. */
export async function needs(context: Context, program: string, installing = `apt-get install ${program}`): Promise<void> {
  const found = await promisify(execFile)('sh', ['-c', `command -v ${program}`]).catch(() => undefined);
  if (found) return;
  skipWithout(context, `Expected ${program}, found none: install it with: ${installing}`);
}

/** Skip a test for the reason that the sentence gives, but never in CI. */
export function skipWithout(context: Context, sentence: string): never {
  if (process.env.CI) throw new Error(sentence);
  console.warn(`      skipped: ${sentence}`);
  return context.skip();
}
