import { resolve } from 'node:path';
import type { Existing } from '../../adapters/files/output-guard.ts';
import { folderFiles } from '../../adapters/files/shared-files.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress } from '../../progress.ts';
import { type ColorShotDecoder, openColorShotDecoder } from '../../stages/decode/color-shot-decoder.ts';
import { type FrameShelf, openFrameShelf } from '../../stages/decode/frame-shelf.ts';
import { folderBeside, openJournal, shotsFolder } from '../film/journal.ts';
import { gatherWarnings } from '../run/gather-warnings.ts';
import { guardFilmOf } from '../run/guard-film.ts';
import { openRenderContext, type RenderContext } from '../run/render-context.ts';
import type { ShotReport } from '../run/shot-report.ts';
import { openFingerprints, openFinishedShots, readBench, saveBench } from './finished-shots.ts';
import { openFlickerCache } from './flicker-cache.ts';
import { type KeyframePictures, openKeyframePictures } from './keyframe-pictures.ts';
import type { Project } from './project.ts';
import { IDLE, type Keeper, type KeeperEvent, keep, type RenderMode, type RenderScope } from './render-keeper.ts';
import { isCurrent, isThere, renderProject } from './render-project.ts';
import { openShotProxies, type ShotProxies } from './shot-proxies.ts';

/** A project and everything that rendering it needs, kept open between edits: the model and the threads are started once. */
export interface EditingSession {
  readonly project: Project;
  readonly context: RenderContext;
  /** Rises with everything that can be seen of the project: edits, renders that begin, go on and end. */
  serial(): number;
  /** Decides when shots are rendered, and which. */
  keeper(): Keeper;
  /** The shots that a render is working on now. */
  rendering(): ReadonlySet<number>;
  /** The fingerprint of a shot as the plan now says it. */
  planned(number: number): string;
  /** `shotLook` of a shot as the plan now says it. */
  look(number: number): string;
  /** The fingerprint of a shot as a plan says it. */
  fingerprint(plan: Plan, number: number): string;
  /**
   * The fingerprint of the finished shot that is shown for a shot: the planned one, or what was rendered last; undefined where
   * there is none.
   */
  shown(number: number): Promise<string | undefined>;
  /** The report of a finished shot. */
  report(fingerprint: string): Promise<ShotReport | undefined>;
  segment(fingerprint: string): string;
  /**
   * The film that renders write, and whether it is what the plan says: `none` was written yet, or what was is gone or changed by
   * another.
   */
  output(): Promise<{ readonly path: string; readonly state: 'none' | 'current' | 'outdated' }>;
  /** Frames of the source, and of finished shots. */
  readonly frames: FrameShelf;
  readonly segments: ColorShotDecoder;
  /** Keyframes as planned. */
  readonly keyframes: KeyframePictures;
  /** Finished shots to be played. */
  readonly proxies: ShotProxies;
  /**
   * Chroma flicker of each frame of a shot (see `shotFlicker`), measured on first request and kept; undefined where the shot is
   * not rendered.
   */
  flicker(number: number): Promise<readonly number[] | undefined>;
  /** Make a change of the project, and render what it touched when that is wanted. */
  change(make: () => Promise<number>): Promise<number>;
  /** Render; what is asked for while a render runs follows it. */
  render(scope: RenderScope): void;
  stop(): void;
  setMode(mode: RenderMode): void;
  close(): Promise<void>;
}

export interface EditingSessionOptions {
  readonly output: string;
  readonly existing?: Existing | undefined;
  readonly workers?: number | undefined;
  /** Called with the events of a render; the last one is `done` or `render-failed`. */
  readonly onProgress?: OnProgress | undefined;
  /** Called when `serial` has risen. */
  readonly onChange?: (() => void) | undefined;
  /** Whether a page is open. Without one, nothing is rendered automatically. Default: no page. */
  readonly watched?: (() => boolean) | undefined;
}

/** Rest after a change before it is rendered, in milliseconds: several dots in a row are one render. */
const REST = 700;

/** Open a project for editing. Throws `usage` while another process holds it, `output` where the film cannot be written. */
export async function openEditingSession(project: Project, requested: EditingSessionOptions): Promise<EditingSession> {
  const { watch } = gatherWarnings(requested.onProgress);
  const options = { ...requested, onProgress: watch };
  const warn = (message: string) => watch({ type: 'warning', message });
  const context = await openRenderContext(project.plan(), { workers: options.workers, model: 'always' });
  try {
    await guardFilmOf(project.plan(), options.output, { ffmpeg: context.ffmpeg, existing: options.existing });
    const journal = await openJournal(shotsFolder(project.folder), { others: [folderFiles(folderBeside(options.output))], warn });
    const saved = await readBench(project.folder);
    return await sessionOf({ project, context, journal, saved }, options);
  } catch (cause) {
    await context.close();
    throw cause;
  }
}

interface Parts {
  readonly project: Project;
  readonly context: RenderContext;
  readonly journal: Awaited<ReturnType<typeof openJournal>>;
  readonly saved: Awaited<ReturnType<typeof readBench>>;
}

