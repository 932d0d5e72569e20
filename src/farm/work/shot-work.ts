import { KinemacolorError } from '../../errors.ts';
import type { Settings } from '../../options.ts';
import { eitherOf } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import type { FarmBoard, FarmWorker } from '../queue/farm-board.ts';
import { checkedJob, filmId, type ShotJob } from '../queue/shot-job.ts';
import type { ShotProcessor, ShotTools } from '../queue/take-shots.ts';
import { type MachineFacts, machineFacts } from './machine-class.ts';
import type { MappedFolder } from './path-map.ts';
import type { RenderProcess } from './render-process.ts';

/** What a worker does with shots. */
export interface ShotWork {
  readonly process: ShotProcessor;
  /** What it says of itself. */
  statement(): FarmWorker;
  /** Resolves when no shot is in hand. */
  idle(): Promise<void>;
  /** Fires, with the reason, when this machine no longer renders its golden segment as it did. */
  readonly untrusted: AbortSignal;
}

/** Options of `openShotWork`. */
export interface ShotWorkOptions {
  readonly folders: readonly MappedFolder[];
  /** The folder for what is fetched from S3. */
  readonly cache: string;
  readonly settings: Pick<Settings, 'model' | 'device'>;
  /** Gives the shot in hand back at once. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly name: string;
  readonly facts: MachineFacts;
  readonly board: FarmBoard;
  readonly rendering: RenderProcess;
}

/** Milliseconds for which a shot that failed here is left to workers that have not tried it. */
const LEFT_FOR = 2_000;

export function openShotWork(options: ShotWorkOptions): ShotWork {
  const { name, facts, board, rendering, signal, onProgress } = options;
  const { machineClass } = facts;
  const tally = { shots: 0, frames: 0, seconds: 0, shot: undefined as number | undefined, quarantined: false };
  const untrusted = new AbortController();
  const inHand = { done: Promise.resolve<unknown>(undefined) };

  /** The first machine's bytes are kept, so the shot is finished; which of the two computes wrongly is not known. */
  const onConflict = async ({ plan, shot }: ShotJob, cause: KinemacolorError) => {
    tally.quarantined = true;
    const alarm = `Shot ${shot}: ${name} rendered other bytes than the machine that finished it first. ${cause.message}`;
    onProgress({ type: 'warning', message: alarm });
    await board.raiseAlarm(filmId(plan), alarm);
    const again = await machineFacts(options.settings, signal);
    tally.quarantined = again.machineClass !== machineClass;
    if (!tally.quarantined) return;
    const message = `This machine no longer renders its golden segment as it did when it started, and is not to be trusted. ${cause.message}`;
    untrusted.abort(new KinemacolorError('conflict', message, { cause }));
  };
  const render = async (job: ShotJob, lost: AbortSignal) => {
    const request = { job, folders: [...options.folders], cache: options.cache, machine: { name, machineClass } };
    const { frames, seconds, reused } = await rendering.render(request, eitherOf(lost, signal), onProgress);
    if (!reused) Object.assign(tally, { frames: tally.frames + frames, seconds: tally.seconds + seconds });
    tally.shots++;
    return { worker: name, frames, seconds, reused };
  };
  const othersLeft = async (tried: readonly string[]) => {
    const workers = await board.workers();
    return workers.some(one => one.build === facts.build && !one.quarantined && !tried.includes(one.name));
  };
  const attempt = async (job: ShotJob, tools: ShotTools) => {
    tally.shot = job.shot;
    try {
      return await render(job, tools.lost);
    } catch (cause) {
      if (signal.aborted || !(cause instanceof KinemacolorError)) throw cause;
      if (cause.kind === 'conflict') {
        await onConflict(job, cause);
        return { worker: name, conflict: true };
      }
      onProgress({ type: 'render-failed', message: cause.message });
      throw cause;
    } finally {
      tally.shot = undefined;
    }
  };
  return {
    async process(data, tools) {
      const job = checkedJob(data);
      if (tools.tried.includes(name) && (await othersLeft(tools.tried))) return tools.leave(LEFT_FOR);
      const work = attempt(job, tools);
      inHand.done = work.catch(() => undefined);
      try {
        return await work;
      } catch (cause) {
        if (signal.aborted) return tools.giveBack();
        if (!tools.lost.aborted) await tools.failedHere();
        throw cause;
      }
    },
    statement() {
      const { shots, frames, seconds, shot, quarantined } = tally;
      return { name, ...facts, shots, shot, quarantined, framesPerSecond: seconds > 0 ? frames / seconds : undefined };
    },
    async idle() {
      await inHand.done;
    },
    untrusted: untrusted.signal,
  };
}
