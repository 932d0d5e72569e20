import type { PictureFormat } from './frame.ts';
import { type Timebase, toSeconds } from './time.ts';

/** Colour tags as ffmpeg names them (`bt709`, `smpte170m`, `tv`, ...); undefined where the source says nothing. */
export interface ColorTags {
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  readonly space: string | undefined;
  readonly range: string | undefined;
}

/** What a screen is told of HDR pictures (SMPTE ST 2086, CTA-861.3). */
export interface HdrMetadata {
  /** The display they were graded on: CIE xy of red, green, blue and white, and its luminance in cd/m2. */
  readonly mastering?: {
    readonly red: readonly [number, number];
    readonly green: readonly [number, number];
    readonly blue: readonly [number, number];
    readonly white: readonly [number, number];
    readonly least: number;
    readonly most: number;
  };
  /** The brightest sample of the film, and the brightest mean of a picture, in cd/m2. */
  readonly light?: { readonly content: number; readonly average: number };
}

export type StreamKind = 'video' | 'audio' | 'subtitle' | 'data' | 'attachment';

/** One stream of the source that is carried by stream copy (every stream but the picture we colour). */
export interface CopiedStream {
  /** The source's own stream index. */
  readonly index: number;
  readonly kind: StreamKind;
  readonly codec: string;
  /** A still cover picture rather than a film (disposition attached_pic). */
  readonly cover: boolean;
}

export type FieldOrder = 'progressive' | 'tff' | 'bff';

/** A stretch of a film in which its clock runs on. Where the clock starts anew (files joined byte by byte, cells of a DVD), another begins. */
export interface ClockStretch {
  /** Is added to all times of the stretch, so that time goes on from the stretch before: ticks of the picture's timebase. */
  readonly shift: number;
  /** Earliest and latest time of its pictures by the file's own clock, in ticks. */
  readonly first: number;
  readonly last: number;
  /** Its coded pictures (where each field is one, twice as many as are shown). */
  readonly pictures: number;
  /** For other streams, by their index: how many of the stream's packets come before the stretch. */
  readonly packets: ReadonlyMap<number, number>;
}

/** What the probe found out about a source film. Paths are absolute. */
export interface Film {
  readonly path: string;
  readonly bytes: number;
  /** ffmpeg's name of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** The source's own index of the picture stream that is coloured (see `pictureStream`). */
  readonly videoStream: number;
  readonly videoCodec: string;
  /** The decoded picture's pixel format by ffmpeg's name, for example `yuv420p10le` or `gray`. */
  readonly pixelFormat: string;
  /** The decoder's own pixel format where it is another: `rgb24` is converted to `yuv444p`, `nv12` reordered to `yuv420p`. */
  readonly codedPixelFormat?: string;
  readonly format: PictureFormat;
  /** Does the source store chroma at all (false for gray formats)? */
  readonly storesChroma: boolean;
  readonly tags: ColorTags;
  readonly hdr?: HdrMetadata;
  readonly sampleAspect: Timebase;
  /** Display rotation in degrees, clockwise, as a player would turn the picture: 0, 90, 180, 270; a mirrored one is turned so, and then mirrored from left to right. */
  readonly rotation: number;
  /** The matrix by which players show the picture, as mp4 stores it (nine numbers, 16.16, the third column 2.30); undefined for one that changes nothing. */
  readonly displayMatrix?: readonly number[];
  readonly fieldOrder: FieldOrder;
  readonly averageRate: Timebase;
  /** Ticks at which the container says that the picture stream starts; undefined where it says nothing. */
  readonly statedStartTicks?: number;
  /** The stretches of the film's clock, in order; none where it has but one. All times but these are those that go on. */
  readonly stretches: readonly ClockStretch[];
  /** Duration the container states, in seconds, for progress only; undefined where it states none. */
  readonly statedSeconds: number | undefined;
  /** Number of frames the container states or the rate suggests, for progress only. */
  readonly statedFrames: number | undefined;
  /** Number of pictures in the container's own index (mp4, mov, avi), also those that an edit list hides; undefined where it keeps none. */
  readonly indexedFrames?: number;
  readonly carried: readonly CopiedStream[];
  readonly chapters: number;
  /** What a person should know about this film before it is used, one sentence each. */
  readonly notes: readonly string[];
}

/** The time at which the container says that the picture stream starts, in seconds of the file's own clock; 0 where it says nothing. */
export function startSeconds({ statedStartTicks, format }: Film): number {
  return toSeconds({ ticks: statedStartTicks ?? 0, timebase: format.timebase });
}
