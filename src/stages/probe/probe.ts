import { resolve } from 'node:path';
import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import { firstPicture } from '../../adapters/ffmpeg/raw-video.ts';
import type { ShownPicture } from '../../adapters/ffmpeg/showinfo.ts';
import { assertReadable, factsAt } from '../../adapters/files/file-facts.ts';
import { whyAbsent } from '../../adapters/files/read-input.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { CopiedStream, FieldOrder, Film, StreamKind } from '../../media/film/film.ts';
import type { Matrix, PictureFormat, Range } from '../../media/film/frame.ts';
import { decodeFormat, pixelLayout } from '../../media/film/pixel-format.ts';
import { parseRational, type Timebase } from '../../media/film/time.ts';
import { jumpNotes, stretchesOf } from './clock-stretches.ts';
import { isMirrored, parseDisplayMatrix, rotationOfMatrix } from './display-matrix.ts';
import { readHdr } from './hdr-metadata.ts';
import { isCover, pictureStream } from './picture-stream.ts';

/** The fields of ffprobe's JSON that are read. Any may be missing. */
interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly sample_aspect_ratio?: string;
  readonly field_order?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly time_base?: string;
  readonly duration_ts?: number;
  readonly width?: number;
  readonly height?: number;
  readonly start_pts?: number;
  readonly start_time?: string;
  readonly duration?: string;
  readonly nb_frames?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number; readonly displaymatrix?: string }[];
}

interface Probed {
  readonly streams?: readonly ProbedStream[];
  readonly chapters?: readonly unknown[];
  readonly format?: { readonly format_name?: string; readonly duration?: string; readonly tags?: ProbedStream['tags'] };
}

/**
 * Probes a film: its picture stream with format and times, and its other streams. Decodes one picture, since only the decoder
 * knows the pixel format for certain. `wanted`: picture stream by the file's own index; default: see `pictureStream`. Throws
 * `source` if the file is missing, empty, no film, or cannot be decoded.
 */
export async function probeFilm(path: string, ffmpeg: Ffmpeg, signal?: AbortSignal, wanted?: number): Promise<Film> {
  const absolute = resolve(path);
  const bytes = await sizeOf(absolute);
  const probed = (await probeJson(ffmpeg, absolute, ['-show_streams', '-show_format', '-show_chapters'], signal)) as Probed;
  throwIfAborted(signal);
  const streams = probed.streams ?? [];
  const { stream, note } = await pictureStream(streams, { path: absolute, ffmpeg, wanted, signal });
  const codec = stream.codec_name ?? 'unknown';
  if (!ffmpeg.decoders.has(codec)) {
    throw new KinemacolorError(
      'source',
      `Expected a picture that ffmpeg ${ffmpeg.version} can decode, but ${absolute} is coded as "${codec}"; use an ffmpeg that knows it (KINEMACOLOR_FFMPEG).`,
    );
  }
  const { picture, errors } = await firstPicture(ffmpeg, absolute, { stream: stream.index, signal });
  if (!picture) {
    throw new KinemacolorError(
      'source',
      `Expected a film at ${absolute}, but no picture of its ${codec} stream can be decoded; check the file.`,
      {
        cause: new Error(errors.join('\n')),
      },
    );
  }
  const decoded = decodedInto(absolute, picture);
  const displayMatrix = parseDisplayMatrix(stream.side_data_list?.find(one => one.displaymatrix !== undefined)?.displaymatrix);
  const hdr = await readHdr(absolute, stream, ffmpeg, signal);
  const averageRate = rateOf(stream);
  const container = probed.format?.format_name ?? 'unknown';
  const statedSeconds = durationOf(stream, probed);
  const stretches = await stretchesOf(streams, { picture: stream, container, path: absolute, ffmpeg, signal });
  const stated = Number(stream.nb_frames ?? stream.tags?.NUMBER_OF_FRAMES);
  return {
    path: absolute,
    bytes,
    container,
    videoStream: stream.index,
    videoCodec: codec,
    ...(/^\w{4}$/.test(stream.codec_tag_string ?? '') && { codecTag: stream.codec_tag_string }),
    pixelFormat: decoded.name,
    ...(decoded.how !== 'kept' && { codedPixelFormat: picture.pixelFormat }),
    format: pictureFormat(stream, picture, decoded),
    storesChroma: decoded.layout.chroma,
    tags: {
      primaries: stream.color_primaries,
      transfer: stream.color_transfer,
      space: stream.color_space,
      range: stream.color_range,
    },
    ...(hdr && { hdr }),
    sampleAspect: positive(stream.sample_aspect_ratio) ?? { num: 1, den: 1 },
    rotation: rotationOf(stream, displayMatrix),
    ...(displayMatrix && { displayMatrix }),
    fieldOrder: fieldOrderOf(stream, picture),
    averageRate,
    ...timecodeOf(stream, probed),
    ...(stream.start_pts !== undefined && { statedStartTicks: stream.start_pts }),
    stretches,
    statedSeconds,
    statedFrames: stated > 0 ? stated : statedSeconds && Math.round((statedSeconds * averageRate.num) / averageRate.den),
    ...(Number(stream.nb_frames) > 0 && { indexedFrames: Number(stream.nb_frames) }),
    otherStreams: streams.filter(one => one !== stream).map(copiedStream),
    chapters: probed.chapters?.length ?? 0,
    notes: [...(note === undefined ? [] : [note]), ...jumpNotes(absolute, stretches, parseRational(stream.time_base ?? ''))],
  };
}

