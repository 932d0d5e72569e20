import { setTimeout as wait } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { namesIn, removePaths } from '../../adapters/files/folders.ts';
import { removeStaleParts } from '../../adapters/files/parts.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { type Plan, sha256, shotFingerprint } from '../../media/plan/plan.ts';
import { formatRanges } from '../../media/plan/shot-ranges.ts';
import { longestFirst } from '../../media/plan/task-shots.ts';
import { untilAborted } from '../../pending.ts';
import type { RunOptions } from '../../pipeline/film/before-run.ts';
import { filesOfShot, madeSegmentFolder, reportName, type SegmentFolder } from '../../pipeline/film/segment-folder.ts';
import { joinShots } from '../../pipeline/film/shots-apart.ts';
import { openRenderContext } from '../../pipeline/run/render-context.ts';
import type { RunReport } from '../../pipeline/run/shot-report.ts';
import type { OnProgress } from '../../progress.ts';
import type { FarmConnection } from '../queue/connect-farm.ts';
import { checkedJob, type ShotJob, shotJobId } from '../queue/shot-job.ts';
import { planFileIn } from '../work/shot-renderer.ts';

/** Options of `serveFilm`. */
export interface ServeOptions extends Pick<RunOptions, 'existing' | 'shots' | 'reads'> {
  readonly segments: string;
  /** Only machines of this class, the coordinator's own, take the shots. */
  readonly machineClass: string;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Milliseconds between two looks at the folder of finished shots. */
  readonly poll?: number | undefined;
}

const POLL = 2_000;
/** Attempts of a shot whose worker reports an error, and milliseconds before the next: time for another worker to take it. */
const ATTEMPTS = 3;
const BACKOFF = 1_000;

/**
 * Queue the shots of a plan that are not finished, wait for them and join the film. What the folder holds counts, never what the
 * queue says: after a crash of the coordinator or of Redis the same call goes on. Throws `incomplete` where shots failed for good.
 */
export async function serveFilm(plan: Plan, output: string, farm: FarmConnection, options: ServeOptions): Promise<RunReport> {
  const { signal, onProgress, machineClass } = options;
  const store = await madeSegmentFolder(options.segments, onProgress);
  const segments = store.folder;
  const text = `${JSON.stringify(plan)}\n`;
  const planHash = sha256(text);
  const planFile = planFileIn(segments, planHash);
  await saveFile(planFile, text);
  const engine = await engineOf(plan, signal);
  const jobs = longestFirst(plan).map(
    (shot): ShotJob => ({
      version: 1,
      plan: planHash,
      shot,
      frames: plan.shots[shot]!.end - plan.shots[shot]!.start,
      fingerprint: shotFingerprint(plan, shot, engine),
      segments,
    }),
  );
  const state = async (finished: readonly ShotJob[], failed: number) => {
    const sum = (list: readonly ShotJob[]) => list.reduce((frames, job) => frames + job.frames, 0);
    const film = { name: plan.source.path, machineClass, shots: jobs.length, finished: finished.length, failed };
    await farm.board.state('film', planHash.slice(0, 16), { ...film, frames: sum(jobs), framesFinished: sum(finished) });
  };
  const queue = farm.queue(machineClass);
  await warnOfNoWorker(farm, machineClass, options);
  try {
    const failed = await untilFinished(jobs, { queue, store, signal, state, onProgress, poll: options.poll ?? POLL });
    if (failed.size > 0)
      throw new KinemacolorError(
        'incomplete',
        `${failed.size} of ${jobs.length} shots could not be rendered: ${formatRanges([...failed.keys()].sort((a, b) => a - b))} (${[...failed.values()][0]}); run the same command again to try them anew.`,
      );
    const report = await joinShots(plan, output, { ...options, segments, signal, onProgress });
    if (options.shots !== 'keep')
      await removePaths(planFile, ...jobs.flatMap(({ fingerprint }) => filesOfShot(segments, fingerprint)));
    return report;
  } finally {
    await removeStaleParts(segments);
    if (!signal.aborted) await farm.board.withdraw('film', planHash.slice(0, 16)).catch(() => undefined);
  }
}

