import { extname } from 'node:path';
import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Subsampling } from '../../media/film/frame.ts';
import { holdsOpacity } from '../../media/film/pixel-format.ts';
import type { Codec } from '../../options.ts';
import {
  CODEC_CARDS,
  CONTAINERS,
  type CodecCard,
  type Container,
  type EncoderThreads,
  SOFTWARE_CODECS,
  type WrittenCodec,
} from './codec-cards.ts';
import { type Layout, laidOutSize } from './layout.ts';
import { sourceCodec } from './source-codec.ts';

/** The settings that determine the encoding. */
export interface EncodeSettings {
  readonly codec: Codec;
  /** 0 (best) .. 51: the CRF of x264 and x265, mapped to the equivalent of other codecs. */
  readonly quality: number;
  /** x264's and x265's own name for speed versus compression. */
  readonly preset?: string | undefined;
  /** Default: `single`. */
  readonly layout?: Layout | undefined;
  /** `full`: chroma at the size of the picture, as tissues and colours that stand for numbers need it. Default: with a window or a palette. */
  readonly chroma?: 'small' | 'full' | undefined;
  readonly window?: string | undefined;
  readonly palette?: string | undefined;
}

/** How a film's pictures are encoded. Decided before the first frame. */
export interface EncodingPlan {
  readonly codec: WrittenCodec;
  /**
   * ffmpeg's name of the pixel format passed to it. Its depth is the film's, or the next higher one that the codec supports; lower
   * only where the codec rounds.
   */
  readonly pixelFormat: string;
  readonly depth: number;
  readonly subsampling: Subsampling;
  /** Whether the film's opacity is stored as well. */
  readonly opacity: boolean;
  /** ffmpeg's name of the encoder. */
  readonly encoder: string;
  /** ffmpeg options that select and configure the encoder. Independent of the machine. */
  readonly encoderArgs: readonly string[];
  /** Messages for the user about this choice, one sentence each. */
  readonly notes: readonly string[];
}

/** Containers that can hold a codec; for the source's own codec all, since which it is depends on the film. */
export const containersOf = (codec: Codec): readonly Container[] =>
  codec === 'same' ? CONTAINERS : CODEC_CARDS[codec].containers;

/** Whether the encoder needs a hardware device, which may be missing even if ffmpeg knows the encoder. */
export const needsDevice = (codec: WrittenCodec): boolean => !(SOFTWARE_CODECS as readonly string[]).includes(codec);

/** Container for a file extension; undefined for others. */
export function containerNamed(output: string): Container | undefined {
  const extension = extname(output).slice(1).toLowerCase();
  return CONTAINERS.find(container => container === extension);
}

/** The same; throws `usage` for others. */
export function containerOf(output: string): Container {
  const known = containerNamed(output);
  if (known) return known;
  throw new KinemacolorError(
    'usage',
    `Expected an output that ends in .mp4, .m4v, .mov, .mkv or .mxf, received "${output}"; give it one of these.`,
  );
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
): EncodingPlan {
  const { quality, preset = 'medium', layout = 'single' } = settings;
  const { codec, profile } = sourceCodec(film, settings.codec);
  const card = CODEC_CARDS[codec];
  checkContainer(codec, card, output);
  if (layout === 'chroma-only' && !card.lossless)
    throw new KinemacolorError(
      'usage',
      `A chroma-only pass is without loss, which ${codec} is not; add --codec v210 (.mov, which editors read) or --codec ffv1 (.mkv).`,
    );
  if (!ffmpeg.encoders.has(card.encoder)) {
    throw new KinemacolorError(
      'environment',
      `The codec ${codec} needs the encoder ${card.encoder}, which ${ffmpeg.path} was built without; choose another codec or another ffmpeg.`,
    );
  }
  const opacity = layout === 'single' && hasOpacity(film) && card.opacity !== undefined;
  const { chroma = (settings.window ?? settings.palette) === undefined ? 'small' : 'full' } = settings;
  const all = (opacity && card.opacity) || card.depths;
  const depths = chroma === 'full' ? fullChroma(codec, all) : all;
  const wanted = settings.codec === 'same' ? /^yuvj?(4\d\d)/.exec(film.pixelFormat)?.[1] : undefined;
  const own = chroma === 'full' ? '444' : wanted;
  const size = laidOutSize(film.format, layout);
  const { subsampling, depth } = chooseSubsampling(codec, { ...card, depths }, film, { size, own });
  const threads = encoderThreads(size.height);
  const side = Math.min(size.width, size.height);
  const { fieldOrder, format } = film;
  const choice = { quality, preset, subsampling, depth, fieldOrder, range: format.range, threads, side, profile };
  return {
    codec,
    pixelFormat: `yuv${opacity ? 'a' : ''}${subsampling}p${depth > 8 ? `${depth}le` : ''}`,
    depth,
    subsampling,
    opacity,
    encoder: card.encoder,
    encoderArgs: ['-c:v', card.encoder, ...card.args(choice)],
    notes: notesOn(film, { codec, card, size, subsampling, depth, opacity, own }),
  };
}

/** The depths at which a codec stores chroma at the size of the picture. Throws `usage` where it does not. */
function fullChroma(codec: WrittenCodec, { '444': full }: CodecCard['depths']): CodecCard['depths'] {
  if (full) return { '444': full };
  throw new KinemacolorError(
    'usage',
    `${codec} cannot store colour at the size of the picture; choose x264, x265, prores4444 or ffv1, or --chroma small.`,
  );
}

