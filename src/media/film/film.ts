import type { PictureFormat } from './frame.ts';
import { type Timebase, toSeconds } from './time.ts';

/** Colour tags as ffmpeg names them (`bt709`, `smpte170m`, `tv`, ...); undefined if untagged. */
export interface ColorTags {
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  readonly space: string | undefined;
  readonly range: string | undefined;
}

/** Static HDR metadata (SMPTE ST 2086, CTA-861.3). */
export interface HdrMetadata {
  /** Mastering display: CIE xy of red, green, blue and white, and luminance in cd/m2. */
  readonly mastering?: {
    readonly red: readonly [number, number];
    readonly green: readonly [number, number];
    readonly blue: readonly [number, number];
    readonly white: readonly [number, number];
    readonly minLuminance: number;
    readonly maxLuminance: number;
  };
  /** Maximum content light level and maximum frame-average light level, in cd/m2. */
  readonly light?: { readonly content: number; readonly average: number };
}

export type StreamKind = 'video' | 'audio' | 'subtitle' | 'data' | 'attachment';

/** A stream of the source that is stream-copied: every one but the picture. */
export interface CopiedStream {
  /** The source's own stream index. */
  readonly index: number;
  readonly kind: StreamKind;
  readonly codec: string;
  /** A cover picture rather than a film (disposition attached_pic). */
  readonly cover: boolean;
}

export type FieldOrder = 'progressive' | 'tff' | 'bff';

/**
 * A stretch of a film with a continuous clock. A new one begins at each timestamp discontinuity (concatenated files, cells of a
 * DVD).
 */
export interface ClockStretch {
  /** Added to all times of the stretch, to make the clock continuous: ticks of the picture's timebase. */
  readonly shift: number;
  /** Earliest and latest time of its pictures by the file's own clock, in ticks. */
  readonly first: number;
  readonly last: number;
  /** Number of coded pictures (with field coding, two per frame). */
  readonly pictures: number;
  /** For other streams, by index: number of packets before the stretch. */
  readonly packets: ReadonlyMap<number, number>;
}

/** Probed properties of a source film. Paths are absolute. */
export interface Film {
  readonly path: string;
  readonly bytes: number;
  /** ffmpeg's name of the container, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** The source's own index of the picture stream to colour (see `pictureStream`). */
  readonly videoStream: number;
  readonly videoCodec: string;
  /** The codec's code in the file, such as `apch`; undefined if it has none. */
  readonly codecTag?: string;
  /** ffmpeg's name of the decoded pixel format, e.g. `yuv420p10le` or `gray`. */
  readonly pixelFormat: string;
  /** The decoder's own pixel format if different: `rgb24` is converted to `yuv444p`, `nv12` reordered to `yuv420p`. */
  readonly codedPixelFormat?: string;
  readonly format: PictureFormat;
  /** Whether the source stores chroma (false for gray formats). */
  readonly storesChroma: boolean;
  readonly tags: ColorTags;
  readonly hdr?: HdrMetadata;
  readonly sampleAspect: Timebase;
  /** Display rotation in degrees, clockwise: 0, 90, 180, 270. A mirrored picture is rotated first, then flipped horizontally. */
  readonly rotation: number;
  /** Display matrix as stored in mp4 (nine numbers, 16.16, the third column 2.30); undefined for the identity. */
  readonly displayMatrix?: readonly number[];
  readonly fieldOrder: FieldOrder;
  readonly averageRate: Timebase;
  /** Timecode of the first frame as the file states it: `01:00:00:00`, `01:00:00;02`; undefined if it has none. */
  readonly timecode?: string;
  /** Start of the picture stream according to the container, in ticks; undefined if not stated. */
  readonly statedStartTicks?: number;
  /**
   * Stretches between timestamp discontinuities, in order; empty if the clock is continuous. All other times are on the
   * continuous clock.
   */
  readonly stretches: readonly ClockStretch[];
  /** Duration according to the container, in seconds, for progress only; undefined if not stated. */
  readonly statedSeconds: number | undefined;
  /** Frame count stated by the container or estimated from the rate, for progress only. */
  readonly statedFrames: number | undefined;
  /**
   * Number of pictures in the container's index (mp4, mov, avi), including those hidden by an edit list; undefined without an
   * index.
   */
  readonly indexedFrames?: number;
  readonly otherStreams: readonly CopiedStream[];
  readonly chapters: number;
  /** Messages for the user before the film is used, one sentence each. */
  readonly notes: readonly string[];
}

/** Start of the picture stream according to the container, in seconds of the file's own clock; 0 if not stated. */
export function startSeconds({ statedStartTicks, format }: Film): number {
  return toSeconds({ ticks: statedStartTicks ?? 0, timebase: format.timebase });
}
