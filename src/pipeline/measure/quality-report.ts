import type { CopiedStream } from '../../media/film/film.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import type { TimeComparison } from '../../stages/measure/compare-times.ts';
import type { Figures } from '../../stages/measure/gather-figures.ts';
import type { StreamFate } from '../../stages/measure/hash-streams.ts';
import type { KeyframeJumps } from '../../stages/measure/keyframe-jumps.ts';

/** Measurements of one shot. Frame indices are the source's. */
export interface ShotQuality extends Figures {
  /** The shot's number, from 0. */
  readonly shot: number;
  /** How the shot ends: with a cut, a dissolve or a fade. */
  readonly kind: ShotKind;
  /** Index of its first frame. */
  readonly start: number;
  /** Index after its last frame. */
  readonly end: number;
  /** Colour changes from one keyframe to the next, where keyframes are known. `frame` counts like `start`. */
  readonly handOvers: KeyframeJumps | undefined;
  /** Mean trust, as reported by the run, 0..1. */
  readonly trust: number | undefined;
  /** Mean share of a picture that no keyframe shows, 0..1; undefined where no run reported it. */
  readonly unseen: number | undefined;
}

/** Difference in luma from the source, in code values of the source's depth. */
export interface LumaIdentity {
  readonly max: number;
  readonly mean: number;
  /** Frames in which any luma sample differs. */
  readonly frames: number;
  readonly depth: number;
}

export interface TimingIdentity extends TimeComparison {
  readonly frames: { readonly source: number; readonly result: number };
  /**
   * How much the picture starts later (or, negative, earlier) against the sound than in the source, in seconds; undefined
   * without sound.
   */
  readonly pictureToSound: number | undefined;
  /** The same number of frames, each at its time, in step with the sound. */
  readonly same: boolean;
}

export interface StreamIdentity {
  readonly index: number;
  readonly kind: CopiedStream['kind'];
  readonly codec: string;
  readonly packets: number;
  readonly fate: StreamFate;
}

/** A frame with an extreme value, with pictures of it (data URIs) where they were requested. */
export interface WorstFrame {
  readonly what: 'flicker' | 'luma' | 'psnr';
  readonly frame: number;
  readonly seconds: number;
  readonly value: number;
  /** flicker: the frame before and this one; psnr: this one and the truth; luma: this one. */
  readonly pictures: readonly string[];
}

/** A measurement over time. Each point stands for `framesPerPoint` frames and is their largest value (psnr: the smallest). */
export interface QualityCurves {
  readonly framesPerPoint: number;
  readonly flicker: readonly (number | undefined)[];
  readonly flickerTruth: readonly (number | undefined)[];
  readonly colorfulness: readonly (number | undefined)[];
  readonly colorfulnessTruth: readonly (number | undefined)[];
  /** Mean chroma of the first frame of each point, in 8-bit code values away from neutral. */
  readonly cb: readonly (number | undefined)[];
  readonly cr: readonly (number | undefined)[];
  readonly psnr: readonly (number | undefined)[];
}

/** The measurements of a finished film. Those of the whole film include pairs of frames across cuts, as usual in benchmarks. */
export interface QualityReport {
  /** The film that was measured. Absolute. */
  readonly result: string;
  /** The black-and-white film, where one was given. */
  readonly source: string | undefined;
  /** The film in its true colours, where one was given. */
  readonly truth: string | undefined;
  /** Where the shots come from: the detector, a plan or the report of a run. */
  readonly shotsFrom: 'detector' | 'plan' | 'run';
  /** Measurements of the whole film. */
  readonly film: Figures & Pick<ShotQuality, 'handOvers' | 'trust' | 'unseen'>;
  /** Means over pairs of frames within a shot. */
  readonly insideShots: Pick<Figures, 'flicker' | 'flickerInside' | 'flickerTruth' | 'cdc' | 'cdcLuma' | 'cdcTruth'>;
  /** Measurements of each shot. */
  readonly shots: readonly ShotQuality[];
  /** Luma against the source's; undefined without a source. */
  readonly luma: LumaIdentity | undefined;
  /** Times against the source's; undefined without a source. */
  readonly timing: TimingIdentity | undefined;
  /** The other streams against the source's; undefined without a source, and for a stretch, whose streams are cut. */
  readonly streams: readonly StreamIdentity[] | undefined;
  /** The frames with extreme values. */
  readonly worst: readonly WorstFrame[];
  /** Measurements over time. */
  readonly curves: QualityCurves;
  /** What could not be measured or compared, one sentence each. */
  readonly warnings: readonly string[];
}
