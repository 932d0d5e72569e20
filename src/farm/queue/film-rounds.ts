import type { FlowProducer, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { checkedJob, filmId, type ShotJob, shotJobId } from './shot-job.ts';

/** Attempts of a shot whose worker reports an error, and milliseconds before the next. */
const ATTEMPTS = 3;
const BACKOFF = 1_000;
/** Seconds for which a shot that failed is kept for a dashboard, and a round is remembered. */
const KEPT_FOR = 7 * 24 * 60 * 60;

/** `running`: shots are in the queue or in hand. `over`: each is finished or has failed for good. `gone`: the queue has forgotten it. */
export type RoundState = 'running' | 'over' | 'gone';

/**
 * Rounds of a film. A round is a flow: the join is the parent of its shots and is due when each of them is finished or has failed
 * for good. The coordinator joins then. What a round leaves unfinished goes into another one, under ids of its own.
 */
export interface FilmRounds {
  /**
   * The round that an earlier coordinator of this film began for the same machines and that is not over; undefined where there is
   * none. What is left of one that is over is removed: its coordinator was killed before it could.
   */
  running(): Promise<number | undefined>;
  /** Queue shots, in this order, as a new round. Returns its number, from 1. */
  begin(jobs: readonly ShotJob[]): Promise<number>;
  state(round: number): Promise<RoundState>;
  /** Shots of these that failed for good in a round, with the reason of each. */
  failures(round: number, jobs: readonly ShotJob[]): Promise<Map<number, string>>;
  /** Remove what is left of a round. */
  end(round: number): Promise<void>;
}

/** The queue of joins, for all films. */
export const JOINS = 'joins';

/** `shots`: the queue that the film's shots go to. */
export function openFilmRounds(
  plan: string,
  shots: string,
  { flows, joins, redis, prefix }: { flows: FlowProducer; joins: Queue; redis: Redis; prefix: string },
): FilmRounds {
  const film = filmId(plan);
  const counter = `${prefix}:round:${film}`;
  const joinId = (round: number) => `${film}-${round}`;
  const state = async (round: number): Promise<RoundState> => {
    const found = await joins.getJobState(joinId(round));
    if (found === 'unknown') return 'gone';
    return found === 'waiting-children' ? 'running' : 'over';
  };
  const end = async (round: number) => {
    const join = await joins.getJob(joinId(round));
    await join?.removeUnprocessedChildren();
    await join?.remove({ removeChildren: false });
  };
  return {
    async running() {
      const round = Number(await redis.get(counter));
      const found = round > 0 ? await state(round) : 'gone';
      if (found === 'over') await end(round);
      if (found !== 'running') return undefined;
      const join = await joins.getJob(joinId(round));
      return join?.data.shots === shots ? round : undefined; // other machines were to take its shots
    },
    async begin(jobs) {
      const round = await redis.incr(counter);
      await redis.expire(counter, KEPT_FOR);
      await end(round - 1); // of a coordinator that was killed, or for other machines
      const children = jobs.map(job => ({
        name: 'shot',
        queueName: shots,
        data: checkedJob(job),
        opts: {
          jobId: shotJobId(job, round),
          attempts: ATTEMPTS,
          backoff: { type: 'fixed', delay: BACKOFF },
          removeOnComplete: true,
          removeOnFail: { age: KEPT_FOR },
          ignoreDependencyOnFailure: true,
        },
      }));
      await flows.add({ name: 'join', queueName: JOINS, data: { plan, round, shots }, opts: { jobId: joinId(round) }, children });
      return round;
    },
    state,
    async failures(round, jobs) {
      const join = await joins.getJob(joinId(round));
      const reasons = new Map(
        Object.entries((await join?.getIgnoredChildrenFailures()) ?? {}).map(([key, reason]) => [key.split(':').at(-1), reason]),
      );
      return new Map(
        jobs.flatMap(job => {
          const reason = reasons.get(shotJobId(job, round));
          return reason === undefined ? [] : [[job.shot, reason] as const];
        }),
      );
    },
    end,
  };
}