async function sessionOf({ project, context, journal, saved }: Parts, options: EditingSessionOptions): Promise<EditingSession> {
  const finished = openFinishedShots(journal, context.engine, saved.last);
  const looks = openFingerprints({});
  const flickerCache = openFlickerCache(context, journal);
  const proxies = openShotProxies(project.folder, context, journal.segmentPath);
  const frames = openFrameShelf(context.film, context.ffmpeg, context.times);
  const segments = openColorShotDecoder(context.ffmpeg);
  const output = resolve(options.output);
  const state = {
    serial: 0,
    keeper: { ...IDLE, mode: saved.mode } as Keeper,
    /** Shots that differ from what was rendered of them. */
    touched: new Set<number>(),
    running: new Set<number>(),
    stop: new AbortController(),
    run: Promise.resolve(),
    timer: undefined as NodeJS.Timeout | undefined,
  };
  const changed = () => {
    state.serial++;
    options.onChange?.();
  };
  const plannedOf = (plan: Plan) => plan.shots.map((_, number) => finished.planned(plan, number));
  const send = (event: KeeperEvent) => {
    const { keeper, order } = keep(state.keeper, event);
    state.keeper = keeper;
    if (order === 'rest') rest();
    if (order === 'start') state.run = run();
    if (order === 'stop') state.stop.abort();
    changed();
  };
  const rest = () => {
    clearTimeout(state.timer);
    // Whoever comes back finds what is rested, not yet rendered, and it begins.
    state.timer = setTimeout(() => (options.watched?.() ? send({ type: 'rested' }) : rest()), REST).unref();
  };
  const run = async (): Promise<void> => {
    const plan = project.plan();
    const { scope } = state.keeper;
    state.stop = new AbortController();
    const onProgress: OnProgress = event => {
      if (event.type === 'shot-start') state.running.add(event.shot);
      if (event.type === 'shot-done') {
        state.running.delete(event.shot);
        const fingerprint = finished.planned(plan, event.shot);
        finished.note(event.shot, fingerprint);
        if (finished.planned(project.plan(), event.shot) === fingerprint) state.touched.delete(event.shot);
      }
      options.onProgress?.(event);
      if (event.type === 'shot-start' || (event.type === 'shot-done' && !event.reused)) changed();
    };
    const touched = [...state.touched].sort((a, b) => a - b);
    const { signal } = state.stop;
    const how = { ...options, output, signal, onProgress, touched, scope, written: saved.film };
    const end = await renderProject(plan, { context, journal, finished }, how).then(
      ({ written, done }) => {
        saved.film = written;
        return { outcome: 'done', event: done } as const;
      },
      cause => {
        const outcome = cause instanceof KinemacolorError && cause.kind === 'interrupted' ? 'stopped' : 'failed';
        return { outcome, event: { type: 'render-failed', message: (cause as Error).message } } as const;
      },
    );
    state.running.clear();
    const unsaved = await saveBench(project.folder, saved).then(
      () => undefined,
      cause => cause as Error,
    );
    if (unsaved) options.onProgress?.({ type: 'warning', message: unsaved.message });
    const goesOn = state.keeper.next !== 'nothing';
    // The end is reported when the next render can be requested: a listener may do so at once.
    send({ type: 'ended', outcome: end.outcome });
    if (end.event && !(goesOn && end.outcome === 'stopped')) options.onProgress?.(end.event);
  };
  // What was edited and not rendered, perhaps since this process was killed, goes on; what never was touched waits to be asked
  // for.
  const unedited = plannedOf(project.base());
  for (const [number, fingerprint] of plannedOf(project.plan()).entries()) {
    if (await finished.report(fingerprint)) saved.last.set(number, fingerprint);
    else if (saved.last.has(number) || fingerprint !== unedited[number]) state.touched.add(number);
  }
  await proxies.keepOnly(new Set(saved.last.values())).catch(() => undefined); // what is left does no harm
  if (state.touched.size > 0) send({ type: 'changed', touches: 'other' });
  return {
    project,
    context,
    frames,
    segments,
    keyframes: openKeyframePictures(context),
    proxies,
    serial: () => state.serial,
    keeper: () => state.keeper,
    rendering: () => state.running,
    planned: number => finished.planned(project.plan(), number),
    look: number => looks(project.plan(), number),
    fingerprint: finished.planned,
    shown: number => finished.shown(project.plan(), number),
    report: finished.report,
    segment: journal.segmentPath,
    async output() {
      const { film } = saved;
      if (film?.path !== output) return { path: output, state: 'none' };
      // While it is written anew it is another than was noted.
      if (!(await isThere(film))) return { path: output, state: state.keeper.phase === 'rendering' ? 'outdated' : 'none' };
      const current = await isCurrent(film, finished.whole(project.plan()), output);
      return { path: output, state: current ? 'current' : 'outdated' };
    },
    async flicker(number) {
      const found = await finished.report(finished.planned(project.plan(), number));
      return found && flickerCache.flicker(found.fingerprint, project.plan().shots[number]!);
    },
    async change(make) {
      const before = plannedOf(project.plan());
      const revision = await make();
      const after = plannedOf(project.plan());
      const moved = after.flatMap((fingerprint, number) => (fingerprint === before[number] ? [] : [number]));
      for (const number of moved) {
        if (await finished.report(after[number]!)) state.touched.delete(number);
        else state.touched.add(number);
      }
      if (moved.length === 0) changed();
      else send({ type: 'changed', touches: moved.some(number => state.running.has(number)) ? 'running' : 'other' });
      return revision;
    },
    render: scope => send({ type: 'asked', scope }),
    stop: () => send({ type: 'stop' }),
    setMode(mode) {
      saved.mode = mode;
      void saveBench(project.folder, saved).catch(() => undefined); // the next session asks again
      send({ type: 'mode', mode, touched: state.touched.size > 0 ? 'some' : 'none' });
    },
    async close() {
      clearTimeout(state.timer);
      state.keeper = { ...state.keeper, next: 'nothing' };
      state.stop.abort();
      await state.run;
      await saveBench(project.folder, saved).catch(() => undefined); // what was rendered is found again by its fingerprint
      await Promise.all([flickerCache.close(), proxies.close(), frames.close(), segments.close()]);
      await journal.release('interrupted').finally(() => context.close());
    },
  };
}