const hasOpacity = ({ codedPixelFormat }: Film) => codedPixelFormat !== undefined && holdsOpacity(codedPixelFormat);

/** Luma rows per thread and per concurrent frame: 8 threads, 3 frames at 1080 rows. More costs memory without being faster. */
const ROWS = { thread: 135, frame: 360 } as const;

function encoderThreads(height: number): EncoderThreads {
  const count = (rows: number, max: number) => Math.min(max, Math.max(1, Math.round(height / rows)));
  return { all: count(ROWS.thread, 16), frames: count(ROWS.frame, 4) };
}

function checkContainer(codec: WrittenCodec, card: CodecCard, output: string): void {
  const container = containerNamed(output);
  if (container === undefined || card.containers.includes(container)) return;
  const holding = card.containers.map(name => `.${name}`).join(' or ');
  throw new KinemacolorError(
    'usage',
    `A .${container} file cannot hold ${codec}; choose an output that ends in ${holding}, or another codec.`,
  );
}

/**
 * First subsampling that represents the size exactly (`own` before the others), at a depth that holds every bit of the film's luma, or
 * at the deepest where the codec rounds.
 */
function chooseSubsampling(
  codec: WrittenCodec,
  card: CodecCard,
  film: Film,
  { size, own }: { size: { width: number; height: number }; own: string | undefined },
): { subsampling: Subsampling; depth: number } {
  const { depth: needed } = film.format;
  const { smallest = size } = card;
  if (size.width < smallest.width || size.height < smallest.height)
    throw new KinemacolorError(
      'usage',
      `${codec} stores pictures of at least ${smallest.width}x${smallest.height}, and the film has ${size.width}x${size.height}; choose prores or ffv1.`,
    );
  const sufficient = depthsOf(card).flatMap(([subsampling, depths]) => {
    const depth = depths.find(one => one >= needed) ?? (card.rounds ? depths.at(-1) : undefined);
    return depth === undefined ? [] : [{ subsampling, depth }];
  });
  if (sufficient.length === 0) {
    const capable = SOFTWARE_CODECS.filter(name => {
      const { depths, lossless } = CODEC_CARDS[name];
      return (name.startsWith('x26') || lossless) && Object.values(depths).some(all => Math.max(...all) >= needed);
    });
    throw new KinemacolorError(
      'usage',
      `The film has ${needed} bits of luma, which ${codec} cannot store; choose ${capable.join(' or ')}.`,
    );
  }
  sufficient.sort((a, b) => Number(b.subsampling === own) - Number(a.subsampling === own));
  const fields = card.fields === 'coded' && film.fieldOrder !== 'progressive' ? 2 : 1;
  const exact = sufficient.find(({ subsampling }) => card.allowsOddSizes || isExact(subsampling, size, fields));
  if (exact) return exact;
  throw new KinemacolorError(
    'usage',
    `${codec} cannot store a picture of ${size.width}x${size.height} without padding or cropping it; choose ffv1, or x264 for frames that are not interlaced.`,
  );
}

const depthsOf = ({ depths }: CodecCard) => Object.entries(depths) as [Subsampling, readonly number[]][];

/** Whether the width, and the height of each separately coded field, are whole numbers of chroma samples. */
function isExact(subsampling: Subsampling, { width, height }: { width: number; height: number }, fields: 1 | 2): boolean {
  const across = subsampling === '444' ? 1 : 2;
  const down = (subsampling === '420' ? 2 : 1) * fields;
  return width % across === 0 && height % down === 0;
}

interface Chosen {
  readonly codec: WrittenCodec;
  readonly card: CodecCard;
  readonly size: { readonly width: number; readonly height: number };
  readonly subsampling: Subsampling;
  readonly depth: number;
  readonly opacity: boolean;
  readonly own: string | undefined;
}

function notesOn(film: Film, { codec, card, size, subsampling, depth, opacity, own }: Chosen): string[] {
  const notes: string[] = [];
  if (card.depths['420'] && subsampling !== '420' && subsampling !== own) {
    notes.push(
      `${codec} cannot store ${size.width}x${size.height} as 4:2:0; 4:${subsampling.split('').slice(1).join(':')} is used, which some players cannot show.`,
    );
  }
  if (depth < film.format.depth) {
    notes.push(
      `The film's ${film.format.depth} bits are rounded to the ${depth} that ffmpeg's encoder of ${codec} takes; --codec ffv1 keeps them all.`,
    );
  }
  if (hasOpacity(film) && !opacity) {
    notes.push(
      `The film holds opacity (${film.codedPixelFormat}), which is not kept in ${codec}: choose --codec prores4444 (.mov) or ffv1 (.mkv) and a single picture to keep it.`,
    );
  }
  if (card.fields === 'lost' && film.fieldOrder !== 'progressive') {
    notes.push(
      `${codec} stores the film's interlaced frames as they are, but their field order only where the container has a place for it.`,
    );
  }
  if (codec.startsWith('prores') && film.format.range === 'full') {
    notes.push('The film is full range (black is 0), which ProRes cannot say; players will show it with more contrast.');
  }
  return notes;
}
