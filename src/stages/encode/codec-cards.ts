import type { Film } from '../../media/film/film.ts';
import type { Range, Subsampling } from '../../media/film/frame.ts';
import type { Codec } from '../../options.ts';

/** Containers that can be written, by file extension. */
export const CONTAINERS = ['mp4', 'm4v', 'mov', 'mkv', 'mxf'] as const;
export type Container = (typeof CONTAINERS)[number];

/** Containers with the times and tags of QuickTime. */
export const isQuickTime = (container: Container): boolean => container !== 'mkv' && container !== 'mxf';

/** A codec that pictures are written in, rather than the source's own, whichever that is. */
export type WrittenCodec = Exclude<Codec, 'same'>;

/** What an encoder's options depend on. */
export interface EncodingChoice {
  readonly quality: number;
  readonly preset: string;
  readonly subsampling: Subsampling;
  readonly depth: number;
  readonly fieldOrder: Film['fieldOrder'];
  readonly range: Range;
  readonly side: number; // the shorter one
  readonly threads: EncoderThreads;
  /** The profile of the source's own ProRes, where it is to be kept. */
  readonly profile: number | undefined;
}

/** Parallelism changes the output of x264 and x265, so it is derived from the picture size and never from the number of cores. */
export interface EncoderThreads {
  /** Total threads. */
  readonly all: number;
  /** Frames that x265 encodes concurrently. */
  readonly frames: number;
}

/** What a codec can store, and how ffmpeg is told to write it. */
export interface CodecCard {
  readonly encoder: string;
  /** Bit depths supported for each subsampling; least chroma first. */
  readonly depths: Partial<Record<Subsampling, readonly number[]>>;
  /** Whether deeper films are rounded to the codec's depth, because the codec is lossy anyway and editors expect it. */
  readonly rounds: boolean;
  /** The depths at which it stores opacity as well; undefined where it cannot. */
  readonly opacity: CodecCard['depths'] | undefined;
  /** Whether every sample comes back as it was. */
  readonly lossless: boolean;
  /** Whether a chroma sample at the edge may cover fewer luma samples than its full share. */
  readonly allowsOddSizes: boolean;
  /** Smallest picture that it can store. */
  readonly smallest?: { readonly width: number; readonly height: number };
  readonly fields: 'coded' | 'flagged' | 'lost';
  readonly containers: readonly Container[];
  args(choice: EncodingChoice): string[];
}

/** Containers of codecs that are made for viewing. */
const VIEWING: readonly Container[] = ['mp4', 'm4v', 'mov', 'mkv'];
/** Containers of editing codecs. */
const EDITING: readonly Container[] = ['mov', 'mkv', 'mxf'];

const PLAIN = { rounds: false, opacity: undefined, lossless: false, allowsOddSizes: false } as const;

const fieldFlags = ({ fieldOrder }: EncodingChoice) => (fieldOrder === 'progressive' ? [] : ['-flags', '+ildct']);
const FFV1_DEPTHS = [8, 9, 10, 12, 14, 16];

