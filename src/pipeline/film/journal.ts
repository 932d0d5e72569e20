import { join, resolve } from 'node:path';
import { isFolder, namesIn, removeFilesIn } from '../../adapters/files/folders.ts';
import { lockFolder } from '../../adapters/files/lock.ts';
import { readCache } from '../../adapters/files/read-cache.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { SEGMENT, type SegmentFolder, type SegmentFolderOptions, segmentsIn } from './segment-folder.ts';

/** The folder of finished shots of one run, locked against all others. `kill -9` at any moment leaves of each shot all or nothing. */
export interface Journal extends SegmentFolder {
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

const TEMPORARY = '.part';
const PLAN = 'plan.json';
/** A project's history (see `project`): a folder that contains it is not a journal. */
export const HISTORY = 'history.json';

/**
 * Open or create the journal's folder. Throws `usage` while another running process holds it, `output` where it cannot be
 * written.
 */
export async function openJournal(folder: string, options: SegmentFolderOptions = {}): Promise<Journal> {
  const lock = await lockFolder(folder, { doing: `is writing ${folder}` });
  try {
    if ((await namesIn(folder)).includes(HISTORY))
      throw new KinemacolorError('usage', `${folder} is a film's project; choose another output.`);
    await removeOwnFiles(folder, isTemporary).catch(() => undefined); // leftovers do no harm
  } catch (cause) {
    await lock.release();
    throw cause;
  }
  return {
    ...segmentsIn(folder, options),
    discard: () => removeOwnFiles(folder, () => true).finally(() => lock.release()),
    release: outcome =>
      removeOwnFiles(folder, (name, names) => isTemporary(name) || !isWorthKeeping(names, outcome)).finally(() => lock.release()),
    readPlan: () => readCache(join(folder, PLAN), planSchema),
    writePlan: text => saveFile(join(folder, PLAN), text),
  };
}

const isTemporary = (name: string) => name.endsWith(TEMPORARY);

/** Does the folder contain anything that another run can resume from? */
function isWorthKeeping(names: readonly string[], outcome: 'complete' | 'interrupted' | 'failed'): boolean {
  return names.some(name => name.endsWith(SEGMENT) || (name === PLAN && outcome === 'interrupted'));
}

/** The names of files that a journal writes: nothing else in its folder is touched. */
const OWN = /^[0-9a-f]{64}(\.mkv|\.json|\.mkv\.flicker)$|^plan\.json$|\.part$/;

function removeOwnFiles(folder: string, which: (name: string, names: readonly string[]) => boolean): Promise<void> {
  return removeFilesIn(folder, (name, names) => OWN.test(name) && which(name, names));
}

/** Remove the finished shots beside an output. A project, or a journal in use, stays. */
export async function discardJournal(output: string): Promise<void> {
  const folder = folderBeside(output);
  if (!(await isFolder(folder))) return;
  const journal = await openJournal(folder).catch(() => undefined);
  await journal?.discard();
}
