import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processState, thisProcess } from './process-identity.ts';

/**
 * What is being written lies beside its place under a name of its own, `.kinemacolor-<machine>-<process>-<start>-<random>.part`: made exclusively, so that no
 * other run and no link planted there is written to; known by its name, so that what a killed run left can be told from what a living one writes.
 */
const NAME = /^\.kinemacolor-([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{16}\.part$/;
const RANDOM_BYTES = 8;

function newName(): string {
  const { machine, pid, started } = thisProcess();
  return `.kinemacolor-${machine}-${pid}-${started}-${randomBytes(RANDOM_BYTES).toString('hex')}.part`;
}

/** Make an empty file in a folder, to be written and then renamed. `mode`: its permissions. Throws the system's error. */
export async function createPart(folder: string, mode?: number): Promise<string> {
  await sweepOnce(folder);
  const path = join(folder, newName());
  await (await open(path, 'wx', mode)).close();
  return path;
}

/** Make a folder for files that are needed for a while. Throws what the system says. */
export async function createPartFolder(folder: string): Promise<string> {
  await sweepOnce(folder);
  const path = join(folder, newName());
  await mkdir(path);
  return path;
}

/** Folders that this process has looked through. */
const sweptFolders = new Set<string>();

async function sweepOnce(folder: string): Promise<void> {
  if (sweptFolders.has(folder)) return;
  sweptFolders.add(folder);
  await removeStaleParts(folder);
}

/** Remove what runs that were killed left half-written in a folder. What a living run, or another machine, writes stays. */
export async function removeStaleParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, machine, pid, started] = NAME.exec(name) ?? [];
    if (machine === undefined || processState({ machine, pid: Number(pid), started: started! }) !== 'ended') continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined); // somebody else's; it does no harm
  }
}
