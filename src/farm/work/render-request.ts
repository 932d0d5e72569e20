import { z } from 'zod';
import { shotJobSchema } from '../queue/shot-job.ts';

/** What a worker passes to its render process, one JSON object a line. */
export const renderRequestSchema = z.strictObject({
  job: shotJobSchema,
  folders: z.array(z.strictObject({ named: z.string(), here: z.string() })),
  /** The folder for what is fetched from S3. */
  cache: z.string(),
  /** Who renders, for the shot's report. */
  machine: z.strictObject({ name: z.string(), machineClass: z.string() }),
});
export type RenderRequest = z.output<typeof renderRequestSchema>;

/** What the render process answers, among the events of its progress. */
export const renderAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rendered'), frames: z.int(), reused: z.boolean(), seconds: z.number() }),
  z.object({ type: z.literal('not-rendered'), kind: z.string(), message: z.string() }),
]);
export type RenderAnswer = z.output<typeof renderAnswerSchema>;
/** The answer for a shot that is finished. */
export type RenderedAnswer = Extract<RenderAnswer, { type: 'rendered' }>;
