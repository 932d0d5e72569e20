import { access, constants, copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readCache } from '../adapters/read-cache.ts';
import { KinemacolorError } from '../errors.ts';
import { type Plan, planSchema } from '../media/plan.ts';
import { hashOnce, rememberHash } from './hash-film.ts';
import { type ShotReport, shotReportSchema } from './shot-report.ts';

/**
 * What counts as done. A shot is done when its report lies in the journal's folder: the report is written after the segment, each to a
 * temporary name, flushed to disk, then renamed, so that `kill -9` at any moment leaves either nothing or the whole. Reports are found by
 * the shot's fingerprint: another setting, model or source is another name, and a stale shot is never taken.
 */
export interface Journal {
  readonly folder: string;
  /** Where the segment of this fingerprint is or will be. */
  segmentPath(fingerprint: string): string;
  /** A name to write a segment to before it is done. */
  temporaryPath(fingerprint: string): string;
  /** The report of a finished shot whose segment still holds the bytes that were written, by their hash; undefined where there is none. */
  finished(fingerprint: string): Promise<ShotReport | undefined>;
  /** Flush the temporary segment, give it its name, then write its report. */
  record(report: ShotReport): Promise<void>;
  /** Remove everything; for a run that is complete. */
  discard(): Promise<void>;
  /** Let go of the folder. What is done stays; without a finished shot only an interrupted run keeps its plan, else nothing is left. */
  release(outcome: 'complete' | 'interrupted' | 'failed'): Promise<void>;
  /** The plan of an earlier run of the same output; undefined where none can be read. */
  readPlan(): Promise<Plan | undefined>;
  writePlan(text: string): Promise<void>;
}

/** Our folder beside a file: beside an output, the journal of its run until it is complete; beside a film, its project. */
export function folderBeside(path: string): string {
  return `${resolve(path)}.kinemacolor`;
}

/** The journal in a project. */
export function shotsFolder(project: string): string {
  return join(project, 'shots');
}

/** A finished shot is a film in Matroska of its own, which any player shows. */
const SEGMENT = '.mkv';
const TEMPORARY = '.part';
const LOCK = 'lock';
const PLAN = 'plan.json';

/**
 * Open or make the journal's folder. Finished shots are also found in `others`, folders of other journals (which may be in use, or not there):
 * they are linked, or copied to another disk, when first asked for. Throws `usage` while another living run holds the folder, `output` where it
 * cannot be written.
 */
export async function openJournal(folder: string, others: readonly string[] = []): Promise<Journal> {
  try {
    await mkdir(folder, { recursive: true });
    await takeLock(folder);
    await dropTemporaries(folder);
  } catch (cause) {
    if (cause instanceof KinemacolorError) throw cause;
    throw cannotWrite(folder, cause);
  }
  const segmentPath = (fingerprint: string) => segmentIn(folder, fingerprint);
  const reportPath = (fingerprint: string) => reportIn(folder, fingerprint);
  const temporaryPath = (fingerprint: string) => segmentPath(fingerprint) + TEMPORARY;
  const taking = new Map<string, Promise<ShotReport | undefined>>();
  const taken = (fingerprint: string) => {
    const found = taking.get(fingerprint) ?? takeShot(fingerprint, folder, others).finally(() => taking.delete(fingerprint));
    taking.set(fingerprint, found);
    return found;
  };
  return {
    folder,
    segmentPath,
    temporaryPath,
    finished: async fingerprint => (await wholeShot(folder, fingerprint)) ?? (await taken(fingerprint)),
    async record(report) {
      await flush(temporaryPath(report.fingerprint));
      await rename(temporaryPath(report.fingerprint), segmentPath(report.fingerprint));
      await rememberHash(segmentPath(report.fingerprint), report.segmentSha256);
      await writeAtomic(reportPath(report.fingerprint), `${JSON.stringify(report, null, 2)}\n`);
    },
    async discard() {
      await rm(folder, { recursive: true, force: true });
    },
    async release(outcome) {
      await dropTemporaries(folder);
      await rm(join(folder, LOCK), { force: true });
      const left = await readdir(folder);
      const worthKeeping = left.some(name => name.endsWith(SEGMENT) || (name === PLAN && outcome === 'interrupted'));
      if (!worthKeeping) await rm(folder, { recursive: true, force: true });
    },
    readPlan: () => readCache(join(folder, PLAN), planSchema),
    writePlan: text => writeAtomic(join(folder, PLAN), text),
  };
}