async function sizeOf(path: string): Promise<number> {
  const found = await factsAt(path).catch(cause => {
    throw new KinemacolorError('source', `Expected a film at ${path}, but ${whyAbsent(path, cause)}.`, { cause });
  });
  if (found.kind !== 'file') {
    throw new KinemacolorError(
      'source',
      `Expected a film at ${path}, but it is ${found.kind === 'folder' ? 'a folder' : 'not a regular file'}.`,
    );
  }
  await assertReadable(path).catch(cause => {
    throw new KinemacolorError('source', `Expected a film at ${path}, but it may not be read; check its permissions.`, { cause });
  });
  if (found.size === 0) throw new KinemacolorError('source', `Expected a film at ${path}, but the file is empty.`);
  return found.size;
}

function decodedInto(path: string, { pixelFormat }: ShownPicture) {
  const decoded = decodeFormat(pixelFormat);
  const layout = decoded && pixelLayout(decoded.name);
  if (decoded && layout) return { ...decoded, layout };
  throw new KinemacolorError(
    'source',
    `Expected a gray, YCbCr or RGB picture in ${path}, but it decodes to "${pixelFormat}"; convert it first.`,
  );
}

function pictureFormat(stream: ProbedStream, picture: ShownPicture, decoded: ReturnType<typeof decodedInto>): PictureFormat {
  return {
    width: picture.width,
    height: picture.height,
    depth: decoded.layout.depth,
    range: rangeOf(stream, decoded),
    matrix: decoded.how === 'converted' ? 'bt709' : matrixOf(stream.color_space),
    timebase: parseRational(stream.time_base ?? ''),
  };
}

/** Still-picture and archive codecs, whose gray is full range if untagged. Gray H.264 and HEVC are limited, as in colour. */
const FULL_RANGE_GRAY = new Set([
  'png',
  'apng',
  'mjpeg',
  'jpegls',
  'ljpeg',
  'jpeg2000',
  'tiff',
  'bmp',
  'gif',
  'dpx',
  'pgm',
  'ffv1',
  'rawvideo',
]);

function rangeOf(stream: ProbedStream, decoded: ReturnType<typeof decodedInto>): Range {
  if (decoded.how === 'converted') return decoded.layout.chroma ? 'limited' : 'full'; // see RGB_TO_YCBCR in decode
  if (stream.color_range === 'tv') return 'limited';
  if (stream.color_range === 'pc' || decoded.name.startsWith('yuvj')) return 'full';
  return !decoded.layout.chroma && FULL_RANGE_GRAY.has(stream.codec_name ?? '') ? 'full' : 'limited';
}