async function warnOfNoWorker(
  { board }: FarmConnection,
  machineClass: string,
  { signal, onProgress }: ServeOptions,
): Promise<void> {
  const workers = await orAborted(signal, board.workers());
  if (workers.some(worker => worker.machineClass === machineClass)) return;
  const others =
    workers.length > 0
      ? `${workers.length} of other classes are: their program, ffmpeg, model or processor differs`
      : 'nor is any other';
  onProgress({ type: 'warning', message: `No worker of this machine's class (${machineClass}) is connected yet; ${others}.` });
}

async function engineOf(plan: Plan, signal: AbortSignal): Promise<Record<string, string>> {
  const context = await openRenderContext(plan, { signal });
  await context.close();
  return context.engine;
}

interface Watch {
  readonly queue: Queue<ShotJob>;
  readonly store: SegmentFolder;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly poll: number;
  state(finished: readonly ShotJob[], failed: number): Promise<void>;
}

/** Returns the shots that failed for good, with the reason of each. */
async function untilFinished(jobs: readonly ShotJob[], watch: Watch): Promise<Map<number, string>> {
  const { queue, store, signal, onProgress, poll } = watch;
  const started = performance.now();
  const finished: ShotJob[] = [];
  const failed = new Map<number, string>();
  const open = new Map(jobs.map(job => [job.shot, job]));
  const total = jobs.reduce((frames, job) => frames + job.frames, 0);
  const done = { frames: 0, before: 0 };
  for (let round = 0; ; round++) {
    const names = new Set(await namesIn(store.folder));
    for (const job of open.values()) {
      if (!names.has(reportName(job.fingerprint)) || !(await store.finished(job.fingerprint))) continue;
      open.delete(job.shot);
      finished.push(job);
      done.frames += job.frames;
      if (round === 0) done.before += job.frames;
      onProgress({ type: 'shot-done', shot: job.shot, reused: round === 0, frames: job.frames });
      const framesPerSecond = (1000 * (done.frames - done.before)) / Math.max(1, performance.now() - started);
      const secondsLeft = framesPerSecond > 0 ? (total - done.frames) / framesPerSecond : undefined;
      onProgress({ type: 'frames', shot: job.shot, done: done.frames, total, framesPerSecond, secondsLeft });
    }
    if (open.size > 0) await orAborted(signal, enqueue([...open.values()], queue, { failed, fresh: round === 0 }));
    for (const shot of failed.keys()) open.delete(shot);
    await orAborted(signal, watch.state(finished, failed.size));
    if (open.size === 0) return failed;
    await wait(poll, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

/**
 * Put the shots into the queue that are not in it: at first all of them, later those that a restarted Redis has forgotten. The
 * reason of a shot that failed for good goes to `failed`, but one of an earlier run is tried anew.
 */
async function enqueue(
  jobs: readonly ShotJob[],
  queue: Queue<ShotJob>,
  { failed, fresh }: { failed: Map<number, string>; fresh: boolean },
): Promise<void> {
  const missing: ShotJob[] = [];
  for (const job of jobs) {
    const found = await queue.getJob(shotJobId(job));
    if (found && (await found.isFailed())) {
      if (fresh) await found.remove();
      else failed.set(job.shot, found.failedReason ?? 'no reason was given');
    }
    if (!found || fresh) missing.push(job);
  }
  await queue.addBulk(
    missing.map(job => ({
      name: 'shot',
      data: checkedJob(job),
      opts: { jobId: shotJobId(job), attempts: ATTEMPTS, backoff: { type: 'fixed', delay: BACKOFF }, removeOnComplete: true },
    })),
  );
}

/** While Redis is away its client waits for it; Ctrl+C does not. */
async function orAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const over = new AbortController();
  const aborted = untilAborted(signal, { until: over.signal }).then(() => throwIfAborted(signal) as never);
  return Promise.race([work, aborted]).finally(() => over.abort());
}
