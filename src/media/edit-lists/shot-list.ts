import type { Timebase } from '../film/time.ts';
import { nominalRate, parseTimecode, type Timecode } from '../film/timecode.ts';
import type { ShotKind } from '../plan/shot.ts';

/** The shots of one film file, for editing programs. Frames count from the file's first, which is 0. */
export interface ShotList {
  /** The film. Absolute. */
  readonly path: string;
  /** Frames a second. */
  readonly rate: Timebase;
  /** Timecode of the first frame, such as `01:00:00;02`; undefined if the film has none, which counts as `00:00:00:00`. */
  readonly timecode: string | undefined;
  /** Each shot, in order, without gaps. `end`: the index after its last frame. */
  readonly shots: readonly { readonly start: number; readonly end: number; readonly kind: ShotKind }[];
}

/** The timecode of a list's first frame. */
export function firstTimecode({ rate, timecode }: ShotList): Timecode {
  const stated = timecode === undefined ? undefined : parseTimecode(timecode, rate);
  return stated ?? { frames: 0, nominalRate: nominalRate(rate), dropFrame: false };
}
