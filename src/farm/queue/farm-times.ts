import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { explainIssues } from '../../options.ts';

/** Times of a farm in seconds, with their ranges. A lease under a second would be lost to an ordinary pause of the machine. */
const farmTimesSchema = z.object({
  lease: z.number().min(1).max(3600).default(120),
  poll: z.number().min(0.1).max(60).default(2),
});

/** Times of a farm, in seconds. */
export interface FarmTimes {
  /** Silence after which the shot of a worker goes to another: 1..3600, 120 by default. It is renewed four times as often. */
  readonly lease: number;
  /** Between two looks of a coordinator at the folder of finished shots: 0.1..60, 2 by default. */
  readonly poll: number;
}

export const USUAL_TIMES: FarmTimes = farmTimesSchema.parse({});

/** Throws `usage` for what is out of range. */
export function checkedTimes(given: Partial<FarmTimes>): FarmTimes {
  const parsed = farmTimesSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new KinemacolorError('usage', `The times of a farm are in seconds; ${explainIssues(parsed.error)}.`);
}
