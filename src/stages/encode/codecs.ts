import { extname } from 'node:path';
import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Range, Subsampling } from '../../media/film/frame.ts';
import type { Codec } from '../../options.ts';

/** Containers that can be written, by file extension. */
export type Container = 'mp4' | 'm4v' | 'mov' | 'mkv';

/** The settings that determine the encoding. */
export interface EncodeSettings {
  readonly codec: Codec;
  /** 0 (best) .. 51: the CRF of x264 and x265, mapped to the equivalent of other codecs. */
  readonly quality: number;
  /** x264's and x265's own name for speed versus compression. */
  readonly preset?: string | undefined;
}

/** How a film's pictures are encoded. Decided before the first frame. */
export interface EncodingPlan {
  readonly codec: Codec;
  /** ffmpeg's name of the pixel format passed to it. Its depth is the film's, or the next higher one that the codec supports. */
  readonly pixelFormat: string;
  readonly depth: number;
  readonly subsampling: Subsampling;
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  /** ffmpeg options that select and configure the encoder. Independent of the machine. */
  readonly encoderArgs: readonly string[];
  /** Messages for the user about this choice, one sentence each. */
  readonly notes: readonly string[];
}

interface Choice {
  readonly quality: number;
  readonly preset: string;
  readonly subsampling: Subsampling;
  readonly depth: number;
  readonly fieldOrder: Film['fieldOrder'];
  readonly range: Range;
  readonly side: number; // the shorter one
  readonly threads: EncoderThreads;
}

/** Parallelism changes the output of x264 and x265, so it is derived from the picture size and never from the number of cores. */
interface EncoderThreads {
  /** Total threads. */
  readonly all: number;
  /** Frames that x265 encodes concurrently. */
  readonly frames: number;
}

interface CodecCard {
  readonly encoder: string;
  /** Bit depths supported for each subsampling; least chroma first. */
  readonly depths: Partial<Record<Subsampling, readonly number[]>>;
  /** Whether a chroma sample at the edge may cover fewer luma samples than its full share. */
  readonly allowsOddSizes: boolean;
  readonly fields: 'coded' | 'flagged' | 'lost';
  readonly containers: readonly Container[];
  args(choice: Choice): string[];
}

const EVERY: readonly Container[] = ['mp4', 'm4v', 'mov', 'mkv'];

const SOFTWARE: Record<'x264' | 'x265' | 'prores' | 'ffv1', CodecCard> = {
  x264: {
    encoder: 'libx264',
    depths: { '420': [8, 10], '422': [8, 10], '444': [8, 10] },
    allowsOddSizes: false,
    fields: 'coded',
    containers: EVERY,
    args: ({ quality, preset, fieldOrder, threads }) => [
      ...['-preset', preset, '-crf', String(quality), '-threads', String(threads.all)],
      ...(fieldOrder === 'progressive' ? [] : ['-flags', '+ildct+ilme', '-x264-params', `${fieldOrder}=1`]),
    ],
  },
  x265: {
    encoder: 'libx265',
    depths: { '420': [8, 10, 12], '422': [8, 10, 12], '444': [8, 10, 12] },
    allowsOddSizes: false,
    fields: 'lost', // its interlaced mode takes fields, not frames
    containers: EVERY,
    args: ({ quality, preset, range, threads }) => [
      ...['-preset', preset, '-crf', String(quality)],
      ...['-x265-params', `log-level=error:range=${range}:frame-threads=${threads.frames}:pools=${threads.all}`],
    ],
  },
  prores: {
    encoder: 'prores_ks',
    depths: { '422': [10], '444': [10] },
    allowsOddSizes: true,
    fields: 'coded',
    containers: ['mov', 'mkv'],
    args: ({ quality, subsampling, fieldOrder }) => [
      ...['-profile:v', String(subsampling === '444' ? 4 : proresProfile(quality)), '-vendor', 'apl0'],
      ...(fieldOrder === 'progressive' ? [] : ['-flags', '+ildct']),
    ],
  },
  ffv1: {
    encoder: 'ffv1',
    depths: { '420': [8, 9, 10, 12, 14, 16], '422': [8, 9, 10, 12, 14, 16], '444': [8, 9, 10, 12, 14, 16] },
    allowsOddSizes: false, // ffmpeg of 2018 loses the last row of chroma if slices are combined with an odd height
    fields: 'flagged',
    containers: ['mkv'],
    // Version 3, intra only, with checksums, as archives require (RFC 9043; FADGI's profile). The smallest pictures have no room
    // for its slices: ffmpeg (2018 to 5.1) would store them black or not at all.
    args: ({ side }) => (side < 4 ? ['-level', '1', '-g', '1'] : ['-level', '3', '-g', '1', '-slicecrc', '1']),
  },
};

/** 3 is HQ, 2 standard, 1 LT, 0 proxy. */
function proresProfile(quality: number): number {
  if (quality <= 20) return 3;
  if (quality <= 28) return 2;
  return quality <= 35 ? 1 : 0;
}

