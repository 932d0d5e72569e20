import { z } from 'zod';
import { isS3Address, parseS3Address } from '../../adapters/object-store/s3-address.ts';
import { KinemacolorError } from '../../errors.ts';
import { explainIssues } from '../../options.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.string().min(1).max(1000).refine(isPlace, 'no address in S3');

function isPlace(text: string): boolean {
  try {
    return !isS3Address(text) || parseS3Address(text).bucket !== '';
  } catch {
    return false;
  }
}

/** What a worker is told of a shot; checked at both ends. The plan travels as a file of the segments' folder, by its hash. */
export const shotJobSchema = z.strictObject({
  version: z.literal(1),
  plan: sha256,
  shot: z.int().min(0),
  frames: z.int().min(1),
  /** What the shot will be made of; a worker that computes another one does not render it. */
  fingerprint: sha256,
  /** Folder of finished shots, as the coordinator sees it, or `s3://bucket/prefix`. */
  segments: place,
});
export type ShotJob = Readonly<z.output<typeof shotJobSchema>>;

/** Bytes that a job's data may take, so that a queue of many films fits Redis. */
const MAX_JOB_BYTES = 4096;

/** Throws `usage` for data that is no job of ours. */
export function checkedJob(data: unknown): ShotJob {
  const parsed = shotJobSchema.safeParse(data);
  if (parsed.success && JSON.stringify(data).length <= MAX_JOB_BYTES) return parsed.data;
  const why = parsed.success ? `it has more than ${MAX_JOB_BYTES} bytes` : explainIssues(parsed.error);
  throw new KinemacolorError('usage', `A job of the queue is not valid: ${why}; are all machines of the same version?`);
}

/** What a film is called in Redis, by the hash of its plan. */
export function filmId(plan: string): string {
  return plan.slice(0, 16);
}

/**
 * A shot is in a round once. BullMQ ignores a job whose id it still has: what was finished or failed in an earlier round does not
 * count.
 */
export function shotJobId({ plan, fingerprint }: ShotJob, round: number): string {
  return `${filmId(plan)}-${fingerprint.slice(0, 32)}-${round}`;
}