function segmentIn(folder: string, fingerprint: string): string {
  return join(folder, fingerprint + SEGMENT);
}

function reportIn(folder: string, fingerprint: string): string {
  return join(folder, `${fingerprint}.json`);
}

/** The report of a shot that is, byte for byte, what was written. A report that says anything else is none. */
async function wholeShot(folder: string, fingerprint: string): Promise<ShotReport | undefined> {
  const report = await readCache(reportIn(folder, fingerprint), shotReportSchema);
  if (report?.fingerprint !== fingerprint) return undefined;
  const segment = segmentIn(folder, fingerprint);
  const size = await stat(segment).then(
    found => found.size,
    () => -1,
  );
  if (size !== report.segmentBytes) return undefined;
  const hash = await hashOnce(segment).catch(() => undefined); // one that cannot be read is rendered again
  return hash === report.segmentSha256 ? report : undefined;
}

/** Bring a finished shot here from another journal's folder. A folder that goes away meanwhile holds none. */
async function takeShot(fingerprint: string, folder: string, others: readonly string[]): Promise<ShotReport | undefined> {
  for (const other of others) {
    const report = await wholeShot(other, fingerprint);
    if (!report) continue;
    const [from, to] = [segmentIn(other, fingerprint), segmentIn(folder, fingerprint)];
    const temporary = `${to}.taken${TEMPORARY}`;
    await rm(temporary, { force: true });
    const here = await link(from, temporary)
      .catch(() => copyFile(from, temporary))
      .then(
        () => 'here',
        () => 'gone',
      );
    if (here === 'gone') continue;
    await flush(temporary);
    await rename(temporary, to);
    await writeAtomic(reportIn(folder, fingerprint), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  }
  return undefined;
}

/** Write a whole file or nothing: temporary sibling, flush, rename. Throws `output` in one sentence. */
export async function writeAtomic(path: string, content: string | readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}${TEMPORARY}`;
  try {
    await writeFile(temporary, content);
    await flush(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the reason is told by what failed first
    throw cannotWrite(path, cause);
  }
}

/** Throws `output` where no file could be written at this path: its folder is missing or may not be written. */
export async function checkPlace(path: string): Promise<void> {
  await access(`${dirname(resolve(path))}/.`, constants.W_OK).catch(cause => {
    throw cannotWrite(path, cause);
  });
}

/** One sentence for a system error on the way out. */
export function cannotWrite(path: string, cause: unknown): KinemacolorError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  const why = WHY[code] ?? (cause as Error).message;
  return new KinemacolorError('output', `Cannot write ${path}: ${why}.`, { cause });
}

const WHY: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space and run the same command again to go on',
  EDQUOT: 'the disk quota is used up; free some space and run the same command again to go on',
  EACCES: 'permission denied; choose another place with --output',
  EPERM: 'permission denied; choose another place with --output',
  EROFS: 'the file system is read-only; choose another place with --output',
  ENOENT: 'the folder does not exist; make it first or choose another place with --output',
  ENOTDIR: 'a part of the path is a file, not a folder; choose another place with --output',
  EISDIR: 'a folder of that name is in the way; remove it or choose another place with --output',
  EEXIST: 'a file of that name is in the way; remove it or choose another place with --output',
};

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function dropTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith(TEMPORARY)) await rm(join(folder, name), { force: true });
}

async function takeLock(folder: string): Promise<void> {
  const path = join(folder, LOCK);
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new KinemacolorError(
      'usage',
      `Another run (process ${holder}) is writing ${folder}; wait for it or choose another output.`,
    );
  }
  await writeFile(path, String(process.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
