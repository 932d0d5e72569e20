import type { CopiedStream } from '../../media/film/film.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import type { TimeComparison } from '../../stages/measure/compare-times.ts';
import type { Figures } from '../../stages/measure/gather-figures.ts';
import type { StreamFate } from '../../stages/measure/hash-streams.ts';
import type { KeyframeJumps } from '../../stages/measure/keyframe-jumps.ts';

/** Figures of one shot. Frames count from the first of the source film. */
export interface ShotQuality extends Figures {
  /** The shot's number, from 0. */
  readonly shot: number;
  /** What joins its ends. */
  readonly kind: ShotKind;
  /** Index of its first frame. */
  readonly start: number;
  /** Index after its last frame. */
  readonly end: number;
  /** Where its keyframes are known: how colour passes from one to the next. `frame` counts like `start`. */
  readonly handOvers: KeyframeJumps | undefined;
  /** As the render reported them: mean trust, and the mean share of a picture that no keyframe saw. */
  readonly trust: number | undefined;
  /** Mean share of a picture that no keyframe saw, 0..1; undefined where no run reported it. */
  readonly unseen: number | undefined;
}

/** Luma against the source's, in code values of the source's depth. */
export interface LumaIdentity {
  readonly max: number;
  readonly mean: number;
  /** Frames in which any luma sample differs. */
  readonly frames: number;
  readonly depth: number;
}

export interface TimingIdentity extends TimeComparison {
  readonly frames: { readonly source: number; readonly result: number };
  /** How much earlier or later the picture starts against the sound than in the source, in seconds; undefined without sound. */
  readonly pictureToSound: number | undefined;
  /** As many frames, each at its time, in step with the sound. */
  readonly same: boolean;
}

export interface StreamIdentity {
  readonly index: number;
  readonly kind: CopiedStream['kind'];
  readonly codec: string;
  readonly packets: number;
  readonly fate: StreamFate;
}

/** A frame that stands out, with pictures of it (data URIs) where they were asked for. */
export interface WorstFrame {
  readonly what: 'flicker' | 'luma' | 'psnr';
  readonly frame: number;
  readonly seconds: number;
  readonly value: number;
  /** flicker: the frame before and this one; psnr: this one and the truth; luma: this one. */
  readonly pictures: readonly string[];
}

/** A figure over the film's time. Each point stands for `framesPerPoint` frames and is the largest (psnr: the least) of them. */
export interface Curves {
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

/** What is measured of a finished film. Figures of the whole film include pairs of frames across cuts, as usual benchmarks do. */
export interface QualityReport {
  /** The film that was measured. Absolute. */
  readonly result: string;
  /** The black-and-white film that it was made from, where one was given. */
  readonly source: string | undefined;
  /** The film in its true colour, where one was given. */
  readonly truth: string | undefined;
  /** Where the shots come from: found in the film, or told by a plan or by the report of a run. */
  readonly shotsFrom: 'detector' | 'plan' | 'run';
  /** Figures of the whole film. */
  readonly film: Figures & Pick<ShotQuality, 'handOvers' | 'trust' | 'unseen'>;
  /** Means over pairs of frames inside a shot. */
  readonly insideShots: Pick<Figures, 'flicker' | 'flickerInside' | 'flickerTruth' | 'cdc' | 'cdcLuma' | 'cdcTruth'>;
  /** Figures of each shot. */
  readonly shots: readonly ShotQuality[];
  /** Is its luma the source's? Undefined without a source. */
  readonly luma: LumaIdentity | undefined;
  /** Are its times the source's? Undefined without a source. */
  readonly timing: TimingIdentity | undefined;
  /** Undefined without a source and for a film of a stretch, whose streams are cut. */
  readonly streams: readonly StreamIdentity[] | undefined;
  /** The frames that stand out. */
  readonly worst: readonly WorstFrame[];
  /** Figures over the film's time. */
  readonly curves: Curves;
  /** What could not be measured or compared, one sentence each. */
  readonly warnings: readonly string[];
}
