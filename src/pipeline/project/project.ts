import { join, resolve } from 'node:path';
import { z } from 'zod';
import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { makeFolder } from '../../adapters/files/folders.ts';
import { type Lock, lockFolder } from '../../adapters/files/lock.ts';
import { readText } from '../../adapters/files/read-input.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Edit, recordedEditSchema } from '../../media/plan/edit.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import { explainIssues, type Settings } from '../../options.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { folderBeside, HISTORY } from '../film/journal.ts';
import { type PlanFilmOptions, planFilm } from '../plan/plan-film.ts';
import { hashFilm } from '../run/hash-film.ts';
import { parseJson } from '../run/read-pipeline.ts';
import { applyEdit } from './apply-edit.ts';

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
  edit(edit: Edit): Promise<number>;
  /** Undo the last edit, or redo it. Throws `usage` where there is none. */
  undo(): Promise<number>;
  redo(): Promise<number>;
  /** Unlock the folder when running changes are on disk. */
  close(): Promise<void>;
}

const historySchema = z.strictObject({
  kinemacolor: z.literal(1),
  revision: z.int().min(0),
  base: planSchema,
  edits: z.array(recordedEditSchema),
  undone: z.array(recordedEditSchema),
});
type History = z.output<typeof historySchema>;

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
  const state = { history: first, plan: first.edits.reduce(applyEdit, first.base), turn: Promise.resolve() };
  const write = async (history: History, plan: Plan) => {
    await saveFile(join(folder, HISTORY), `${JSON.stringify(history)}\n`);
    await saveFile(join(folder, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  };
  /** One change after the other. A change that fails leaves everything as it was. */
  const change = (make: (history: History) => { history: Omit<History, 'revision'>; plan: Plan }): Promise<number> => {
    const done = state.turn.then(async () => {
      const made = make(state.history);
      const history = { ...made.history, revision: state.history.revision + 1 };
      await write(history, made.plan);
      state.history = history;
      state.plan = made.plan;
      return history.revision;
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
    revision: () => state.history.revision,
    depths: () => ({ undo: state.history.edits.length, redo: state.history.undone.length }),
    save: () => write(state.history, state.plan),
    async close() {
      await state.turn;
      await lock.release();
    },
    edit: edit =>
      change(history => ({
        history: { ...history, edits: [...history.edits, named(edit, history.revision + 1)], undone: [] },
        plan: applyEdit(state.plan, named(edit, history.revision + 1)),
      })),
    undo: () =>
      change(history => {
        const last = history.edits.at(-1);
        if (!last) throw new KinemacolorError('usage', 'There is no edit to undo.');
        const edits = history.edits.slice(0, -1);
        const plan = edits.reduce(applyEdit, history.base);
        return { history: { ...history, edits, undone: [...history.undone, last] }, plan };
      }),
    redo: () =>
      change(history => {
        const next = history.undone.at(-1);
        if (!next) throw new KinemacolorError('usage', 'There is no edit to make again.');
        const undone = history.undone.slice(0, -1);
        return { history: { ...history, edits: [...history.edits, next], undone }, plan: applyEdit(state.plan, next) };
      }),
  };
}

/** A hint is known by the revision that it came with, for good: made again after an undo it is the same one. */
function named(edit: Edit, revision: number): Edit {
  const withId = <Some extends Edit>(one: Some, id: string): Some =>
    one.kind === 'hint-add' ? { ...one, hint: { ...one.hint, id } } : one;
  if (edit.kind !== 'batch') return withId(edit, `h${revision}`);
  return { ...edit, edits: edit.edits.map((one, place) => withId(one, `h${revision}-${place}`)) };
}
