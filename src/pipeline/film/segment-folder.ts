import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { factsAt, sizeOf } from '../../adapters/files/file-facts.ts';
import { makeFolder } from '../../adapters/files/folders.ts';
import { cachedHash, rememberHash } from '../../adapters/files/hash-file.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { readCache } from '../../adapters/files/read-cache.ts';
import { commitPart, publishPart, saveFile, saveNewFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { writing } from '../../system-errors.ts';
import { type ShotReport, shotReportSchema } from '../run/shot-report.ts';

/**
 * A folder of finished shots, to which any number of processes on any number of machines may write at once. A segment and its
 * report are named by the shot's fingerprint, so with another setting, model or source they have another name and a stale shot is
 * never used. Both are written under temporary names, flushed, and published by a link that fails where the name is taken; the
 * report comes last. A shot is finished when its report is there and its segment has the bytes that the report states.
 */
export interface SegmentFolder {
  readonly folder: string;
  /** The path of the segment with this fingerprint, whether or not it exists. */
  segmentPath(fingerprint: string): string;
  /** Create an empty file under a unique name in the folder, for a segment to be written. Throws `output`. */
  newSegment(): Promise<string>;
  /** The report of a finished shot whose segment still has the bytes that were written (by hash); otherwise undefined. */
  finished(fingerprint: string): Promise<ShotReport | undefined>;
  /**
   * Publish the segment in `part`, which must be on the folder's disk, then its report. Where the shot was finished meanwhile by
   * somebody else, `part` is left for the caller to remove. Throws `conflict` where that one has other bytes: the first is kept.
   */
  record(report: ShotReport, part: string): Promise<void>;
}

/** A finished shot is a Matroska file that any player can show. */
export const SEGMENT = '.mkv';
/** The name of its report, in the same folder. */
export const reportName = (fingerprint: string): string => `${fingerprint}.json`;

/** Milliseconds that another writer may need between its segment and its report. */
const REPORT_DELAY = 100;
const REPORT_TRIES = 20;

export interface SegmentFolderOptions {
  /**
   * Folders of other journals (which may be in use, or missing) whose finished shots are used: they are linked, or copied to
   * another disk, on first request.
   */
  readonly others?: readonly string[] | undefined;
  /** Called with a sentence for each finished shot whose bytes have changed since. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** The finished shots in a folder, which exists. */
export function segmentsIn(folder: string, { others = [], warn = () => {} }: SegmentFolderOptions = {}): SegmentFolder {
  const segmentPath = (fingerprint: string) => segmentIn(folder, fingerprint);
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
    record: (report, part) => publishShot(folder, report, part),
  };
}

/** The same for a folder that a user names, which is made where it is missing. Throws `output`. */
export async function madeSegmentFolder(path: string, onProgress: OnProgress | undefined): Promise<SegmentFolder> {
  const folder = resolve(path);
  await makeFolder(folder, { remedy: 'choose another folder with --segments' });
  return segmentsIn(folder, { warn: message => onProgress?.({ type: 'warning', message }) });
}

function segmentIn(folder: string, fingerprint: string): string {
  return join(folder, fingerprint + SEGMENT);
}

function reportIn(folder: string, fingerprint: string): string {
  return join(folder, reportName(fingerprint));
}

/** The files of a finished shot. */
export function filesOfShot(folder: string, fingerprint: string): string[] {
  return [segmentIn(folder, fingerprint), reportIn(folder, fingerprint)];
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

async function publishShot(folder: string, report: ShotReport, part: string): Promise<void> {
  const path = segmentIn(folder, report.fingerprint);
  if (await publishPart(part, path)) await rememberHash(path, report.segmentSha256);
  else if ((await cachedHash(path).catch(() => undefined)) !== report.segmentSha256) {
    const other = await reportedBy(folder, report.fingerprint);
    if (other.state === 'whole') throw conflict(path);
    await commitPart(part, path); // damaged, or left by a writer that died before its report
    await rememberHash(path, report.segmentSha256);
  }
  await publishReport(folder, report);
}

/** The first report stays, unless its shot is damaged. */
async function publishReport(folder: string, report: ShotReport): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  const path = reportIn(folder, report.fingerprint);
  if (await saveNewFile(path, text)) return;
  const found = await lookAt(folder, report.fingerprint);
  if (found.state !== 'whole') await saveFile(path, text);
  else if (found.report.segmentSha256 !== report.segmentSha256) throw conflict(segmentIn(folder, report.fingerprint));
}

/** What there is of a shot, once its other writer has had the time to write its report. */
async function reportedBy(folder: string, fingerprint: string): Promise<Found> {
  for (let tries = 0; tries < REPORT_TRIES; tries++) {
    const found = await lookAt(folder, fingerprint);
    if (found.state !== 'absent') return found;
    await wait(REPORT_DELAY);
  }
  return { state: 'absent' };
}

function conflict(path: string): KinemacolorError {
  return new KinemacolorError(
    'conflict',
    `${path} was finished by another machine with other bytes than were rendered here; it is kept. One of the two machines computes wrongly or differently: compare them with "kinemacolor doctor".`,
  );
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
