import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type RawPicture, type RawVideoJob, rawVideo } from '../../adapters/ffmpeg/raw-video.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import { type ColorFrame, chromaSize, type Frame, type Subsampling } from '../../media/film/frame.ts';
import { decodeFormat, pixelLayout } from '../../media/film/pixel-format.ts';
import { toSeconds } from '../../media/film/time.ts';
import { jumpFaults } from '../probe/clock-stretches.ts';
import { type DecodeEnd, decodeEnd } from './decode-end.ts';
import { fitFilters } from './fit-picture.ts';
import { frameClock } from './frame-clock.ts';

/** All of a picture, or only its right half: the coloured half of a side-by-side film. */
export type PicturePart = 'whole' | 'right';

export interface DecodeOptions {
  /** First frame to decode: its index from the film's first frame, and its ticks as in a decoding of the whole film. */
  readonly from?: { readonly index: number; readonly ticks: number };
  /** Number of frames; default: to the film's end. */
  readonly count?: number;
  /**
   * How to find `from`. `container` (default): seek, then look for the exact tick; falls back to counting where seeking may give
   * other frames. `count`: decode from the film's first frame, the only correct way if ticks do not strictly increase.
   */
  readonly seek?: 'container' | 'count';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes a film's luma: the decoder's code values at its own bit depth, in shared memory, with exact ticks.
 * A picture without a time is placed one frame (at the average rate) after the previous one. Pictures of equal time are all
 * returned. A slow consumer makes ffmpeg wait. A damaged film yields what decodes and reports the damage in the generator's
 * return value.
 * Throws `process` if ffmpeg is killed, `interrupted`, and `source` if the frame at `from.index` is not at `from.ticks`.
 */
export function decodeFrames(film: Film, ffmpeg: Ffmpeg, options: DecodeOptions = {}): AsyncGenerator<Frame, DecodeEnd> {
  return decodePlanes(film, ffmpeg, { ...options, reader: lumaReader(film) });
}

/** Decodes a film's luma as `decodeFrames` does, and its own chroma in a subsampling; unchanged where that is the film's. */
export function decodeKept(
  film: Film,
  ffmpeg: Ffmpeg,
  { subsampling, ...options }: DecodeOptions & { readonly subsampling: Subsampling },
): AsyncGenerator<ColorFrame, DecodeEnd> {
  return decodePlanes(film, ffmpeg, { ...options, reader: colorReader(film, { subsampling, scaling: 'bicubic' }) });
}

/** What is decoded of each picture, and how it is read from its bytes. */
export interface PlaneReader<Planes> {
  readonly job: RawVideoJob;
  planes(data: RawPicture['data']): Planes;
}
type ReadOptions<Planes> = DecodeOptions & { readonly reader: PlaneReader<Planes> };
type Read<Planes> = Planes & { readonly index: number; readonly ticks: number };

/** Decodes what `reader` reads; see `decodeFrames`. */
export async function* decodePlanes<Planes>(
  film: Film,
  ffmpeg: Ffmpeg,
  options: ReadOptions<Planes>,
): AsyncGenerator<Read<Planes>, DecodeEnd> {
  if (options.count === 0) return { frames: 0, damage: 'none' };
  for (const seconds of seekPoints(film, options)) {
    const end = yield* decodeFrom(film, ffmpeg, { ...options, seekTo: seconds });
    if (end) return end;
  }
  return yield* decodeCounting(film, ffmpeg, options);
}

/**
 * Seconds before the wanted frame at which to seek, tried in turn. 1: the frame is itself an entry point, as at most cuts
 * (slightly later than the frame, since its time in microseconds may be rounded down). 2: leading pictures of an open GOP. 3:
 * containers that seek past an entry point (MPEG-TS has no index; encoders' usual longest GOP is 10 s).
 */
const SEEK_MARGINS = [-1e-6, 0.5, 12];

/** Frames from the start up to which decoding all is as fast as seeking: one or two seconds. */
const NEAR_START = 48;

/**
 * Containers whose packets carry presentation times. In others (AVI) times after a seek are estimated, so a matching tick proves
 * nothing.
 */
const TIMED_CONTAINER = /\b(mp4|matroska|mpegts|nut)\b/;

function seekPoints(film: Film, { from, seek }: DecodeOptions): number[] {
  if (!from || seek === 'count' || film.stretches.length > 0 || from.index <= NEAR_START || !TIMED_CONTAINER.test(film.container))
    return [];
  const wanted = toSeconds({ ticks: from.ticks, timebase: film.format.timebase });
  return SEEK_MARGINS.map(margin => wanted - margin).filter(seconds => seconds > Math.max(0, startSeconds(film)));
}

/** Decodes from the film's first frame and drops everything before the wanted one. */
async function* decodeCounting<Planes>(
  film: Film,
  ffmpeg: Ffmpeg,
  options: ReadOptions<Planes>,
): AsyncGenerator<Read<Planes>, DecodeEnd> {
  const { from, count = Number.POSITIVE_INFINITY, signal, reader } = options;
  const start = from?.index ?? 0;
  const clock = frameClock(film);
  const pictures = rawVideo(ffmpeg, reader.job, signal);
  try {
    for (let index = 0; ; index++) {
      const step = await pictures.next();
      if (step.done) return decodeEnd(film, clock, { frames: Math.max(0, index - start), errors: step.value.errors });
      const ticks = clock.next(step.value.ticks);
      if (index < start) continue;
      if (from && index === start && ticks !== from.ticks) throw moved(film, from, ticks);
      yield { index, ticks, ...reader.planes(step.value.data) };
      if (index + 1 - start === count) return { frames: count, damage: 'none' };
    }
  } finally {
    await pictures.return({ pictures: 0, errors: [] });
  }
}

/**
 * Decodes after a seek. Yields nothing and returns undefined where the frames could differ from those of a full decoding: no
 * entry point before the wanted tick, tick missing or ambiguous, or a picture without a time.
 */
async function* decodeFrom<Planes>(
  film: Film,
  ffmpeg: Ffmpeg,
  options: ReadOptions<Planes> & { seekTo: number },
): AsyncGenerator<Read<Planes>, DecodeEnd | undefined> {
  const { from, count = Number.POSITIVE_INFINITY, signal, seekTo, reader } = options;
  // `-noaccurate_seek`: the accurate one drops pictures by a time rounded to microseconds. `-seek_timestamp`: absolute times, not
  // relative to the start.
  const inputArgs = ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seekTo.toFixed(6)];
  const pictures = rawVideo(ffmpeg, { ...reader.job, inputArgs }, signal);
  const clock = frameClock(film);
  try {
    const found = await findTick(pictures, from!.ticks);
    if (!found) return undefined;
    for (let index = from!.index; ; index++) {
      const step = found.shift() ?? (await pictures.next());
      if (step.done) return decodeEnd(film, clock, { frames: index - from!.index, errors: step.value.errors });
      yield { index, ticks: clock.next(step.value.ticks), ...reader.planes(step.value.data) };
      if (index + 1 - from!.index === count) return { frames: count, damage: 'none' };
    }
  } finally {
    await pictures.return({ pictures: 0, errors: [] });
  }
}

