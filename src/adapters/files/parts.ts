import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processState, thisProcess } from './process-identity.ts';

/**
 * A file is written under a temporary name in its folder: `.kinemacolor-<machine>-<process>-<start>-<random>.part`. It is
 * created exclusively, so that no other run's file and no planted link is written to. The name tells the leftovers of a killed
 * run from the files of a running one.
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

/** Make a temporary folder. Throws the system's error. */
export async function createPartFolder(folder: string): Promise<string> {
  await sweepOnce(folder);
  const path = join(folder, newName());
  await mkdir(path);
  return path;
}

/** Folders that this process has searched for leftovers. */
const sweptFolders = new Set<string>();

async function sweepOnce(folder: string): Promise<void> {
  if (sweptFolders.has(folder)) return;
  sweptFolders.add(folder);
  await removeStaleParts(folder);
}

/** Remove the temporary files of killed runs from a folder. Those of running processes and of other machines stay. */
export async function removeStaleParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, machine, pid, started] = NAME.exec(name) ?? [];
    if (machine === undefined || processState({ machine, pid: Number(pid), started: started! }) !== 'ended') continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined); // it may belong to another user; it does no harm
  }
}
