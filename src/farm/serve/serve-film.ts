import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removeStaleParts } from '../../adapters/files/parts.ts';
import { withModelPaths } from '../../adapters/models/model-store.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { type Plan, sha256, shotFingerprint } from '../../media/plan/plan.ts';
import { formatRanges } from '../../media/plan/shot-ranges.ts';
import { longestFirst } from '../../media/plan/task-shots.ts';
import { eitherOf, unlessAborted, within } from '../../pending.ts';
import type { RunOptions } from '../../pipeline/film/before-run.ts';
import { partsFolder, segmentsToJoin } from '../../pipeline/film/open-segments.ts';
import { namesOfShot } from '../../pipeline/film/segment-folder.ts';
import { joinShots } from '../../pipeline/film/shots-apart.ts';
import { planHere } from '../../pipeline/plan/film-here.ts';
import { openRenderContext } from '../../pipeline/run/render-context.ts';
import type { RunReport } from '../../pipeline/run/shot-report.ts';
import type { OnProgress } from '../../progress.ts';
import type { FarmConnection } from '../queue/connect-farm.ts';
import { takesShotsFor } from '../queue/farm-board.ts';
import { filmId, type ShotJob } from '../queue/shot-job.ts';
import { planName } from '../work/shot-renderer.ts';
import { openShotTally } from './shot-tally.ts';

/** Options of `serveFilm`. */
export interface ServeOptions extends Pick<RunOptions, 'existing' | 'shots' | 'reads'> {
  /** A folder, or `s3://bucket/prefix`. */
  readonly segments: string;
  /** The folder for what is fetched from S3. */
  readonly cache: string;
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
 * queue says: after a crash of the coordinator or of Redis the same call goes on. Throws `incomplete` where shots failed for good,
 * `usage` where another coordinator serves the film or took it over.
 */
export async function serveFilm(given: Plan, output: string, farm: FarmConnection, options: ServeOptions): Promise<RunReport> {
  const model = withModelPaths(given.settings.model, path => resolve(path));
  const plan = { ...given, settings: { ...given.settings, model } };
  const text = `${JSON.stringify(plan)}\n`;
  const serving = { plan, text, planHash: sha256(text), farm, ...options };
  const claim = await unlessAborted(options.signal, farm.claim(filmId(serving.planHash)));
  try {
    return await serveClaimed(output, { ...serving, signal: eitherOf(options.signal, claim.lost) });
  } catch (cause) {
    throw claim.lost.aborted ? claim.lost.reason : cause;
  } finally {
    await within(LEAVE_TIMEOUT, claim.release()).catch(() => undefined);
  }
}

interface Serving extends ServeOptions {
  readonly farm: FarmConnection;
  /** The plan as the workers get it, and its text and hash. */
  readonly plan: Plan;
  readonly text: string;
  readonly planHash: string;
}

async function serveClaimed(output: string, serving: Serving): Promise<RunReport> {
  const { farm, text, planHash, machines, cache, signal, onProgress } = serving;
  const plan = await planHere(serving.plan, { cache, signal, onProgress });
  const warn = (message: string) => onProgress({ type: 'warning', message });
  const segments = await segmentsToJoin(serving.segments, { cache, warn });
  const { files } = segments;
  await files.makeReady();
  await files.replace(planName(planHash), text);
  const engine = await engineOf(plan, signal);
  const jobs = longestFirst(plan).map(
    (shot): ShotJob => ({
      version: 1,
      plan: planHash,
      shot,
      frames: plan.shots[shot]!.end - plan.shots[shot]!.start,
      fingerprint: shotFingerprint(plan, shot, engine),
      segments: files.address,
    }),
  );
  const film = filmId(planHash);
  const tally = openShotTally(jobs, segments, onProgress);
  const state = () => farm.board.state('film', film, { name: serving.plan.source.path, machines, ...tally.counts() });
  await warnOfNoWorker(serving);
  try {
    const failed = await untilFinished(jobs, { ...serving, tally, state });
    const alarms = await unlessAborted(signal, farm.board.alarms(film));
    for (const message of alarms) warn(message);
    await unlessAborted(signal, farm.board.clearAlarms(film));
    if (failed.size > 0)
      throw new KinemacolorError(
        'incomplete',
        `${failed.size} of ${jobs.length} shots could not be rendered: ${formatRanges([...failed.keys()].sort((a, b) => a - b))} (${[...failed.values()][0]}); run the same command again to try them anew.`,
      );
    const report = await joinShots(plan, output, serving);
    if (serving.shots !== 'keep') {
      await files.remove([planName(planHash)]); // first: see `withdrawLate`
      await files.remove(jobs.flatMap(({ fingerprint }) => namesOfShot(fingerprint)));
    }
    return { ...report, source: serving.plan.source.path, warnings: [...alarms, ...report.warnings] };
  } finally {
    await removeStaleParts(partsFolder(files.address, cache));
    if (!signal.aborted) await within(LEAVE_TIMEOUT, farm.board.withdraw('film', film)).catch(() => undefined);
  }
}

async function warnOfNoWorker({ farm, machines, signal, onProgress }: Serving): Promise<void> {
  const workers = await unlessAborted(signal, farm.board.workers());
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

interface Watch extends Serving {
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
