import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { processState, thisProcess } from '../../adapters/files/process-identity.ts';
import { parsedCache } from '../../adapters/files/read-cache.ts';
import { KinemacolorError } from '../../errors.ts';

/** A film is one coordinator's, which renews its claim; without that it is free after so many seconds. */
const VALID_FOR = 15;
const RENEWED_EVERY = 5;

const holderSchema = z.object({ host: z.string(), machine: z.string(), pid: z.int(), started: z.string(), token: z.string() });

/** Sets a key that is missing or has the value expected. Returns the value of one that has another. */
const SET_UNLESS_OTHER = `
local found = redis.call('get', KEYS[1])
if found and found ~= ARGV[1] then return found end
redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
return false`;

/** A film that this coordinator serves. */
export interface FilmClaim {
  /** Aborted when another coordinator took the film over, since this one stood still for too long; its reason is a `usage` error. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Claim a film for this coordinator: two would remove each other's shots when they have joined. That of a process of this machine
 * that has ended is taken over. `renewedEvery`: in seconds. Throws `usage` where another coordinator has it.
 */
export async function claimFilm(redis: Redis, key: string, renewedEvery = RENEWED_EVERY): Promise<FilmClaim> {
  const own = JSON.stringify({ ...thisProcess(), token: randomUUID() });
  const claim = (expected: string) => redis.eval(SET_UNLESS_OTHER, 1, key, expected, own, VALID_FOR) as Promise<string | null>;
  for (let found = await claim(''); found !== null; found = await claim(found)) {
    const holder = holderOf(found);
    if (holder && processState(holder) === 'ended') continue;
    throw new KinemacolorError(
      'usage',
      `${named(holder)} serves this film on this farm; wait for it, or stop it and run this command again ${VALID_FOR} seconds later.`,
    );
  }
  const losing = new AbortController();
  const renew = async () => {
    const found = await claim(own);
    if (found === null) return;
    clearInterval(timer);
    const message = `${named(holderOf(found))} took this film over while this one stood still for more than ${VALID_FOR} seconds; the film is finished there.`;
    losing.abort(new KinemacolorError('usage', message));
  };
  const timer = setInterval(() => renew().catch(() => undefined), 1000 * renewedEvery).unref(); // a caller that was stopped does not release it
  return {
    lost: losing.signal,
    async release() {
      clearInterval(timer);
      if ((await redis.get(key)) === own) await redis.del(key);
    },
  };
}

/** Undefined where another version of Kinemacolor wrote the claim in another way. */
const holderOf = (claim: string) => parsedCache(claim, holderSchema);

const named = (holder: z.infer<typeof holderSchema> | undefined): string =>
  `Another coordinator${holder ? ` (process ${holder.pid} on ${holder.host})` : ', of another version of Kinemacolor,'}`;
