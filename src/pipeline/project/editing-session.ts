import { join } from 'node:path';
import { z } from 'zod';
import { lockFolder } from '../../adapters/files/lock.ts';
import type { Existing } from '../../adapters/files/output-guard.ts';
import { readCache } from '../../adapters/files/read-cache.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, type PlannedShot, shotFingerprint } from '../../media/plan/plan.ts';
import type { OnProgress, ProgressEvent } from '../../progress.ts';
import { type ColorShotDecoder, openColorShotDecoder } from '../../stages/decode/color-shot-decoder.ts';
import { openShotDecoder } from '../../stages/decode/shot-decoder.ts';
import { folderBeside, type Journal, openJournal, shotsFolder } from '../film/journal.ts';
import { renderAndAssemble } from '../film/render-and-assemble.ts';
import { shotFlicker } from '../measure/shot-flicker.ts';
import { gatherWarnings } from '../run/gather-warnings.ts';
import { guardFilm } from '../run/guard-film.ts';
import { openRenderContext, type RenderContext } from '../run/render-context.ts';
import { inputsOfPlan } from '../run/run-inputs.ts';
import type { ShotReport } from '../run/shot-report.ts';
import type { Project } from './project.ts';

/** A project with everything that rendering it needs, held open between edits: the model's session and the threads are started once. */
export interface EditingSession {
  readonly project: Project;
  readonly context: RenderContext;
  /** The shots that a render is working on now; undefined while none runs. */
  rendering(): ReadonlySet<number> | undefined;
  /** The report of a shot as the plan now says it, where it is rendered; else undefined. */
  report(number: number): Promise<ShotReport | undefined>;
  /** Frames of segments. */
  readonly shown: ColorShotDecoder;
  /** The segment of a shot as it was last rendered, perhaps before later edits; undefined where it never was. */
  lastSegment(number: number): string | undefined;
  /** Chroma flicker of each frame of a shot (see `shotFlicker`), measured when first asked for and kept; undefined where the shot is not rendered. */
  flicker(number: number): Promise<readonly number[] | undefined>;
  /** Render the shots that the plan's edits touched, then the film. One at a time: a second call while one runs starts nothing. */
  render(): 'started' | 'running';
  stop(): void;
  close(): Promise<void>;
}

export interface EditingSessionOptions {
  readonly output: string;
  readonly existing?: Existing | undefined;
  readonly workers?: number | undefined;
  /** Hears what a render does; ends with `done` or `render-failed`. */
  readonly onProgress?: OnProgress | undefined;
}

/** Open a project for work. Throws `usage` while another process holds it, `output` where the film could not be written. */
export async function openEditingSession(project: Project, requested: EditingSessionOptions): Promise<EditingSession> {
  const { watch } = gatherWarnings(requested.onProgress);
  const options = { ...requested, onProgress: watch };
  const warn = (message: string) => watch({ type: 'warning', message });
  const context = await openRenderContext(project.plan(), { workers: options.workers, model: 'always' });
  try {
    await placeOf(project.plan(), context, options);
    const journal = await openJournal(shotsFolder(project.folder), { others: [folderBeside(options.output)], warn });
    const last = await readLast(project.folder);
    for (const number of project.plan().shots.keys()) {
      const finished = await journal.finished(shotFingerprint(project.plan(), number, context.engine));
      if (finished) last.set(number, finished.fingerprint);
    }
    return await sessionOf({ project, context, journal, last }, options);
  } catch (cause) {
    await context.close();
    throw cause;
  }
}

interface Parts {
  readonly project: Project;
  readonly context: RenderContext;
  readonly journal: Journal;
  /** By shot, the fingerprint it was last rendered with. */
  readonly last: Map<number, string>;
}

const lastSchema = z.array(z.tuple([z.int().min(0), z.string()]));

async function readLast(folder: string): Promise<Map<number, string>> {
  return new Map(await readCache(join(folder, 'rendered.json'), lastSchema));
}

