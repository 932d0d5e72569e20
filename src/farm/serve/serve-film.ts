import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removePaths } from '../../adapters/files/folders.ts';
import { removeStaleParts } from '../../adapters/files/parts.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { withModelPaths } from '../../adapters/models/model-store.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { type Plan, sha256, shotFingerprint } from '../../media/plan/plan.ts';
import { formatRanges } from '../../media/plan/shot-ranges.ts';
import { longestFirst } from '../../media/plan/task-shots.ts';
import { unlessAborted, within } from '../../pending.ts';
import type { RunOptions } from '../../pipeline/film/before-run.ts';
import { filesOfShot, madeSegmentFolder } from '../../pipeline/film/segment-folder.ts';
import { joinShots } from '../../pipeline/film/shots-apart.ts';
import { openRenderContext } from '../../pipeline/run/render-context.ts';
import type { RunReport } from '../../pipeline/run/shot-report.ts';
import type { OnProgress } from '../../progress.ts';
import type { FarmConnection } from '../queue/connect-farm.ts';
import { takesShotsFor } from '../queue/farm-board.ts';
import { filmId, type ShotJob } from '../queue/shot-job.ts';
import { planFileIn } from '../work/shot-renderer.ts';
import { openShotTally } from './shot-tally.ts';

/** Options of `serveFilm`. */
export interface ServeOptions extends Pick<RunOptions, 'existing' | 'shots' | 'reads'> {
  readonly segments: string;
  /** Only machines of this class, or with `--mix` of this build, take the shots. */
  readonly machines: string;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Seconds between two looks at the folder of finished shots: see `FarmTimes`. */
  readonly poll: number;
}

/** Milliseconds for which a shot that the queue calls finished may take to appear in a network folder; then it is queued again. */
const APPEARS_WITHIN = 60_000;
/** Milliseconds for leaving Redis in order. */
const LEAVE_TIMEOUT = 3_000;

/**
 * Queue the shots of a plan that are not finished, wait for them and join the film. What the folder holds counts, never what the
 * queue says: after a crash of the coordinator or of Redis the same call goes on. Throws `incomplete` where shots failed for good.
 */
export async function serveFilm(given: Plan, output: string, farm: FarmConnection, options: ServeOptions): Promise<RunReport> {
  const { signal, onProgress, machines } = options;
  const plan = { ...given, settings: { ...given.settings, model: withModelPaths(given.settings.model, path => resolve(path)) } };
  const store = await madeSegmentFolder(options.segments, onProgress);
  const segments = store.folder;
  const text = `${JSON.stringify(plan)}\n`;
  const planHash = sha256(text);
  const film = filmId(planHash);
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
  const tally = openShotTally(jobs, store, onProgress);
  const state = () => farm.board.state('film', film, { name: plan.source.path, machines, ...tally.counts() });
  await warnOfNoWorker(farm, options);
  try {
    const failed = await untilFinished(jobs, { farm, film, planHash, tally, state, ...options });
    const alarms = await unlessAborted(signal, farm.board.alarms(film));
    for (const message of alarms) onProgress({ type: 'warning', message });
    await unlessAborted(signal, farm.board.clearAlarms(film));
    if (failed.size > 0)
      throw new KinemacolorError(
        'incomplete',
        `${failed.size} of ${jobs.length} shots could not be rendered: ${formatRanges([...failed.keys()].sort((a, b) => a - b))} (${[...failed.values()][0]}); run the same command again to try them anew.`,
      );
    const report = await joinShots(plan, output, { ...options, segments, signal, onProgress });
    if (options.shots !== 'keep') {
      await removePaths(planFile); // first: see `withdrawLate`
      await removePaths(...jobs.flatMap(({ fingerprint }) => filesOfShot(segments, fingerprint)));
    }
    return { ...report, warnings: [...alarms, ...report.warnings] };
  } finally {
    await removeStaleParts(segments);
    if (!signal.aborted) await within(LEAVE_TIMEOUT, farm.board.withdraw('film', film)).catch(() => undefined);
  }
}

async function warnOfNoWorker({ board }: FarmConnection, { machines, signal, onProgress }: ServeOptions): Promise<void> {
  const workers = await unlessAborted(signal, board.workers());
  if (workers.some(worker => takesShotsFor(worker, machines))) return;
  const others =
    workers.length > 0
      ? `${workers.length} of other classes are: their program, ffmpeg, model or processor differs`
      : 'nor is any other';
  onProgress({ type: 'warning', message: `No worker of this machine's class (${machines}) is connected yet; ${others}.` });
}

async function engineOf(plan: Plan, signal: AbortSignal): Promise<Record<string, string>> {
  const context = await openRenderContext(plan, { signal });
  await context.close();
  return context.engine;
}

interface Watch extends ServeOptions {
  readonly farm: FarmConnection;
  readonly film: string;
  readonly planHash: string;
  readonly tally: ReturnType<typeof openShotTally>;
  state(): Promise<void>;
}

/**
 * Queues rounds until every shot is finished, or has failed for good in a round that this coordinator began. Returns those, with the
 * reason of each.
 */
async function untilFinished(jobs: readonly ShotJob[], watch: Watch): Promise<ReadonlyMap<number, string>> {
  const { farm, planHash, machines, tally, signal, poll } = watch;
  const rounds = farm.rounds(planHash, machines);
  const current = { round: await unlessAborted(signal, rounds.running()), own: false, overSince: 0 };
  const begin = async () => {
    current.round = await rounds.begin(jobs.filter(({ shot }) => tally.isOpen(shot)));
    Object.assign(current, { own: true, overSince: 0 });
  };
  const step = async (): Promise<ReadonlyMap<number, string> | undefined> => {
    // Asked before the folder is looked at: what is over was published before.
    const round = current.round === undefined ? 'gone' : await rounds.state(current.round);
    await tally.look();
    if (tally.openCount() === 0) {
      if (current.round !== undefined) await rounds.end(current.round);
      return new Map();
    }
    if (round === 'gone') await begin();
    if (round === 'over') {
      const failed = await rounds.failures(
        current.round!,
        jobs.filter(({ shot }) => tally.isOpen(shot)),
      );
      tally.setFailed(failed.size);
      current.overSince ||= performance.now();
      const settled = failed.size === tally.openCount();
      if (!settled && performance.now() - current.overSince < APPEARS_WITHIN) return undefined;
      await rounds.end(current.round!);
      if (settled && current.own) return failed;
      await begin();
    }
    return undefined;
  };
  for (;;) {
    const failed = await unlessAborted(signal, step());
    await unlessAborted(signal, watch.state());
    if (failed) return failed;
    await wait(1000 * poll, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}
