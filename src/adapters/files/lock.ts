import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { ensureFolder } from './folders.ts';
import { createPart } from './parts.ts';
import { processState, thisProcess } from './process-identity.ts';

export interface Lock {
  /** Release the lock. A locked folder that is otherwise empty is removed. */
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

/** The file name of a lock in the folder that it guards. */
const LOCK = 'lock';
/**
 * Milliseconds between two heartbeats of a holder, for other machines; and without a heartbeat after which it counts as gone.
 */
const HEARTBEAT = 20_000;
const HEARTBEAT_TIMEOUT = 5 * 60_000;
/** A lock file without a holder is being written, or is garbage. It is read again after this many milliseconds. */
const RETRY_DELAY = 100;
const TRIES = 20;
/** Milliseconds after which the gate of a run that was killed while it broke a lock is removed. */
const GATE_TIMEOUT = 60_000;

/** Tokens of the locks that this process holds. */
const heldTokens = new Set<string>();

export interface LockOptions {
  /** What only one run may do at a time, as in `is writing film.mp4`. */
  readonly doing: string;
  /** What to do where it is held; default: `wait for it or choose another output`. */
  readonly remedy?: string | undefined;
  /** What to do where it cannot be written. */
  readonly writeRemedy?: string | undefined;
}

/** Lock a folder, which is made where it is missing. See `takeLock`. */
export async function lockFolder(folder: string, options: LockOptions): Promise<Lock> {
  const lock = await takeLock(join(folder, LOCK), options);
  return {
    async release() {
      await lock.release();
      await rmdir(folder).catch(() => undefined); // the folder is not empty
    },
  };
}

/**
 * Take a lock (a file, in a folder that is made where it is missing) against all other runs on this machine and on machines
 * that share the disk. Read what it guards only afterwards. A lock is invalid if its holder has ended or it names none. Throws
 * `usage` while another running process holds it, `output` where it cannot be written.
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

/** Create the whole lock file where there is none. The folder may be removed meanwhile, by the last run that used it. */
async function tryOnce(folder: string, path: string, holder: Holder): Promise<boolean> {
  await ensureFolder(folder);
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

/** Another run has the lock, or has just removed the folder. */
const CONFLICT_CODES = new Set(['EEXIST', 'ENOENT']);

function ignoreMissing(cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
}

interface FoundLock {
  readonly text: string;
  readonly holder: Holder | undefined;
  /** Time of the holder's last heartbeat, by the disk's clock, in milliseconds. */
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
  const part = await createPart(folder); // clocks of two machines may differ; the disk has one
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
 * Remove an invalid lock. Only one run at a time does so, and checks again first: a slow run would otherwise remove the lock of
 * a run that has taken it meanwhile.
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
