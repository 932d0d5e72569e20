#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { EXIT } from './terminal/exit-codes.ts';

// This file must not import the program: where too few files may be open, loading it would end in a stack trace of Node.

/** Files that are open at once while the program is loaded, plus pipes for a decoder and an encoder. */
const FILES = 160;

/** May this process open so many files? */
function mayOpen(count: number): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EMFILE') return false;
    throw cause;
  } finally {
    for (const file of opened) closeSync(file);
  }
}

/** Is the working folder still there? */
function standsSomewhere(): boolean {
  try {
    return process.cwd() !== '';
  } catch {
    return false;
  }
}

/** Why nothing can be run here, as a sentence; undefined where something can. */
function obstacle(): string | undefined {
  if (!standsSomewhere())
    return 'The folder that this shell stands in was removed; change to another and run the same command again.';
  if (!mayOpen(FILES))
    return 'This shell allows too few open files; raise the limit with "ulimit -n 1024" and run the same command again.';
  return undefined;
}

// A run listens for these itself. Before it, nothing has begun; after it, its exit code stands.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(process.exitCode ?? EXIT.interrupted));

const why = obstacle();
if (why === undefined) await (await import('./command-line.ts')).runCommandLine();
else {
  process.stderr.write(`kinemacolor: ${why}\n`);
  process.exitCode = EXIT.environment;
}
