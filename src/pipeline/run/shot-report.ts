import { z } from 'zod';
import type { Timebase } from '../../media/film/time.ts';
import type { ColorBar } from './color-bar.ts';

/** The report of one shot: stored beside its segment when the shot is finished, and part of the run's report. */
export const shotReportSchema = z.object({
  shot: z.int().min(0),
  fingerprint: z.string(),
  kind: z.enum(['steady', 'dissolve', 'fade']),
  start: z.int().min(0),
  end: z.int().min(1),
  keyframes: z.array(z.int().min(0)).readonly(),
  /** The references that were used, in their order. */
  references: z.array(z.string()).readonly().optional(),
  frames: z.int().min(1),
  /** Time of the first frame and of the end, in ticks of the source's timebase. */
  startTicks: z.int(),
  endTicks: z.int(),
  /** Size and SHA-256 (hex) of the segment. */
  segmentBytes: z.int().min(1),
  segmentSha256: z.string().length(64),
  /** Mean trust of propagated colour, 0..1, and the mean share of a picture that no keyframe shows, 0..1. */
  trust: z.number(),
  unseen: z.number(),
  /** Mean trust of each frame, in order, with three decimals. */
  curve: z.array(z.number()).readonly().optional(),
  /** The machine of a farm that rendered it. */
  machine: z.object({ name: z.string(), machineClass: z.string() }).optional(),
  warnings: z.array(z.string()).readonly(),
});
/** The report of one shot. */
export type ShotReport = Readonly<z.output<typeof shotReportSchema>>;

/** The report of a run. */
export interface RunReport {
  /** The film in colour. Absolute. */
  readonly output: string;
  /** The black-and-white film. Absolute. */
  readonly source: string;
  /** The source's index of the video stream that was coloured. */
  readonly stream: number;
  /** Number of frames, with those of reused shots. */
  readonly frames: number;
  /** Seconds that rendering and joining took. */
  readonly seconds: number;
  /** Where the model ran: `cpu`, `cuda` and so on; `none` where no keyframe used it. */
  readonly device: string;
  /** The model's id. */
  readonly model: string;
  /** Version of ffmpeg. */
  readonly ffmpeg: string;
  /** Damage in the source, as sentences; undefined where there is none. */
  readonly damage: string | undefined;
  /** Was the whole film rendered, or a stretch of it? */
  readonly part: 'whole' | 'stretch';
  /** Frames a second: the standard rate that the film's is rounded from, else its average. */
  readonly rate: Timebase;
  /** Does every shot start where its first frame lies at that rate? */
  readonly evenTimes: boolean;
  /** Timecode of the result's first frame; undefined where the source has none. */
  readonly timecode: string | undefined;
  /** Frames whose colour was given as keyframe pictures. */
  readonly given: readonly number[];
  /** Warnings, one sentence each. */
  readonly warnings: readonly string[];
  /** Each shot, and whether it was reused from an earlier run. */
  readonly shots: readonly (ShotReport & { readonly reused: boolean })[];
  /** What the colours stand for, where a palette gave them. */
  readonly colorBar?: ColorBar | undefined;
  /** Milliseconds per task of the worker threads. */
  readonly busy: Readonly<Record<string, number>>;
}
