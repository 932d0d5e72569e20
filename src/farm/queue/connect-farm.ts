import type { Queue } from 'bullmq';
import { loadQueuePackages } from '../../adapters/queue/load-bullmq.ts';
import { KinemacolorError } from '../../errors.ts';
import { within } from '../../pending.ts';
import { type FarmBoard, openFarmBoard } from './farm-board.ts';
import { claimFilm, type FilmClaim } from './film-claim.ts';
import { type FilmRounds, JOINS, openFilmRounds } from './film-rounds.ts';
import type { ShotJob } from './shot-job.ts';
import { type ShotProcessor, type ShotTaker, takeShots } from './take-shots.ts';

/** All keys of a farm start with it: an ACL can limit a user to `~kinemacolor:*`. */
const PREFIX = 'kinemacolor';
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds for leaving in order; without Redis, which may never come back, a farm is left without. */
const CLOSE_TIMEOUT = 3_000;
/** Longest pause between two attempts to reach Redis again, in milliseconds. */
const LONGEST_PAUSE = 2_000;

/** A farm's queues in Redis or Valkey. */
export interface FarmConnection {
  readonly board: FarmBoard;
  /** Claim a film for this coordinator: see `claimFilm`. */
  claim(film: string): Promise<FilmClaim>;
  /** The shots for machines of one class or build. */
  shots(machines: string): Queue<ShotJob>;
  /** The joins of all films, each the parent of its shots. */
  readonly joins: Queue;
  /** The rounds of a film, by its plan's hash, whose shots go to machines of one class or build. */
  rounds(plan: string, machines: string): FilmRounds;
  /** Take shots for machines of any of these classes or builds, one at a time. `lease`: in milliseconds. */
  take(
    machines: readonly string[],
    options: { readonly name: string; readonly lease: number; readonly process: ShotProcessor },
  ): ShotTaker;
  /** Ends also where Redis is away. */
  close(): Promise<void>;
}

/** Connect to `redis://` or `rediss://` (TLS). Throws `environment` where nobody answers or the packages are missing. */
export async function connectFarm(url: string): Promise<FarmConnection> {
  const { bullmq, Redis } = await loadQueuePackages();
  checkUrl(url);
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_TIMEOUT });
  const failure = { message: '' };
  probe.on('error', (cause: Error) => {
    failure.message = cause.message;
  });
  await probe.connect().then(
    () => probe.quit(),
    cause => {
      const why = failure.message || (cause as Error).message;
      throw new KinemacolorError(
        'environment',
        `Expected Redis at ${hidden(url)}, but it does not answer (${why}); is it running?`,
        { cause },
      );
    },
  );
  const state = { closing: false };
  // BullMQ's own connections are made with these options, too: all of them end when the farm is closed while Redis is away.
  const retryStrategy = (times: number) => (state.closing ? null : Math.min(50 * times, LONGEST_PAUSE));
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  redis.on('error', () => undefined); // it connects again by itself
  const shared = { connection: redis, prefix: PREFIX };
  const queues = new Map<string, Queue>();
  const takers: ShotTaker[] = [];
  const queueOf = (name: string): Queue => {
    const found = queues.get(name);
    if (found) return found;
    const queue = new bullmq.Queue(name, shared);
    queue.on('error', () => undefined);
    queues.set(name, queue);
    return queue;
  };
  const flows = new bullmq.FlowProducer(shared);
  flows.on('error', () => undefined);
  return {
    board: openFarmBoard(redis, PREFIX),
    claim: film => claimFilm(redis, `${PREFIX}:coordinator:${film}`),
    get joins() {
      return queueOf(JOINS);
    },
    shots: machines => queueOf(shotsFor(machines)),
    rounds: (plan, machines) => openFilmRounds(plan, shotsFor(machines), { flows, joins: queueOf(JOINS), redis, prefix: PREFIX }),
    take(machines, options) {
      const taker = takeShots(bullmq, machines.map(shotsFor), { ...options, redis, prefix: PREFIX });
      takers.push(taker);
      return taker;
    },
    async close() {
      state.closing = true;
      const ends = [...takers, ...queues.values(), flows].map(one => one.close());
      await within(CLOSE_TIMEOUT, Promise.allSettled(ends));
      redis.disconnect();
    },
  };
}

const shotsFor = (machines: string) => `shots-${machines}`;

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'redis:' || protocol === 'rediss:') return;
  throw new KinemacolorError('usage', 'Expected --redis as redis://HOST:6379, or rediss:// with TLS; received something else.');
}

/** Without the password. */
function hidden(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  return parsed.href;
}
