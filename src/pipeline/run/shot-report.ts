import { z } from 'zod';

/** What was made of one shot. Written beside its segment when the shot is done, and gathered in the report of the run. */
export const shotReportSchema = z.object({
  shot: z.int().min(0),
  fingerprint: z.string(),
  kind: z.enum(['steady', 'dissolve', 'fade']),
  start: z.int().min(0),
  end: z.int().min(1),
  keyframes: z.array(z.int().min(0)).readonly(),
  frames: z.int().min(1),
  /** Time of the first frame and of the end, in ticks of the source's timebase. */
  startTicks: z.int(),
  endTicks: z.int(),
  /** Size and SHA-256 (hex) of the segment. */
  segmentBytes: z.int().min(1),
  segmentSha256: z.string().length(64),
  /** Mean trust of carried colour, 0..1, and the mean share of a picture that no keyframe saw. */
  trust: z.number(),
  unseen: z.number(),
  /** Mean trust of each frame, in order, three decimals. */
  curve: z.array(z.number()).readonly().optional(),
  warnings: z.array(z.string()).readonly(),
});
/** What was made of one shot. */
export type ShotReport = Readonly<z.output<typeof shotReportSchema>>;

/** What was made of the film. */
export interface RunReport {
  /** The film in colour. Absolute. */
  readonly output: string;
  /** The black-and-white film. Absolute. */
  readonly source: string;
  /** The source's own index of the picture stream that was coloured. */
  readonly stream: number;
  /** Frames that were rendered, those of reused shots included. */
  readonly frames: number;
  /** Time that rendering and joining took. */
  readonly seconds: number;
  /** Where the model ran: `cpu`, `cuda` and so on; `none` where no keyframe asked for it. */
  readonly device: string;
  /** The model's id. */
  readonly model: string;
  /** Version of the ffmpeg that ran. */
  readonly ffmpeg: string;
  /** What is damaged in the source, in sentences; undefined where nothing is. */
  readonly damage: string | undefined;
  /** Was the whole film rendered, or a stretch of it? */
  readonly part: 'whole' | 'stretch';
  /** Frames whose colour was given as keyframe pictures. */
  readonly given: readonly number[];
  /** What a person should know, one sentence each. */
  readonly warnings: readonly string[];
  /** Each shot, and whether it was rendered now or found finished from an earlier run. */
  readonly shots: readonly (ShotReport & { readonly reused: boolean })[];
  /** Milliseconds each kind of arithmetic took in the worker threads. */
  readonly busy: Readonly<Record<string, number>>;
}
