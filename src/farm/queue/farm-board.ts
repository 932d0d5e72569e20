import type { Redis } from 'ioredis';
import { z } from 'zod';

const workerSchema = z.object({
  name: z.string(),
  machineClass: z.string(),
  build: z.string(),
  program: z.string(),
  ffmpeg: z.string(),
  device: z.string(),
  cpu: z.string(),
  /** The number of the shot in hand. */
  shot: z.int().optional(),
  /** It rendered other bytes than another machine, and renders its golden segment again to find out whether it is to blame. */
  quarantined: z.boolean(),
  shots: z.int(),
  framesPerSecond: z.number().optional(),
});
/** What a worker says of itself. */
export type FarmWorker = z.output<typeof workerSchema>;

/** Does a worker take shots that are queued for these machines, a class or a build? */
export function takesShotsFor({ machineClass, build }: FarmWorker, machines: string): boolean {
  return machineClass === machines || build === machines;
}

const filmSchema = z.object({
  name: z.string(),
  /** The class, or with --mix the build, of the machines that take its shots. */
  machines: z.string(),
  shots: z.int(),
  finished: z.int(),
  failed: z.int(),
  frames: z.int(),
  framesFinished: z.int(),
});
/** How far a film is, as its coordinator says. */
export type FarmFilm = z.output<typeof filmSchema>;

/** Seconds for which a statement stands; who is alive repeats it earlier. */
const VALID_FOR = 15;
/** Seconds for which alarms are kept, and the largest number of a film. */
const ALARMS_FOR = 7 * 24 * 60 * 60;
const MOST_ALARMS = 100;

/** What the machines of a farm say of themselves. */
export interface FarmBoard {
  state(kind: 'worker', id: string, value: FarmWorker): Promise<void>;
  state(kind: 'film', id: string, value: FarmFilm): Promise<void>;
  withdraw(kind: 'worker' | 'film', id: string): Promise<void>;
  workers(): Promise<FarmWorker[]>;
  films(): Promise<FarmFilm[]>;
  /** Alarms of a film, one sentence each. They outlive who raised them. */
  raiseAlarm(film: string, sentence: string): Promise<void>;
  alarms(film: string): Promise<string[]>;
  clearAlarms(film: string): Promise<void>;
}

export function openFarmBoard(redis: Redis, prefix: string): FarmBoard {
  const list = async <Value>(kind: string, schema: z.ZodType<Value>): Promise<Value[]> => {
    const keys: string[] = [];
    for await (const some of redis.scanStream({ match: `${prefix}:${kind}:*` })) keys.push(...(some as string[]));
    const texts = keys.length > 0 ? await redis.mget([...new Set(keys)].sort()) : [];
    return texts.flatMap(text => {
      const parsed = schema.safeParse(text === null ? undefined : JSON.parse(text));
      return parsed.success ? [parsed.data] : []; // of another version
    });
  };
  return {
    async state(kind, id, value) {
      await redis.set(`${prefix}:${kind}:${id}`, JSON.stringify(value), 'EX', VALID_FOR);
    },
    async withdraw(kind, id) {
      await redis.del(`${prefix}:${kind}:${id}`);
    },
    workers: () => list('worker', workerSchema),
    films: () => list('film', filmSchema),
    async raiseAlarm(film, sentence) {
      const key = `${prefix}:alarms:${film}`;
      await redis.multi().rpush(key, sentence).ltrim(key, -MOST_ALARMS, -1).expire(key, ALARMS_FOR).exec();
    },
    alarms: film => redis.lrange(`${prefix}:alarms:${film}`, 0, -1),
    async clearAlarms(film) {
      await redis.del(`${prefix}:alarms:${film}`);
    },
  };
}
