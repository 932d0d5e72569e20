import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { createPart } from './parts.ts';
import { processState, thisProcess } from './process-identity.ts';

export interface Lock {
  /** Let go. A locked folder that holds nothing else goes, too. */
  release(): Promise<void>;
}

const holderSchema = z.object({
  host: z.string(),
  machine: z.string(),
  pid: z.int().min(1),
  started: z.string(),
  since: z.string(),
  token: z.string(),
});
type Holder = z.output<typeof holderSchema>;

/** The name of a lock in the folder that it guards. */
export const LOCK = 'lock';
/** A holder on another machine says this often that it is there, and counts as gone after so long without a word, in milliseconds. */
const HEARTBEAT = 20_000;
const HEARTBEAT_TIMEOUT = 5 * 60_000;
/** A lock that holds no holder is being written, or nobody's: it is read again after so long, in milliseconds. */
const RETRY_DELAY = 100;
const TRIES = 20;
/** A run that takes a lock away needs a moment; one that was killed meanwhile leaves its gate, which stands no longer than this, in milliseconds. */
const GATE_TIMEOUT = 60_000;

/** Tokens of the locks that this process holds. */
const heldTokens = new Set<string>();

export interface LockOptions {
  /** What only one run may do at a time: `is writing film.mp4`. */
  readonly doing: string;
  /** What to do then; default: `wait for it or choose another output`. */
  readonly remedy?: string | undefined;
  /** For a place that cannot be written: where else to go. */
  readonly writeRemedy?: string | undefined;
}

/** Lock a folder, made where it is missing, as `takeLock` does. */
export async function lockFolder(folder: string, options: LockOptions): Promise<Lock> {
  const lock = await takeLock(join(folder, LOCK), options);
  return {
    async release() {
      await lock.release();
      await rmdir(folder).catch(() => undefined); // it holds something
    },
  };
}

/**
 * Take a lock (a file, in a folder that is made where it is missing) against every other run that takes it, on this machine or another that shares the
 * disk. What it guards is to be read after it was taken. A lock whose holder ended, or that names no holder, counts for nothing.
 * Throws `usage` while another living run holds it, `output` where it cannot be written.
 */
export async function takeLock(path: string, options: LockOptions): Promise<Lock> {
  const folder = dirname(path);
  const holder: Holder = { ...thisProcess(), since: new Date().toISOString(), token: randomBytes(16).toString('hex') };
  for (let tries = 0; tries < TRIES; tries++) {
    if (await writing(folder, () => tryOnce(folder, path, holder), options.writeRemedy)) return holdLock(path, holder.token);
    const found = await readLock(path);
    if (found?.holder && (await isHeld(found.holder, found.heartbeat, folder))) refuse(found.holder, path, options);
    if (found && !found.holder && tries < TRIES / 4) await wait(RETRY_DELAY);
    else if (found) await breakLock(path, found.text);
  }
  throw new KinemacolorError('usage', `The lock ${path} changes hands again and again; try once more, or remove it.`);
}

/** Put the lock there, whole, where none is. The folder may go meanwhile, with the run that was the last in it. */
async function tryOnce(folder: string, path: string, holder: Holder): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const part = await createPart(folder).catch(ignoreMissing);
  if (part === undefined) return false;
  try {
    await writeFile(part, `${JSON.stringify(holder)}\n`);
    return await link(part, path)
      .catch(cause => {
        if (CONFLICT_CODES.has((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
        return copyFile(part, path, constants.COPYFILE_EXCL); // a file system without hard links
      })
      .then(
        () => true,
        cause => {
          if (CONFLICT_CODES.has((cause as NodeJS.ErrnoException).code ?? '')) return false;
          throw cause;
        },
      );
  } finally {
    await rm(part, { force: true });
  }
}

/** Somebody has the lock, or has just gone with the folder. */
const CONFLICT_CODES = new Set(['EEXIST', 'ENOENT']);

function ignoreMissing(cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
}

interface FoundLock {
  readonly text: string;
  readonly holder: Holder | undefined;
  /** When its holder last said that it is there, by the disk's clock, in milliseconds. */
  readonly heartbeat: number;
}

async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, holder: holderIn(text), heartbeat: mtimeMs };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return writing(path, () => Promise.reject(cause));
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isHeld(holder: Holder, heartbeat: number, folder: string): Promise<boolean> {
  const state = processState(holder);
  if (state !== 'elsewhere') return state === 'alive' && (holder.pid !== process.pid || heldTokens.has(holder.token));
  const part = await createPart(folder); // two machines' clocks need not agree; the disk's is one
  const now = (await stat(part)).mtimeMs;
  await rm(part, { force: true });
  return now - heartbeat < HEARTBEAT_TIMEOUT;
}

function refuse({ pid, host, since, machine }: Holder, path: string, { doing, remedy = REMEDY }: LockOptions): never {
  const where = machine === thisProcess().machine ? '' : ` on ${host}`;
  throw new KinemacolorError(
    'usage',
    `Another run (process ${pid}${where}, since ${since}) ${doing}; ${remedy}. If there is no such run, remove ${path}.`,
  );
}

const REMEDY = 'wait for it or choose another output';

/**
 * Take a lock away that counts for nothing. One run at a time does so, and looks again first: else a slow one would take away the lock of whoever
 * took it meanwhile.
 */
async function breakLock(path: string, text: string): Promise<void> {
  const gate = `${path}.gate.part`;
  const entered = await open(gate, 'wx').catch(() => undefined);
  if (!entered) {
    await wait(RETRY_DELAY);
    const since = await stat(gate).catch(() => undefined);
    if (since && Date.now() - since.mtimeMs > GATE_TIMEOUT) await rm(gate, { force: true });
    return;
  }
  await entered.close();
  try {
    if ((await readLock(path))?.text === text) await rm(path, { force: true });
  } finally {
    await rm(gate, { force: true });
  }
}

function holdLock(path: string, token: string): Lock {
  heldTokens.add(token);
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT).unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if (!heldTokens.delete(token)) return;
      if ((await readLock(path).catch(() => undefined))?.holder?.token === token) await rm(path, { force: true });
    },
  };
}