type Pictures = ReturnType<typeof rawVideo>;
type Step = Awaited<ReturnType<Pictures['next']>>;

/** Reads up to the picture at `ticks` and the one after it. Undefined if that picture might be a different one. */
async function findTick(pictures: Pictures, ticks: number): Promise<Step[] | undefined> {
  const seen = { entry: false, last: Number.NEGATIVE_INFINITY };
  for (;;) {
    const step = await pictures.next();
    if (step.done || step.value.ticks === undefined) return undefined;
    const here = step.value.ticks;
    seen.entry ||= step.value.entry;
    if (here <= seen.last || here > ticks) return undefined;
    seen.last = here;
    if (here < ticks) continue;
    if (!seen.entry) return undefined;
    const after = await pictures.next();
    return !after.done && after.value.ticks === ticks ? undefined : [step, after];
  }
}

export function lumaReader(film: Film): PlaneReader<Pick<Frame, 'luma'>> {
  const { width, height, depth, timebase } = film.format;
  const layout = pixelLayout(film.pixelFormat);
  if (!layout) throw new KinemacolorError('internal', `Expected a planar pixel format, received "${film.pixelFormat}".`);
  const job = {
    path: film.path,
    stream: film.videoStream,
    isHarmless: jumpFaults(film),
    timebase,
    filter: filterInto(film),
    pixelFormat: film.pixelFormat,
    pictureBytes: layout.pictureBytes(width, height),
    keptBytes: layout.lumaBytes(width, height),
  };
  return { job, planes: data => ({ luma: planeAt(data, 0, { width, height, depth }) }) };
}

