import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { KinemacolorError } from '../../errors.ts';
import type { Settings } from '../../options.ts';
import { eitherOf, untilAborted } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { connectFarm, type Lease, type ShotProcessor, USUAL_LEASE } from '../queue/connect-farm.ts';
import { checkedJob } from '../queue/shot-job.ts';
import { type MachineFacts, machineFacts } from './machine-class.ts';
import type { MappedFolder } from './path-map.ts';
import { openRenderProcess, type RenderProgram } from './render-process.ts';

/** Options of `workFarm`. */
export interface WorkOptions {
  readonly folders: readonly MappedFolder[];
  readonly renderer: RenderProgram;
  readonly settings: Pick<Settings, 'model' | 'device'>;
  readonly lease?: Lease | undefined;
  /** Gives the shot in hand back at once and ends. */
  readonly signal: AbortSignal;
  /** Finishes the shot in hand and ends. */
  readonly stopAfterShot: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Milliseconds between two statements of a worker about itself. */
const STATEMENT_INTERVAL = 5_000;

/**
 * Take shots of films that are planned for this machine's class, one at a time, until a signal fires. Throws `conflict` where
 * another machine of the class finished a shot with other bytes: this one is then not to be trusted.
 */
export async function workFarm(redis: string, options: WorkOptions): Promise<void> {
  const { settings, signal, stopAfterShot, onProgress } = options;
  const farm = await connectFarm(redis);
  const rendering = openRenderProcess(options.renderer);
  const id = randomUUID();
  const name = `${hostname()}-${process.pid}`;
  try {
    const facts = await machineFacts(settings, eitherOf(signal, stopAfterShot));
    const tally = { shots: 0, frames: 0, seconds: 0, shot: undefined as number | undefined };
    const ended = new AbortController();
    const state = () => farm.board.state('worker', id, statement(name, facts, tally)).catch(() => undefined);
    const onJob: ShotProcessor = async (data, { lost, giveBack }) => {
      const job = checkedJob(data);
      tally.shot = job.shot;
      const stop = eitherOf(lost, signal);
      try {
        const request = { job, folders: [...options.folders] };
        const { frames, seconds, reused } = await rendering.render(request, stop, onProgress);
        if (!reused) Object.assign(tally, { frames: tally.frames + frames, seconds: tally.seconds + seconds });
        tally.shots++;
        return { worker: name, frames, seconds, reused };
      } catch (cause) {
        if (signal.aborted) return giveBack();
        if (cause instanceof KinemacolorError && cause.kind === 'conflict') ended.abort(cause);
        onProgress({ type: 'render-failed', message: (cause as Error).message });
        throw cause;
      } finally {
        tally.shot = undefined;
      }
    };
    const worker = await farm.worker(facts.machineClass, name, options.lease ?? USUAL_LEASE, onJob);
    onProgress({ type: 'farm-worker', name, machineClass: facts.machineClass });
    await state();
    const timer = setInterval(state, STATEMENT_INTERVAL);
    const running = worker.run();
    try {
      await untilAborted(eitherOf(signal, stopAfterShot, ended.signal));
      await worker.close();
      await running;
    } finally {
      clearInterval(timer);
      await farm.board.withdraw('worker', id).catch(() => undefined);
    }
    if (ended.signal.aborted) throw ended.signal.reason;
  } finally {
    await rendering.close();
    await farm.close();
  }
}

function statement(
  name: string,
  facts: MachineFacts,
  { shots, frames, seconds, shot }: { shots: number; frames: number; seconds: number; shot: number | undefined },
) {
  return { name, ...facts, shots, shot, framesPerSecond: seconds > 0 ? frames / seconds : undefined };
}