async function sessionOf(parts: Parts, options: EditingSessionOptions): Promise<EditingSession> {
  const { project, context, journal, last } = parts;
  const state: { run: Promise<void> | undefined; shots: Set<number>; stop: AbortController } = {
    run: undefined,
    shots: new Set(),
    stop: new AbortController(),
  };
  const report = (number: number) => journal.finished(shotFingerprint(project.plan(), number, context.engine));
  const measured = openFlickerCache(parts);
  const shown = openColorShotDecoder(context.ffmpeg);
  return {
    project,
    context,
    shown,
    async flicker(number) {
      const found = await report(number);
      return found && measured.flicker(found.fingerprint, project.plan().shots[number]!);
    },
    rendering: () => (state.run ? state.shots : undefined),
    report,
    lastSegment: number => (last.has(number) ? journal.segmentPath(last.get(number)!) : undefined),
    render() {
      if (state.run) return 'running';
      state.stop = new AbortController();
      // The end is told when the next render can be asked for: whoever hears it may do so at once.
      const finish = (event: ProgressEvent) => {
        state.run = undefined;
        state.shots.clear();
        options.onProgress?.(event);
      };
      state.run = renderFilm(project.plan(), parts, { ...options, shots: state.shots, signal: state.stop.signal }).then(
        finish,
        cause => finish({ type: 'render-failed', message: (cause as Error).message }),
      );
      return 'started';
    },
    stop: () => state.stop.abort(),
    async close() {
      state.stop.abort();
      await Promise.all([state.run, measured.close(), shown.close()]);
      await journal.release('interrupted').finally(() => context.close());
    },
  };
}

/** What was measured of finished shots, beside their segments. */
function openFlickerCache({ context, journal }: Parts) {
  const running = new Map<string, Promise<readonly number[]>>();
  const closing = new AbortController();
  const measure = async (fingerprint: string, shot: PlannedShot): Promise<readonly number[]> => {
    const segment = journal.segmentPath(fingerprint);
    const path = `${segment}.flicker`;
    const kept = await readCache(path, z.array(z.number()));
    if (kept) return kept;
    const flicker = await shotFlicker(segment, shot, context, closing.signal);
    await saveFile(path, JSON.stringify(flicker));
    return flicker;
  };
  return {
    flicker(fingerprint: string, shot: PlannedShot): Promise<readonly number[]> {
      const found = running.get(fingerprint) ?? measure(fingerprint, shot).finally(() => running.delete(fingerprint));
      running.set(fingerprint, found);
      return found;
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running.values());
    },
  };
}

/** Where the film goes. Throws where it may not. */
async function placeOf(plan: Plan, { ffmpeg }: RenderContext, { output, existing }: EditingSessionOptions) {
  return guardFilm(output, { inputs: await inputsOfPlan(plan), existing, ffmpeg });
}

async function renderFilm(
  plan: Plan,
  { project, context, journal, last }: Parts,
  options: EditingSessionOptions & { shots: Set<number>; signal: AbortSignal },
): Promise<ProgressEvent> {
  const started = performance.now();
  const { signal, shots } = options;
  // Whoever else writes this film ("colorize", "render") takes the same lock.
  const lock = await lockFolder(folderBeside(options.output), {
    doing: `is writing ${options.output}`,
    remedy: 'wait for it and render again',
  });
  const decoder = openShotDecoder(context.film, context.ffmpeg, signal); // a render that is stopped leaves its decoder in mid-film
  const onProgress: OnProgress = event => {
    if (event.type === 'shot-start') shots.add(event.shot);
    if (event.type === 'shot-done') {
      shots.delete(event.shot);
      last.set(event.shot, shotFingerprint(plan, event.shot, context.engine));
    }
    options.onProgress?.(event);
  };
  try {
    const place = await placeOf(plan, context, options);
    const session = { context: { ...context, decoder }, journal };
    return (await renderAndAssemble(plan, place, session, { signal, onProgress, started })).done;
  } catch (cause) {
    if (cause instanceof KinemacolorError && cause.kind === 'interrupted')
      throw new KinemacolorError('interrupted', 'The render was stopped; what is finished is kept.', { cause });
    throw cause;
  } finally {
    await decoder.close();
    await lock.release();
    await saveFile(join(project.folder, 'rendered.json'), `${JSON.stringify([...last])}\n`);
  }
}