/** Untagged matrices, and those that cannot be written, are treated as BT.709. */
function matrixOf(space: string | undefined): Matrix {
  if (space === 'smpte170m' || space === 'bt470bg' || space === 'fcc') return 'bt601';
  return space === 'bt2020nc' || space === 'bt2020c' ? 'bt2020' : 'bt709';
}

/** ffprobe reports display matrices counter-clockwise; the older tag `rotate` is clockwise. */
function rotationOf(stream: ProbedStream, matrix: readonly number[] | undefined): number {
  const counterClockwise = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const stated = counterClockwise === undefined ? Number(stream.tags?.rotate ?? 0) : -counterClockwise;
  const clockwise = matrix && isMirrored(matrix) ? -rotationOfMatrix(matrix) : stated;
  const quarter = Math.round((Number.isFinite(clockwise) ? clockwise : 0) / 90);
  return (((quarter % 4) + 4) % 4) * 90;
}

/** Field order of the first decoded picture, else the container's (ffmpeg writes "tb" for top field first). */
function fieldOrderOf({ field_order: order }: ProbedStream, picture: ShownPicture): FieldOrder {
  if (picture.fields !== 'progressive') return picture.fields;
  if (order === 'tt' || order === 'tb') return 'tff';
  return order === 'bb' || order === 'bt' ? 'bff' : 'progressive';
}

/** Above this frame rate, ffprobe's second estimate is the timebase of an irregular film, not its rate. */
const PLAUSIBLE_RATE = 120;

function rateOf(stream: ProbedStream): Timebase {
  const base = positive(stream.r_frame_rate);
  return positive(stream.avg_frame_rate) ?? (base && base.num <= PLAUSIBLE_RATE * base.den ? base : { num: 25, den: 1 });
}

/** Duration of the picture stream: its own, else Matroska's tag (the end of the stream), else the file's. */
function durationOf(stream: ProbedStream, { format }: Probed): number | undefined {
  const clock = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(stream.tags?.DURATION ?? '');
  const end = clock && Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const start = Math.max(0, Number(stream.start_time ?? 0) || 0);
  const seconds = Number(stream.duration ?? (end ? end - start : format?.duration));
  // AVI: ffprobe measures the duration of what is there; the header's frame count says what should be.
  const rate = rateOf(stream);
  const headed = format?.format_name === 'avi' ? (Number(stream.nb_frames ?? 0) * rate.den) / rate.num : 0;
  const longest = Math.max(seconds || 0, headed);
  return longest > 0 ? longest : undefined;
}

/** The picture's own timecode, else the file's, else that of a timecode track. */
function timecodeOf(picture: ProbedStream, { streams = [], format }: Probed): Pick<Film, 'timecode'> {
  const tracks = streams.filter(({ codec_tag_string: tag }) => tag === 'tmcd');
  const named = [picture.tags, format?.tags, ...tracks.map(({ tags }) => tags)].map(timecodeTag);
  const timecode = named.find(one => one !== undefined);
  return timecode === undefined ? {} : { timecode };
}

/** Matroska's tag names are upper case. */
const timecodeTag = (tags: ProbedStream['tags']): string | undefined => tags?.timecode ?? tags?.TIMECODE;

function copiedStream(stream: ProbedStream): CopiedStream {
  const kinds: readonly StreamKind[] = ['video', 'audio', 'subtitle', 'data', 'attachment'];
  const kind = kinds.find(one => one === stream.codec_type) ?? 'data';
  return { index: stream.index, kind, codec: stream.codec_name ?? 'unknown', cover: isCover(stream) };
}

/** Parses "16:15" or "24000/1001"; undefined for 0:1, 0/0, "N/A" and nothing. */
function positive(text: string | undefined): Timebase | undefined {
  const [num, den] = (text ?? '').split(/[:/]/).map(Number);
  return num! > 0 && den! > 0 ? { num: num!, den: den! } : undefined;
}