/** A hardware encoder: 4:2:0 only, with its own quality scale. */
function hardware(encoder: string, depths: readonly number[], args: (quality: number) => string[]): CodecCard {
  return {
    encoder,
    depths: { '420': depths },
    allowsOddSizes: false,
    fields: 'lost',
    containers: EVERY,
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

const CARDS: Record<Codec, CodecCard> = {
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

const CONTAINERS: readonly string[] = EVERY;
/** Containers that can hold a codec. */
export const containersOf = (codec: Codec): readonly Container[] => CARDS[codec].containers;

/** Whether the encoder needs a hardware device, which may be missing even if ffmpeg knows the encoder. */
export const needsDevice = (codec: Codec): boolean => !(codec in SOFTWARE);

/** Container for a file extension. Throws `usage` for others. */
export function containerOf(output: string): Container {
  const extension = extensionOf(output);
  if (CONTAINERS.includes(extension)) return extension as Container;
  throw new KinemacolorError(
    'usage',
    `Expected an output that ends in .mp4, .m4v, .mov or .mkv, received "${output}"; give it one of these.`,
  );
}

function extensionOf(path: string): string {
  return extname(path).slice(1).toLowerCase();
}

/**
 * Chooses how a film's pictures are encoded. Luma keeps every bit: the depth is the film's, or the next higher one that the codec
 * supports. The size is kept: of the subsamplings that can represent it exactly, the one with least chroma is used.
 * `output` is used only to check that its container holds the codec; a name without a film extension is not checked.
 * Throws `environment` if ffmpeg lacks the encoder, `usage` if codec and film, or codec and container, are incompatible.
 */
export function chooseEncoding(
  film: Film,
  settings: EncodeSettings,
  output: string,
  ffmpeg: Pick<Ffmpeg, 'encoders' | 'path'>,
  size: { readonly width: number; readonly height: number } = film.format,
): EncodingPlan {
  const { codec, quality, preset = 'medium' } = settings;
  const card = CARDS[codec];
  checkContainer(codec, card, output);
  if (!ffmpeg.encoders.has(card.encoder)) {
    throw new KinemacolorError(
      'environment',
      `The codec ${codec} needs the encoder ${card.encoder}, which ${ffmpeg.path} was built without; choose another codec or another ffmpeg.`,
    );
  }
  const { subsampling, depth } = chooseSubsampling(codec, card, film, size);
  const threads = encoderThreads(size.height);
  const side = Math.min(size.width, size.height);
  const choice = {
    quality,
    preset,
    subsampling,
    depth,
    fieldOrder: film.fieldOrder,
    range: film.format.range,
    threads,
    side,
  };
  return {
    codec,
    pixelFormat: `yuv${subsampling}p${depth > 8 ? `${depth}le` : ''}`,
    depth,
    subsampling,
    encoder: card.encoder,
    encoderArgs: ['-c:v', card.encoder, ...card.args(choice)],
    notes: notesOn(codec, card, film, size, subsampling),
  };
}

/** Luma rows per thread and per concurrent frame: 8 threads, 3 frames at 1080 rows. More costs memory without being faster. */
const ROWS = { thread: 135, frame: 360 } as const;

function encoderThreads(height: number): EncoderThreads {
  const count = (rows: number, max: number) => Math.min(max, Math.max(1, Math.round(height / rows)));
  return { all: count(ROWS.thread, 16), frames: count(ROWS.frame, 4) };
}

function checkContainer(codec: Codec, card: CodecCard, output: string): void {
  const extension = extensionOf(output);
  if (!CONTAINERS.includes(extension) || card.containers.includes(extension as Container)) return;
  const holding = card.containers.map(name => `.${name}`).join(' or ');
  throw new KinemacolorError(
    'usage',
    `A .${extension} file cannot hold ${codec}; choose an output that ends in ${holding}, or another codec.`,
  );
}

/** First subsampling that represents the size exactly, at a depth that holds every bit of the film's luma. */
function chooseSubsampling(
  codec: Codec,
  card: CodecCard,
  film: Film,
  size: { width: number; height: number },
): { subsampling: Subsampling; depth: number } {
  const { depth: needed } = film.format;
  const sufficient = (Object.entries(card.depths) as [Subsampling, readonly number[]][]).flatMap(([subsampling, depths]) => {
    const depth = depths.find(one => one >= needed);
    return depth === undefined ? [] : [{ subsampling, depth }];
  });
  if (sufficient.length === 0) {
    const capable = (Object.keys(SOFTWARE) as Codec[]).filter(name =>
      Object.values(CARDS[name].depths).some(depths => Math.max(...depths) >= needed),
    );
    throw new KinemacolorError(
      'usage',
      `The film has ${needed} bits of luma, which ${codec} cannot store; choose ${capable.join(' or ')}.`,
    );
  }
  const fields = card.fields === 'coded' && film.fieldOrder !== 'progressive' ? 2 : 1;
  const exact = sufficient.find(({ subsampling }) => card.allowsOddSizes || isExact(subsampling, size, fields));
  if (exact) return exact;
  throw new KinemacolorError(
    'usage',
    `${codec} cannot store a picture of ${size.width}x${size.height} without padding or cropping it; choose ffv1, or x264 for frames that are not interlaced.`,
  );
}

/** Whether the width, and the height of each separately coded field, are whole numbers of chroma samples. */
function isExact(subsampling: Subsampling, { width, height }: { width: number; height: number }, fields: 1 | 2): boolean {
  const across = subsampling === '444' ? 1 : 2;
  const down = (subsampling === '420' ? 2 : 1) * fields;
  return width % across === 0 && height % down === 0;
}

function notesOn(
  codec: Codec,
  card: CodecCard,
  film: Film,
  size: { width: number; height: number },
  subsampling: Subsampling,
): string[] {
  const notes: string[] = [];
  if (card.depths['420'] && subsampling !== '420') {
    notes.push(
      `${codec} cannot store ${size.width}x${size.height} as 4:2:0; 4:${subsampling.split('').slice(1).join(':')} is used, which some players cannot show.`,
    );
  }
  if (card.fields === 'lost' && film.fieldOrder !== 'progressive') {
    notes.push(
      `${codec} stores the film's interlaced frames as they are, but their field order only where the container has a place for it.`,
    );
  }
  if (codec === 'prores' && film.format.range === 'full') {
    notes.push('The film is full range (black is 0), which ProRes cannot say; players will show it with more contrast.');
  }
  return notes;
}
