import type { Redis } from 'ioredis';
import { z } from 'zod';

const workerSchema = z.object({
  name: z.string(),
  machineClass: z.string(),
  program: z.string(),
  ffmpeg: z.string(),
  device: z.string(),
  cpu: z.string(),
  /** Shot in hand, by the film's name. */
  film: z.string().optional(),
  shot: z.int().optional(),
  shots: z.int(),
  framesPerSecond: z.number().optional(),
});
/** What a worker says of itself. */
export type FarmWorker = z.output<typeof workerSchema>;

const filmSchema = z.object({
  name: z.string(),
  machineClass: z.string(),
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

/** What the machines of a farm say of themselves. */
export interface FarmBoard {
  state(kind: 'worker', id: string, value: FarmWorker): Promise<void>;
  state(kind: 'film', id: string, value: FarmFilm): Promise<void>;
  withdraw(kind: 'worker' | 'film', id: string): Promise<void>;
  workers(): Promise<FarmWorker[]>;
  films(): Promise<FarmFilm[]>;
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
  };
}
