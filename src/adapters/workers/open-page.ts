import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { savePrivate } from '../files/private-file.ts';

/** How each system opens what is named to it. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
const OTHER = ['xdg-open'] as const;

/**
 * Open a page in the person's browser. Its address may hold a secret, which others would see among the arguments of a process:
 * what is opened is a file in `folder`'s private part that leads there. Where there is no browser to be opened nothing happens:
 * the address is printed, too.
 */
export async function openPage(url: string, folder: string): Promise<void> {
  const file = join(folder, 'private', 'open.html');
  await savePrivate(
    file,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>Kinemacolor</title>\n`,
  );
  const [program, ...args] = OPENERS[process.platform] ?? OTHER;
  const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // none is there
  child.unref();
}
