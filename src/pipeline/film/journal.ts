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
 * What counts as done. A shot is done when its report lies in the journal's folder: the report is written after the segment, each to a
 * temporary name, flushed to disk, then renamed, so that `kill -9` at any moment leaves either nothing or the whole. Reports are found by
 * the shot's fingerprint: another setting, model or source is another name, and a stale shot is never taken.
 */
export interface Journal {
  readonly folder: string;
  /** Where the segment of this fingerprint is or will be. */
  segmentPath(fingerprint: string): string;
  /** Make an empty file in the folder, under a name that nobody else has, to write a segment to before it is done. Throws `output`. */
  newSegment(): Promise<string>;
  /** The report of a finished shot whose segment still holds the bytes that were written, by their hash; undefined where there is none. */
  finished(fingerprint: string): Promise<ShotReport | undefined>;
  /** Flush the segment written to `part`, on the folder's disk, give it its name, then write its report. */
  record(report: ShotReport, part: string): Promise<void>;
  /** Remove everything that journals write, and the folder where nothing else lies in it; for a run that is complete. */
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
const PLAN = 'plan.json';
/** A project's one truth (see `project`): a folder that holds it is no journal's. */
export const HISTORY = 'history.json';

export interface JournalOptions {
  /** Folders of other journals (which may be in use, or not there) whose finished shots are taken: linked, or copied to another disk, when first asked for. */
  readonly others?: readonly string[] | undefined;
  /** Is told, a sentence each, of finished shots that are no longer what was written. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Open or make the journal's folder. Throws `usage` while another living run holds the folder, `output` where it cannot be written. */
export async function openJournal(folder: string, { others = [], warn = () => {} }: JournalOptions = {}): Promise<Journal> {
  const lock = await lockFolder(folder, { doing: `is writing ${folder}` });
  try {
    if ((await namesIn(folder)).includes(HISTORY))
      throw new KinemacolorError('usage', `${folder} is a film's project; choose another output.`);
    await removeOwnFiles(folder, isTemporary).catch(() => undefined); // what is left there does no harm
  } catch (cause) {
    await lock.release();
    throw cause;
  }
  const segmentPath = (fingerprint: string) => segmentIn(folder, fingerprint);
  const reportPath = (fingerprint: string) => reportIn(folder, fingerprint);
  const reported = new Set<string>();
  const whole: Look = async (place, fingerprint) => {
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
      takeShot(fingerprint, { from: others, to: folder, whole }).finally(() => running.delete(fingerprint));
    running.set(fingerprint, found);
    return found;
  };
  return {
    folder,
    segmentPath,
    newSegment: () => writing(folder, () => createPart(folder)),
    finished: async fingerprint => (await whole(folder, fingerprint)) ?? (await takeOnce(fingerprint)),
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

/** Is there anything in a folder of these names that a next run can go on from? */
function isWorthKeeping(names: readonly string[], outcome: 'complete' | 'interrupted' | 'failed'): boolean {
  return names.some(name => name.endsWith(SEGMENT) || (name === PLAN && outcome === 'interrupted'));
}

/** The report of a shot of a folder, where it is whole. */
type Look = (folder: string, fingerprint: string) => Promise<ShotReport | undefined>;

/** What a folder holds of a shot. `damaged`: it was finished, and is no longer what was written. */
type Found = { readonly state: 'whole'; readonly report: ShotReport } | { readonly state: 'absent' | 'damaged' };

/** A shot is whole where its report and its segment are, byte for byte, what was written. */
async function lookAt(folder: string, fingerprint: string): Promise<Found> {
  const path = reportIn(folder, fingerprint);
  const report = await readCache(path, shotReportSchema);
  if (!report && (await factsAt(path).catch(() => undefined))?.kind !== 'file') return { state: 'absent' };
  if (report?.fingerprint !== fingerprint) return { state: 'damaged' };
  const segment = segmentIn(folder, fingerprint);
  if ((await sizeOf(segment)) !== report.segmentBytes) return { state: 'damaged' };
  const hash = await cachedHash(segment).catch(() => undefined); // one that cannot be read is rendered again
  return hash === report.segmentSha256 ? { state: 'whole', report } : { state: 'damaged' };
}

/** Bring a finished shot here from another journal's folder. A folder that goes away meanwhile holds none. */
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

/** What a journal writes: nothing else in its folder is touched. */
const OWN = /^[0-9a-f]{64}(\.mkv|\.json|\.mkv\.flicker)$|^plan\.json$|\.part$/;

function removeOwnFiles(folder: string, which: (name: string, names: readonly string[]) => boolean): Promise<void> {
  return removeFilesIn(folder, (name, names) => OWN.test(name) && which(name, names));
}
