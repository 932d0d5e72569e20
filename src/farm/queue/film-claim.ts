import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { processState, thisProcess } from '../../adapters/files/process-identity.ts';
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

/**
 * Claim a film for this coordinator: two would remove each other's shots when they have joined. That of a process of this machine
 * that has ended is taken over. Returns what releases it. Throws `usage` where another coordinator has it.
 */
export async function claimFilm(redis: Redis, key: string): Promise<() => Promise<void>> {
  const own = JSON.stringify({ ...thisProcess(), token: randomUUID() });
  const claim = (expected: string) => redis.eval(SET_UNLESS_OTHER, 1, key, expected, own, VALID_FOR) as Promise<string | null>;
  for (let found = await claim(''); found !== null; found = await claim(found)) {
    const holder = holderSchema.parse(JSON.parse(found));
    if (processState(holder) === 'ended') continue;
    throw new KinemacolorError(
      'usage',
      `Another coordinator (process ${holder.pid} on ${holder.host}) serves this film on this farm; wait for it, or stop it and run this command again ${VALID_FOR} seconds later.`,
    );
  }
  const timer = setInterval(() => claim(own).catch(() => undefined), 1000 * RENEWED_EVERY).unref(); // a caller that was stopped does not release it
  return async () => {
    clearInterval(timer);
    if ((await redis.get(key)) === own) await redis.del(key);
  };
}