export type ColorPlanes = Omit<ColorFrame, 'index' | 'ticks'>;

/** Reads luma, and chroma brought to a subsampling; of the `right` half of the picture, or of all (default). */
export function colorReader(
  film: Film,
  { subsampling, scaling, part = 'whole' }: { subsampling: Subsampling; scaling: 'bicubic' | 'bilinear'; part?: PicturePart },
): PlaneReader<ColorPlanes> {
  const { width: whole, height, depth, range } = film.format;
  const width = part === 'whole' ? whole : whole / 2;
  const { job } = lumaReader(film);
  const pixelFormat = `yuv${film.pixelFormat.startsWith('yuvj') ? 'j' : ''}${subsampling}p${depth > 8 ? `${depth}le` : ''}`;
  const code = range === 'full' ? 'pc' : 'tv';
  // Input range equals output range: luma code values are unchanged.
  const converted = `scale=flags=${scaling}:in_range=${code}:out_range=${code},format=${pixelFormat}`;
  const filters = [
    job.filter,
    ...(pixelFormat === film.pixelFormat ? [] : [converted]),
    ...(part === 'whole' ? [] : [`crop=${width}:${height}:${width}:0`]),
  ];
  const pictureBytes = pixelLayout(pixelFormat)!.pictureBytes(width, height);
  const small = { ...chromaSize(width, height, subsampling), depth };
  const [luma, chroma] = [width * height, small.width * small.height];
  return {
    job: { ...job, filter: filters.join(), pixelFormat, pictureBytes, keptBytes: pictureBytes },
    planes: data => ({
      subsampling,
      luma: planeAt(data, 0, { width, height, depth }),
      cb: planeAt(data, luma, small),
      cr: planeAt(data, luma + chroma, small),
    }),
  };
}

/**
 * Converts RGB, which has no luma of its own, by the BT.709 matrix (ITU-R BT.709-6, item 3.2) to limited range. The flags make
 * rounding exact and equal on every machine. Without this, black/white bits would become 0 and 255.
 */
const RGB_TO_YCBCR = ':out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int+bitexact';

/**
 * Filter that passes pictures of the film's size and pixel format unchanged, and converts others (a film may change either in
 * mid-stream).
 */
function filterInto(film: Film): string {
  const converted = film.storesChroma && film.codedPixelFormat && decodeFormat(film.codedPixelFormat)?.how === 'converted';
  const { size, bars } = fitFilters(film);
  return `scale=${size}${converted ? RGB_TO_YCBCR : ''},format=${film.pixelFormat}${bars}`;
}

/** The plane that begins at a sample of a raw picture. */
function planeAt(
  data: RawPicture['data'],
  first: number,
  { width, height, depth }: { readonly width: number; readonly height: number; readonly depth: number },
): Frame['luma'] {
  const samples = width * height;
  return { width, height, data: depth > 8 ? new Uint16Array(data, 2 * first, samples) : new Uint8Array(data, first, samples) };
}

function moved(film: Film, from: { index: number; ticks: number }, ticks: number): KinemacolorError {
  return new KinemacolorError(
    'source',
    `Expected frame ${from.index} of ${film.path} at tick ${from.ticks}, but it is at ${ticks}: the film changed; plan it again.`,
    { place: { stage: 'decode', frame: from.index } },
  );
}
