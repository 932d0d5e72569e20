import PQueue from 'p-queue';
import { removePaths } from '../../adapters/files/folders.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { eitherOf, guarded } from '../../pending.ts';
import { type OnProgress, openThrottle } from '../../progress.ts';
import { usualDistance } from '../../stages/keyframes/keyframe-distance.ts';
import { SHOTS_IN_FLIGHT, SHOTS_UNFINISHED } from '../run/budget.ts';
import type { RenderContext } from '../run/render-context.ts';
import type { ShotReport } from '../run/shot-report.ts';
import { watchSpace } from '../run/watch-space.ts';
import { renderSegment } from '../shot/render-segment.ts';
import { finishedShot, type RenderedShot, reportReuse } from './finished-shot.ts';
import type { SegmentFolder } from './segment-folder.ts';

export interface RenderPlanOptions {
  readonly signal?: AbortSignal | undefined;
  /** When it fires, shots in progress are finished and no other is started. */
  readonly stopAfterShot?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** The film that the shots will be joined into, to warn early where the disk has no room for it. */
  readonly output?: string | undefined;
  /** The shots to render, in this order. Default: all, from the first. */
  readonly order?: readonly number[] | undefined;
  /** The machine of a farm that renders, for the reports of the shots. */
  readonly machine?: ShotReport['machine'];
}

/**
 * Render every shot asked for that the store does not hold yet, a few at once, each recorded as soon as it is done. Reports
 * come in shot order.
 */
export function renderPlan(
  plan: Plan,
  context: RenderContext,
  store: SegmentFolder,
  options: RenderPlanOptions = {},
): Promise<RenderedShot[]> {
  return guarded(renderShots(plan, context, store, options));
}

async function renderShots(
  plan: Plan,
  context: RenderContext,
  store: SegmentFolder,
  options: RenderPlanOptions,
): Promise<RenderedShot[]> {
  const unfinished = new PQueue({ concurrency: SHOTS_UNFINISHED });
  const inFlight = new PQueue({ concurrency: SHOTS_IN_FLIGHT });
  const failed = new AbortController();
  const signal = eitherOf(failed.signal, options.signal);
  const shots = options.order ?? [...plan.shots.keys()];
  const meter = openMeter(plan, shots, options.onProgress);
  const { folder } = store;
  const { output } = options;
  const space = output === undefined ? undefined : watchSpace(plan, { film: context.film, folder, output }, options.onProgress);
  await space?.begin();
  const reports: RenderedShot[] = [];
  const renderOne = async (number: number, onEncoderFed: () => void) => {
    if (signal.aborted || options.stopAfterShot?.aborted) return;
    reports[number] = await renderOrReuse(plan, number, {
      context,
      store,
      signal,
      meter,
      onProgress: options.onProgress,
      onEncoderFed,
      machine: options.machine,
    });
    await space?.add(reports[number]);
  };
  /** Resolves when the shot is finished. The next one may start as soon as this one's encoder has all its frames. */
  const inTurn = async (number: number) => {
    const shot = { done: Promise.resolve() };
    await inFlight.add(
      () =>
        new Promise<void>(resolve => {
          shot.done = renderOne(number, resolve);
          shot.done.then(resolve, resolve);
        }),
    );
    await shot.done;
  };
  const work = shots.map(number =>
    unfinished
      .add(() => inTurn(number))
      .catch(cause => {
        failed.abort(cause);
        throw cause;
      }),
  );
  const outcomes = await Promise.allSettled(work);
  throwIfAborted(options.signal);
  const failure = outcomes.find(outcome => outcome.status === 'rejected');
  if (failure) throw failed.signal.reason;
  const missing = shots.length - Object.keys(reports).length;
  if (missing > 0) {
    const done = shots.length - missing;
    throw new KinemacolorError(
      'interrupted',
      `Stopped with ${done} of ${shots.length} shots finished; run the same command again to go on.`,
    );
  }
  return reports.filter(Boolean);
}

interface ShotJob {
  readonly context: RenderContext;
  readonly store: SegmentFolder;
  readonly signal: AbortSignal;
  readonly meter: Meter;
  readonly onProgress: OnProgress | undefined;
  /** Called when the shot's encoder has all its frames. */
  readonly onEncoderFed: () => void;
  readonly machine: ShotReport['machine'];
}

async function renderOrReuse(plan: Plan, number: number, job: ShotJob): Promise<RenderedShot> {
  const { context, store, signal, meter, onProgress, onEncoderFed, machine } = job;
  const shot = plan.shots[number]!;
  const frames = shot.end - shot.start;
  const before = await finishedShot(plan, number, context, store);
  if (before) {
    meter.skip(frames);
    reportReuse(before, onProgress);
    return before;
  }
  onProgress?.({ type: 'shot-start', shot: number, kind: shot.kind, frames });
  const path = await store.newSegment();
  const fed = { frames: 0 };
  const onFrame = () => {
    meter.tick(number);
    fed.frames++;
    if (fed.frames === frames) onEncoderFed();
  };
  try {
    const rendered = await renderSegment(plan, number, context, { path, signal, onFrame });
    const report = { ...rendered, ...(machine && { machine }) };
    await store.record(report, path);
    for (const message of report.warnings) onProgress?.({ type: 'warning', message });
    onProgress?.({ type: 'shot-done', shot: number, reused: false, frames });
    return { ...report, reused: false };
  } finally {
    await removePaths(path);
  }
}

interface Meter {
  tick(shot: number): void;
  skip(frames: number): void;
}

/** Spans that are finished before the rate says anything: the first ones wait for models and threads to start. */
const WARM_UP_SPANS = 2;
/** Frames of the shortest span that counts as one. */
const MIN_WARM_UP = 12;

/** Counts frames and reports the rate and the time left, once they are known. */
function openMeter(plan: Plan, shots: readonly number[], onProgress: OnProgress | undefined): Meter {
  const warmUp = WARM_UP_SPANS * Math.max(usualDistance(plan.settings), MIN_WARM_UP);
  const total = shots.reduce((sum, number) => sum + plan.shots[number]!.end - plan.shots[number]!.start, 0);
  const started = performance.now();
  const count = { done: 0, skipped: 0 };
  const isDue = openThrottle();
  return {
    tick(shot) {
      count.done++;
      const done = count.done + count.skipped;
      if (!isDue() && done < total) return;
      const known = count.done >= Math.min(warmUp, total - count.skipped);
      const framesPerSecond = known ? (1000 * count.done) / Math.max(1, performance.now() - started) : undefined;
      const secondsLeft = framesPerSecond && (total - done) / framesPerSecond;
      onProgress?.({ type: 'frames', shot, done, total, framesPerSecond, secondsLeft });
    },
    skip(frames) {
      count.skipped += frames;
    },
  };
}
