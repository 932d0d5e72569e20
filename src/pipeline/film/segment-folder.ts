import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createPart } from '../../adapters/files/parts.ts';
import { parsedCache } from '../../adapters/files/read-cache.ts';
import { folderFiles, type SharedFiles } from '../../adapters/files/shared-files.ts';
import { KinemacolorError } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { type ShotReport, shotReportSchema } from '../run/shot-report.ts';

/**
 * A place of finished shots, to which any number of processes on any number of machines may write at once. A segment and its
 * report are named by the shot's fingerprint, so with another setting, model or source they have another name and a stale shot is
 * never used. Both are written under temporary names in a folder, flushed, and published so that it fails where the name is taken
 * (by a link, or by If-None-Match in a bucket); the report comes last. A shot is finished when its report is there and its segment
 * has the bytes that the report states.
 */
export interface SegmentFolder {
  /** Of temporary files, and of segments on this machine. */
  readonly folder: string;
  /** Where finished shots are, for messages. */
  readonly address: string;
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
   * Other places (which may be in use, or missing) whose finished shots are used: they are linked, or copied, on first request.
   */
  readonly others?: readonly SharedFiles[] | undefined;
  /** Called with a sentence for each finished shot whose bytes have changed since. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** The finished shots in a folder, which exists. */
export function segmentsIn(folder: string, { others = [], warn = () => {} }: SegmentFolderOptions = {}): SegmentFolder {
  const files = folderFiles(folder);
  const intactShot = warningLook(warn);
  const running = new Map<string, Promise<ShotReport | undefined>>();
  const takeOnce = (fingerprint: string) => {
    const found =
      running.get(fingerprint) ??
      takeShot(fingerprint, { from: others, to: files, whole: intactShot }).finally(() => running.delete(fingerprint));
    running.set(fingerprint, found);
    return found;
  };
  return {
    ...publishedIn(files, folder),
    finished: async fingerprint => (await intactShot(files, fingerprint)) ?? (await takeOnce(fingerprint)),
  };
}

/** The finished shots in a place that is written to. `folder`: of temporary files; it exists. */
export function publishedIn(files: SharedFiles, folder: string, warn: SegmentFolderOptions['warn'] = () => {}): SegmentFolder {
  const intactShot = warningLook(warn);
  return {
    folder,
    address: files.address,
    segmentPath: fingerprint => join(folder, segmentName(fingerprint)),
    newSegment: () => writing(folder, () => createPart(folder)),
    finished: fingerprint => intactShot(files, fingerprint),
    record: (report, part) => publishShot(files, report, part),
  };
}

/** The names of the files of a finished shot. */
export function namesOfShot(fingerprint: string): string[] {
  return [segmentName(fingerprint), reportName(fingerprint)];
}

const segmentName = (fingerprint: string) => fingerprint + SEGMENT;

/** Returns the report of a shot that is intact in a place. */
type Look = (files: SharedFiles, fingerprint: string) => Promise<ShotReport | undefined>;

/** Warns once of each shot whose bytes have changed. */
function warningLook(warn: (message: string) => void): Look {
  const reported = new Set<string>();
  return async (files, fingerprint) => {
    const found = await lookAt(files, fingerprint);
    if (found.state === 'whole') return found.report;
    const address = files.addressOf(segmentName(fingerprint));
    if (found.state === 'absent' || reported.has(address)) return undefined;
    reported.add(address);
    warn(`The finished shot ${address} is no longer what was written: it is not used.`);
    return undefined;
  };
}

/** What a place contains of a shot. `damaged`: it was finished, but its bytes have changed. */
type Found = { readonly state: 'whole'; readonly report: ShotReport } | { readonly state: 'absent' | 'damaged' };

const contentOf = ({ segmentBytes, segmentSha256 }: ShotReport) => ({ bytes: segmentBytes, sha256: segmentSha256 });

const textOf = (report: ShotReport) => `${JSON.stringify(report, null, 2)}\n`;

/** A shot is intact if its report and its segment have the bytes that were written. */
async function lookAt(files: SharedFiles, fingerprint: string): Promise<Found> {
  const text = await files.readText(reportName(fingerprint));
  if (text === undefined) return { state: 'absent' };
  const report = parsedCache(text, shotReportSchema);
  if (report?.fingerprint !== fingerprint) return { state: 'damaged' };
  const whole = await files.holds(segmentName(fingerprint), contentOf(report));
  return whole ? { state: 'whole', report } : { state: 'damaged' };
}

async function publishShot(files: SharedFiles, report: ShotReport, path: string): Promise<void> {
  const name = segmentName(report.fingerprint);
  const part = { path, ...contentOf(report) };
  if (!(await files.publish(name, part)) && !(await files.holds(name, part))) {
    const other = await reportedBy(files, report.fingerprint);
    if (other.state === 'whole') throw conflict(files, report.fingerprint);
    await files.replace(name, part); // damaged, or left by a writer that died before its report
  }
  await publishReport(files, report);
}

/** The first report stays, unless its shot is damaged. */
async function publishReport(files: SharedFiles, report: ShotReport): Promise<void> {
  const { fingerprint } = report;
  if (await files.publish(reportName(fingerprint), textOf(report))) return;
  const found = await lookAt(files, fingerprint);
  if (found.state !== 'whole') await files.replace(reportName(fingerprint), textOf(report));
  else if (found.report.segmentSha256 !== report.segmentSha256) throw conflict(files, fingerprint);
}

/** What there is of a shot, once its other writer has had the time to write its report. */
async function reportedBy(files: SharedFiles, fingerprint: string): Promise<Found> {
  for (let tries = 0; tries < REPORT_TRIES; tries++) {
    const found = await lookAt(files, fingerprint);
    if (found.state !== 'absent') return found;
    await wait(REPORT_DELAY);
  }
  return { state: 'absent' };
}

function conflict(files: SharedFiles, fingerprint: string): KinemacolorError {
  return new KinemacolorError(
    'conflict',
    `${files.addressOf(segmentName(fingerprint))} was finished by another machine with other bytes than were rendered here; it is kept. One of the two machines computes wrongly or differently: compare them with "kinemacolor doctor".`,
  );
}

/** Link or copy a finished shot from another place. A folder that is removed meanwhile contains none. */
async function takeShot(
  fingerprint: string,
  { from: others, to: files, whole }: { from: readonly SharedFiles[]; to: SharedFiles; whole: Look },
): Promise<ShotReport | undefined> {
  const name = segmentName(fingerprint);
  for (const other of others) {
    const report = await whole(other, fingerprint);
    if (!report || !(await other.copyTo(name, files.addressOf(name), contentOf(report)))) continue;
    await files.replace(reportName(fingerprint), textOf(report));
    return report;
  }
  return undefined;
}