const SOFTWARE: Record<'x264' | 'x265' | 'prores' | 'prores4444' | 'dnxhr' | 'v210' | 'ffv1', CodecCard> = {
  x264: {
    ...PLAIN,
    encoder: 'libx264',
    depths: { '420': [8, 10], '422': [8, 10], '444': [8, 10] },
    fields: 'coded',
    containers: VIEWING,
    args: ({ quality, preset, fieldOrder, threads }) => [
      ...['-preset', preset, '-crf', String(quality), '-threads', String(threads.all)],
      ...(fieldOrder === 'progressive' ? [] : ['-flags', '+ildct+ilme', '-x264-params', `${fieldOrder}=1`]),
    ],
  },
  x265: {
    ...PLAIN,
    encoder: 'libx265',
    depths: { '420': [8, 10, 12], '422': [8, 10, 12], '444': [8, 10, 12] },
    fields: 'lost', // its interlaced mode takes fields, not frames
    containers: VIEWING,
    args: ({ quality, preset, range, threads }) => [
      ...['-preset', preset, '-crf', String(quality)],
      ...['-x265-params', `log-level=error:range=${range}:frame-threads=${threads.frames}:pools=${threads.all}`],
    ],
  },
  prores: {
    ...PLAIN,
    encoder: 'prores_ks',
    depths: { '422': [10] },
    rounds: true,
    allowsOddSizes: true,
    fields: 'coded',
    containers: EDITING,
    args: choice => proresArgs(choice, proresProfile(choice.quality)),
  },
  prores4444: {
    ...PLAIN,
    encoder: 'prores_ks',
    depths: { '444': [10] },
    rounds: true,
    opacity: { '444': [10] },
    allowsOddSizes: true,
    fields: 'coded',
    containers: EDITING,
    args: choice => proresArgs(choice, 4),
  },
  dnxhr: {
    ...PLAIN,
    encoder: 'dnxhd',
    depths: { '422': [8, 10], '444': [10] },
    rounds: true,
    smallest: { width: 256, height: 120 },
    fields: 'lost',
    containers: EDITING,
    args: ({ subsampling, depth }) => ['-profile:v', subsampling === '444' ? 'dnxhr_444' : depth > 8 ? 'dnxhr_hqx' : 'dnxhr_hq'],
  },
  v210: {
    ...PLAIN,
    encoder: 'v210',
    depths: { '422': [10] },
    lossless: true,
    fields: 'flagged',
    containers: ['mov', 'mkv'],
    args: () => [],
  },
  ffv1: {
    ...PLAIN,
    encoder: 'ffv1',
    depths: { '420': FFV1_DEPTHS, '422': FFV1_DEPTHS, '444': FFV1_DEPTHS },
    opacity: { '420': [8, 10, 16], '422': [8, 10, 16], '444': [8, 10, 16] },
    lossless: true,
    // allowsOddSizes: ffmpeg of 2018 loses the last row of chroma if slices are combined with an odd height
    fields: 'flagged',
    containers: ['mkv'],
    // Version 3, intra only, with checksums, as archives require (RFC 9043; FADGI's profile). The smallest pictures have no room
    // for its slices: ffmpeg (2018 to 5.1) would store them black or not at all.
    args: ({ side }) => (side < 4 ? ['-level', '1', '-g', '1'] : ['-level', '3', '-g', '1', '-slicecrc', '1']),
  },
};

function proresArgs(choice: EncodingChoice, profile: number): string[] {
  return ['-profile:v', String(choice.profile ?? profile), '-vendor', 'apl0', ...fieldFlags(choice)];
}

/** 3 is HQ, 2 standard, 1 LT, 0 proxy. */
function proresProfile(quality: number): number {
  if (quality <= 20) return 3;
  if (quality <= 28) return 2;
  return quality <= 35 ? 1 : 0;
}

/** A hardware encoder: 4:2:0 only, with its own quality scale. */
function hardware(encoder: string, depths: readonly number[], args: (quality: number) => string[]): CodecCard {
  return {
    ...PLAIN,
    encoder,
    depths: { '420': depths },
    fields: 'lost',
    containers: VIEWING,
    args: ({ quality }) => args(quality),
  };
}

const qp = (quality: number) => String(Math.round(quality));
const nvenc = (quality: number) => ['-rc', 'vbr', '-cq', String(Math.max(1, quality)), '-b:v', '0'];
const amf = (quality: number) => ['-rc', 'cqp', '-qp_i', qp(quality), '-qp_p', qp(quality)];
/** 100 is best, 1 is worst. */
const videotoolbox = (quality: number) => ['-q:v', String(Math.max(1, Math.round(100 * (1 - quality / 51))))];
const qsv = (quality: number) => ['-global_quality', String(Math.max(1, Math.round(quality)))];
const vaapi = (quality: number) => ['-vaapi_device', '/dev/dri/renderD128', '-qp', String(Math.max(1, Math.round(quality)))];

export const CODEC_CARDS: Record<WrittenCodec, CodecCard> = {
  ...SOFTWARE,
  h264_nvenc: hardware('h264_nvenc', [8], nvenc),
  hevc_nvenc: hardware('hevc_nvenc', [8, 10], nvenc),
  h264_videotoolbox: hardware('h264_videotoolbox', [8], videotoolbox),
  hevc_videotoolbox: hardware('hevc_videotoolbox', [8, 10], videotoolbox),
  h264_qsv: hardware('h264_qsv', [8], qsv),
  hevc_qsv: hardware('hevc_qsv', [8, 10], qsv),
  h264_amf: hardware('h264_amf', [8], amf),
  hevc_amf: hardware('hevc_amf', [8, 10], amf),
  h264_vaapi: hardware('h264_vaapi', [8], vaapi),
  hevc_vaapi: hardware('hevc_vaapi', [8, 10], vaapi),
};

/** Codecs whose encoders come with ffmpeg and need no device. */
export const SOFTWARE_CODECS = Object.keys(SOFTWARE) as (keyof typeof SOFTWARE)[];
