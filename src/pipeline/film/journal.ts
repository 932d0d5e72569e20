import { join, resolve } from 'node:path';
import { factsAt, sizeOf } from '../../adapters/files/file-facts.ts';
import { namesIn, removeFilesIn } from '../../adapters/files/folders.ts';
import { cachedHash, rememberHash } from '../../adapters/files/hash-file.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { lockFolder } from '../../adapters/files/lock.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { readCache } from '../../adapters/files/read-cache.ts';
import { commitPart, saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { writing } from '../../system-errors.ts';
import { type ShotReport, shotReportSchema } from '../run/shot-report.ts';

/**
 * The record of finished shots. A shot is finished when its report is in the journal's folder. The report is written after the
 * segment; both are written under temporary names, flushed and renamed, so that `kill -9` at any moment leaves all or nothing.
 * A report is named by the shot's fingerprint: with another setting, model or source it has another name, so a stale shot is
 * never used.
 */
export interface Journal {
  readonly folder: string;
  /** The path of the segment with this fingerprint, whether or not it exists. */
  segmentPath(fingerprint: string): string;
  /** Create an empty file under a unique name in the folder, for a segment to be written. Throws `output`. */
  newSegment(): Promise<string>;
  /** The report of a finished shot whose segment still has the bytes that were written (by hash); otherwise undefined. */
  finished(fingerprint: string): Promise<ShotReport | undefined>;
  /** Flush the segment in `part`, rename it, then write its report. `part` must be on the folder's disk. */
  record(report: ShotReport, part: string): Promise<void>;
  /** Remove everything that journals write, and the folder if it is empty then; for a complete run. */
  discard(): Promise<void>;
  /** Unlock the folder. Finished shots are kept. Without one, an interrupted run keeps its plan; otherwise nothing is left. */
  release(outcome: 'complete' | 'interrupted' | 'failed'): Promise<void>;
  /** The plan of an earlier run with the same output; undefined where none can be read. */
  readPlan(): Promise<Plan | undefined>;
  writePlan(text: string): Promise<void>;
}

/**
 * Kinemacolor's folder beside a file: beside an output, the journal of a run that is not complete; beside a film, its project.
 */
export function folderBeside(path: string): string {
  return `${resolve(path)}.kinemacolor`;
}

/** The journal of a project. */
export function shotsFolder(project: string): string {
  return join(project, 'shots');
}

/** A finished shot is a Matroska file that any player can show. */
const SEGMENT = '.mkv';
const TEMPORARY = '.part';
const PLAN = 'plan.json';
/** A project's history (see `project`): a folder that contains it is not a journal. */
export const HISTORY = 'history.json';

export interface JournalOptions {
  /**
   * Folders of other journals (which may be in use, or missing) whose finished shots are used: they are linked, or copied to
   * another disk, on first request.
   */
  readonly others?: readonly string[] | undefined;
  /** Called with a sentence for each finished shot whose bytes have changed since. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Open or create the journal's folder. Throws `usage` while another running process holds it, `output` where it cannot be
 * written.
 */
export async function openJournal(folder: string, { others = [], warn = () => {} }: JournalOptions = {}): Promise<Journal> {
  const lock = await lockFolder(folder, { doing: `is writing ${folder}` });
  try {
    if ((await namesIn(folder)).includes(HISTORY))
      throw new KinemacolorError('usage', `${folder} is a film's project; choose another output.`);
    await removeOwnFiles(folder, isTemporary).catch(() => undefined); // leftovers do no harm
  } catch (cause) {
    await lock.release();
    throw cause;
  }
  const segmentPath = (fingerprint: string) => segmentIn(folder, fingerprint);
  const reportPath = (fingerprint: string) => reportIn(folder, fingerprint);
  const reported = new Set<string>();
  const intactShot: Look = async (place, fingerprint) => {
    const found = await lookAt(place, fingerprint);
    if (found.state === 'whole') return found.report;
    const path = segmentIn(place, fingerprint);
    if (found.state === 'absent' || reported.has(path)) return undefined;
    reported.add(path);
    warn(`The finished shot ${path} is no longer what was written: it is not used.`);
    return undefined;
  };
  const running = new Map<string, Promise<ShotReport | undefined>>();
  const takeOnce = (fingerprint: string) => {
    const found =
      running.get(fingerprint) ??
      takeShot(fingerprint, { from: others, to: folder, whole: intactShot }).finally(() => running.delete(fingerprint));
    running.set(fingerprint, found);
    return found;
  };
  return {
    folder,
    segmentPath,
    newSegment: () => writing(folder, () => createPart(folder)),
    finished: async fingerprint => (await intactShot(folder, fingerprint)) ?? (await takeOnce(fingerprint)),
    async record(report, part) {
      await commitPart(part, segmentPath(report.fingerprint));
      await rememberHash(segmentPath(report.fingerprint), report.segmentSha256);
      await saveFile(reportPath(report.fingerprint), `${JSON.stringify(report, null, 2)}\n`);
    },
    discard: () => removeOwnFiles(folder, () => true).finally(() => lock.release()),
    release: outcome =>
      removeOwnFiles(folder, (name, names) => isTemporary(name) || !isWorthKeeping(names, outcome)).finally(() => lock.release()),
    readPlan: () => readCache(join(folder, PLAN), planSchema),
    writePlan: text => saveFile(join(folder, PLAN), text),
  };
}

function segmentIn(folder: string, fingerprint: string): string {
  return join(folder, fingerprint + SEGMENT);
}

function reportIn(folder: string, fingerprint: string): string {
  return join(folder, `${fingerprint}.json`);
}

const isTemporary = (name: string) => name.endsWith(TEMPORARY);

/** Does the folder contain anything that another run can resume from? */
function isWorthKeeping(names: readonly string[], outcome: 'complete' | 'interrupted' | 'failed'): boolean {
  return names.some(name => name.endsWith(SEGMENT) || (name === PLAN && outcome === 'interrupted'));
}

/** Returns the report of a shot that is intact in a folder. */
type Look = (folder: string, fingerprint: string) => Promise<ShotReport | undefined>;

/** What a folder contains of a shot. `damaged`: it was finished, but its bytes have changed. */
type Found = { readonly state: 'whole'; readonly report: ShotReport } | { readonly state: 'absent' | 'damaged' };

/** A shot is intact if its report and its segment have the bytes that were written. */
async function lookAt(folder: string, fingerprint: string): Promise<Found> {
  const path = reportIn(folder, fingerprint);
  const report = await readCache(path, shotReportSchema);
  if (!report && (await factsAt(path).catch(() => undefined))?.kind !== 'file') return { state: 'absent' };
  if (report?.fingerprint !== fingerprint) return { state: 'damaged' };
  const segment = segmentIn(folder, fingerprint);
  if ((await sizeOf(segment)) !== report.segmentBytes) return { state: 'damaged' };
  const hash = await cachedHash(segment).catch(() => undefined); // a segment that cannot be read is rendered again
  return hash === report.segmentSha256 ? { state: 'whole', report } : { state: 'damaged' };
}

/** Link or copy a finished shot from another journal's folder. A folder that is removed meanwhile contains none. */
async function takeShot(
  fingerprint: string,
  { from: others, to: folder, whole }: { from: readonly string[]; to: string; whole: Look },
): Promise<ShotReport | undefined> {
  for (const other of others) {
    const report = await whole(other, fingerprint);
    if (!report) continue;
    if (!(await linkOrCopy(segmentIn(other, fingerprint), segmentIn(folder, fingerprint)))) continue;
    await saveFile(reportIn(folder, fingerprint), `${JSON.stringify(report, null, 2)}\n`);
    return report;
  }
  return undefined;
}

/** The names of files that a journal writes: nothing else in its folder is touched. */
const OWN = /^[0-9a-f]{64}(\.mkv|\.json|\.mkv\.flicker)$|^plan\.json$|\.part$/;

function removeOwnFiles(folder: string, which: (name: string, names: readonly string[]) => boolean): Promise<void> {
  return removeFilesIn(folder, (name, names) => OWN.test(name) && which(name, names));
}
