import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import { parseRational } from '../../media/film/time.ts';

/** The fields of ffprobe's output used to choose the picture stream. Any may be missing. */
interface Candidate {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly nb_frames?: string;
  readonly time_base?: string;
  readonly duration_ts?: number;
  readonly disposition?: Readonly<Record<string, number>>;
}

/** The file, its ffmpeg and the requested stream. */
export interface StreamsOf {
  readonly path: string;
  readonly ffmpeg: Ffmpeg;
  /** The file's own index of the stream the user wants; undefined to find the film. */
  readonly wanted: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The picture stream of the film, and a message if another could have been meant. */
export interface PictureStream<Stream> {
  readonly stream: Stream;
  readonly note: string | undefined;
}

/** A stream with less than this share of the most frames, or of the longest duration, is a thumbnail, storyboard or teaser. */
const MIN_SHARE = { frames: 0.125, seconds: 0.5 } as const;

/** Part of the film in which frames are counted: the first 30 seconds. */
const COUNTED = '%+30';

/**
 * Dispositions of accompanying pictures. A film of one picture may be flagged as a still image, but a cover is never the film.
 */
const ACCOMPANYING = ['attached_pic', 'still_image', 'timed_thumbnails'];

export const isCover = ({ disposition }: Candidate) => disposition?.attached_pic === 1;
const isAccompanying = ({ disposition }: Candidate) => ACCOMPANYING.some(name => disposition?.[name] === 1);

/**
 * Chooses the film among all picture streams. Covers are excluded; the others are ranked by: moving, duration close to the
 * longest, the container's default, size, index. Throws `source` if none is a film, `usage` if the requested one is not.
 */
export async function pictureStream<Stream extends Candidate>(
  streams: readonly Stream[],
  about: StreamsOf,
): Promise<PictureStream<Stream>> {
  const videos = streams.filter(({ codec_type }) => codec_type === 'video');
  const { path, wanted } = about;
  if (wanted !== undefined) {
    const stream = videos.find(({ index }) => index === wanted);
    if (stream) return { stream, note: undefined };
    const held = videos.length === 0 ? 'it has none' : `it has ${videos.map(one => described(one)).join(', ')}`;
    throw new KinemacolorError(
      'usage',
      `Expected --stream to be a picture stream of ${path}, received ${wanted}, but ${held}; choose one of these, or leave it out.`,
    );
  }
  const uncovered = videos.filter(video => !isCover(video));
  const plain = uncovered.filter(video => !isAccompanying(video));
  const eligible = plain.length > 0 ? plain : uncovered;
  const [only, ...others] = eligible;
  if (!only) throw noPicture(path, streams, videos.length > 0);
  if (others.length === 0) return { stream: only, note: undefined };
  const counts = await countFrames(about);
  const frames = (one: Stream) => counts.get(one.index) ?? 0;
  const best = chosen(eligible, frames);
  const rest = eligible.filter(one => one !== best).map(one => described(one, frames(one)));
  const note = `${path} holds ${eligible.length} picture streams: ${described(best, frames(best))} is taken for the film; kept as it is: ${rest.join(', ')}; choose another with --stream.`;
  return { stream: best, note };
}

function chosen<Stream extends Candidate>(streams: readonly Stream[], frames: (one: Stream) => number): Stream {
  const maxCount = Math.max(...streams.map(frames));
  const minCount = Math.max(maxCount * MIN_SHARE.frames, Math.min(maxCount, 2)); // a single picture is no film if another stream moves
  const full = streams.filter(one => frames(one) >= minCount);
  const longest = Math.max(0, ...full.map(seconds).filter(Number.isFinite));
  const long = full.filter(one => !(seconds(one) < longest * MIN_SHARE.seconds));
  const area = ({ width = 0, height = 0 }: Stream) => width * height;
  const preferred = (one: Stream) => one.disposition?.default ?? 0;
  return long.reduce((best, one) => ((preferred(one) - preferred(best) || area(one) - area(best)) > 0 ? one : best));
}

/** Duration of the stream itself; NaN if not stated. */
function seconds({ duration_ts, time_base }: Candidate): number {
  if (duration_ts === undefined || time_base === undefined) return Number.NaN;
  const { num, den } = parseRational(time_base);
  return (duration_ts * num) / den;
}

/** Frame count of each picture stream in the film's first half minute, by stream index. */
async function countFrames({ path, ffmpeg, signal }: StreamsOf): Promise<Map<number, number>> {
  const args = ['-select_streams', 'v', '-show_entries', 'packet=stream_index', '-read_intervals', COUNTED];
  const { packets = [] } = (await probeJson(ffmpeg, path, args, signal)) as { packets?: { stream_index: number }[] };
  const counts = new Map<number, number>();
  for (const { stream_index: index } of packets) counts.set(index, (counts.get(index) ?? 0) + 1);
  return counts;
}

function described({ index, codec_name, width, height, nb_frames }: Candidate, counted?: number): string {
  const stated = Number(nb_frames);
  const frames = stated > 0 ? stated : counted;
  const many = frames === undefined ? '' : `, ${frames} frame${frames === 1 ? '' : 's'}${stated > 0 ? '' : ' in its first 30 s'}`;
  return `stream ${index} (${codec_name ?? 'unknown'}, ${width}x${height}${many})`;
}

function noPicture(path: string, streams: readonly Candidate[], covered: boolean): KinemacolorError {
  const held = [...new Set(streams.map(({ codec_type }) => codec_type ?? 'unknown'))].join(', ');
  const what = covered ? 'its only picture is a cover' : `it holds ${held === '' ? 'no stream' : `only ${held}`}`;
  return new KinemacolorError('source', `Expected a film at ${path}, but ${what}; give a file with moving pictures.`);
}
