import { join, resolve } from 'node:path';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { makeFolder } from '../../adapters/files/folders.ts';
import { type Lock, lockFolder } from '../../adapters/files/lock.ts';
import { readText } from '../../adapters/files/read-input.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import type { PlanEdit } from '../../media/plan/edit.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { explainIssues, type Settings } from '../../options.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { folderBeside, HISTORY } from '../film/journal.ts';
import { type PlanFilmOptions, planFilm } from '../plan/plan-film.ts';
import { hashFilm } from '../run/hash-film.ts';
import { parseJson } from '../run/read-pipeline.ts';
import { changeHistory, type Edited, type History, type HistoryChange, historySchema, replay, versionIn } from './history.ts';

/**
 * A restorer's project: the folder `<film>.kinemacolor` with history.json (the first plan and every edit since; everything else
 * follows from it), plan.json (the current plan, for `kinemacolor render`), keyframes/ (uploaded pictures, named by their hash)
 * and shots/ (finished shots by fingerprint, so that an edit costs only the shots it changes).
 */
export interface Project {
  readonly folder: string;
  /** The current plan. Never changed in place: a running render is not affected by the next edit. */
  plan(): Plan;
  /** The plan before the first edit. */
  base(): Plan;
  /** Increases with every edit, undo and redo. */
  revision(): number;
  /** How many edits can be undone and redone. */
  depths(): { readonly undo: number; readonly redo: number };
  /**
   * Apply an edit; it is on disk when the promise resolves. Returns the revision. Throws `usage` where it is not possible;
   * nothing changes then.
   */
  edit(edit: PlanEdit): Promise<number>;
  /** Undo the last edit, or redo it. Throws `usage` where there is none. */
  undo(): Promise<number>;
  redo(): Promise<number>;
  /** Go to the state after so many edits, of those made and those undone. Throws `usage` where there are not so many. */
  go(position: number): Promise<number>;
  /** Every edit, and the versions. */
  history(): History;
  /** The plan of a version, or with `now` the current one. Throws `usage` where there is none. */
  version(id: string): Plan;
  /** Give the current state a name. Throws `usage` where another has it. */
  nameVersion(name: string): Promise<number>;
  /** Go back to a version: an edit, which can be undone. Reviews of shots stay as they are. */
  restoreVersion(id: string): Promise<number>;
  /** Remove a version for good; the current state is not changed. */
  removeVersion(id: string): Promise<number>;
  /** Unlock the folder when running changes are on disk. */
  close(): Promise<void>;
}

/** What stands for the project as it is now where a version is named. */
const NOW = 'now';

/**
 * Open the project beside a film, or plan the film and create one. This process holds it until it is closed. Throws `usage`
 * while another process holds it, `source` where the film is no longer the project's.
 */
export async function openProject(film: string, settings: Settings, options: PlanFilmOptions = {}): Promise<Project> {
  const folder = folderBeside(film);
  await probeFilm(resolve(film), await locateFfmpeg(), options.signal, settings.stream); // before a folder is created beside a file that is no film
  const lock = await lockFolder(folder, { doing: `is working on ${folder}`, remedy: 'wait for it' });
  try {
    const path = join(folder, HISTORY);
    const text = await readText(path).catch(() => undefined);
    const history = text === undefined ? await newHistory(film, settings, options) : readHistory(text, path);
    if (text !== undefined && (await hashFilm(resolve(film), options.signal)) !== history.base.source.sha256)
      throw new KinemacolorError('source', `${film} is not the film that ${folder} was made for; move that folder away.`);
    await makeFolder(join(folder, 'keyframes'));
    const project = keepHistory(folder, history, lock);
    if (text === undefined) await project.save();
    return project;
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

async function newHistory(film: string, settings: Settings, options: PlanFilmOptions): Promise<History> {
  return { kinemacolor: 1, revision: 0, base: await planFilm(film, settings, options), edits: [], undone: [] };
}

function readHistory(text: string, path: string): History {
  const parsed = historySchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new KinemacolorError('usage', `The project ${path} is not valid: ${explainIssues(parsed.error)}.`, {
    cause: parsed.error,
  });
}

function keepHistory(folder: string, first: History, lock: Lock): Project & { save(): Promise<void> } {
  const state = { history: first, plan: replay(first.base, first.edits), turn: Promise.resolve() };
  const versions = new Map<string, Plan>();
  const write = async ({ history, plan }: Edited) => {
    await saveFile(join(folder, HISTORY), `${JSON.stringify(history)}\n`);
    await saveFile(join(folder, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  };
  /** One change after the other. A change that fails leaves everything as it was. */
  const change = (what: HistoryChange): Promise<number> => {
    const done = state.turn.then(async () => {
      const made = changeHistory(state, what);
      await write(made);
      state.history = made.history;
      state.plan = made.plan;
      return made.history.revision;
    });
    state.turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };
  return {
    folder,
    plan: () => state.plan,
    base: () => state.history.base,
    history: () => state.history,
    version(id) {
      if (id === NOW) return state.plan;
      const { edits } = versionIn(state.history, id);
      const plan = versions.get(id) ?? replay(state.history.base, edits);
      versions.set(id, plan);
      return plan;
    },
    revision: () => state.history.revision,
    depths: () => ({ undo: state.history.edits.length, redo: state.history.undone.length }),
    save: () => write(state),
    async close() {
      await state.turn;
      await lock.release();
    },
    edit: edit => change({ type: 'edit', edit }),
    undo: () => change({ type: 'undo' }),
    redo: () => change({ type: 'redo' }),
    go: position => change({ type: 'go', position }),
    nameVersion: name => change({ type: 'name', name, made: new Date().toISOString() }),
    removeVersion: id => change({ type: 'forget', id }),
    restoreVersion: id => change({ type: 'restore', id }),
  };
}
