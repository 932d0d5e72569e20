import type { ShotKind } from '../media/shot.ts';

/** What was made of one shot. Written beside its segment when the shot is done, and gathered in the report of the run. */
export interface ShotReport {
  readonly shot: number;
  readonly fingerprint: string;
  readonly kind: ShotKind;
  readonly start: number;
  readonly end: number;
  readonly keyframes: readonly number[];
  readonly frames: number;
  /** Time of the first frame and of the end, in ticks of the source's timebase. */
  readonly startTicks: number;
  readonly endTicks: number;
  readonly segmentBytes: number;
  /** Mean trust of carried colour, 0..1, and the mean share of a picture that no keyframe saw. */
  readonly trust: number;
  readonly unseen: number;
  /** Mean trust of each frame, in order, three decimals. */
  readonly curve?: readonly number[];
  readonly warnings: readonly string[];
}

/** What was made of the film. */
export interface RunReport {
  readonly output: string;
  readonly source: string;
  /** The source's own index of the picture stream that was coloured. */
  readonly stream: number;
  readonly frames: number;
  readonly seconds: number;
  readonly device: string;
  readonly model: string;
  readonly ffmpeg: string;
  readonly damage: string | undefined;
  /** Was the whole film rendered, or a stretch of it? */
  readonly part: 'whole' | 'stretch';
  /** Frames whose colour was given as keyframe pictures. */
  readonly given: readonly number[];
  readonly warnings: readonly string[];
  /** Each shot, and whether it was rendered now or found finished from an earlier run. */
  readonly shots: readonly (ShotReport & { readonly reused: boolean })[];
  /** Milliseconds each kind of arithmetic took in the worker threads. */
  readonly busy: Readonly<Record<string, number>>;
}
