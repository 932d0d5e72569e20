import { type Ffmpeg, filmUrl } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import { rescaleTicks, type Timebase } from '../../media/film/time.ts';
import { type Container, isQuickTime } from '../encode/codec-cards.ts';
import { matroskaRotationArgs } from '../probe/display-matrix.ts';
import type { SourceStream } from './plan-streams.ts';
import { commentTag } from './provenance.ts';
import { MXF_RATE } from './sound-codecs.ts';
import { muxerArgs } from './try-stream-copy.ts';

/** A cover picture extracted from the source, to be attached. */
export interface Cover {
  readonly stream: SourceStream;
  readonly path: string;
}

export interface RemuxJob {
  readonly film: Film;
  /** Matroska's name of the picture codec. */
  readonly pictureCodec: string;
  readonly streams: readonly SourceStream[];
  readonly covers: readonly Cover[];
  readonly container: Container;
  /** Added to the times of the joined pictures, and of the source: seconds in ffmpeg's format. */
  readonly pictureDelay: string;
  readonly sourceDelay: string;
  /** Part of the source to include, in seconds of its own time; undefined for all of it. */
  readonly stretch: { readonly start: string; readonly length: string } | undefined;
  /** Comment about the synthetic colour, after the source's own comment. */
  readonly comment: string;
  /** Units per second of the picture track in mp4 and mov, and of the movie header if the usual milliseconds are too coarse. */
  readonly timescale: number;
  readonly movieTimescale: number | undefined;
  /** Timecode of the result's first frame, if it is to be stated anew. */
  readonly timecode: string | undefined;
  /** Frames a second, for MXF, which holds no times. */
  readonly rate: Timebase | undefined;
  /**
   * For MXF, which holds no times: where sound starts, in seconds of the delayed source, and how many seconds it must last at
   * least, as ffmpeg drops pictures that lie after its end.
   */
  readonly sound: { readonly start: number; readonly seconds: number } | undefined;
  readonly output: string;
}

/** First ffmpeg version that takes the rotation as an input option; earlier ones as a tag of an output stream. */
export const ROTATION_AS_INPUT = 6;
/** First ffmpeg version with a configurable movie timescale. */
export const MOVIE_TIMESCALE = 5;

/** Streams of the source that become tracks of the result, in order. */
export function keptStreams({ streams }: Pick<RemuxJob, 'streams'>): SourceStream[] {
  return streams.filter(({ outcome }) => ['picture', 'copied', 'converted'].includes(outcome.kind));
}

function turn(film: Film): string[] {
  return film.displayMatrix ? matroskaRotationArgs(film.displayMatrix) : ['-display_rotation', String(counterClockwise(film))];
}

/** ffmpeg arguments: joined pictures on stdin plus the source as inputs, the result as output, everything by stream copy. */
export function remuxCommand(job: RemuxJob, ffmpeg: Pick<Ffmpeg, 'major'>): string[] {
  const { film, container, stretch } = job;
  const kept = keptStreams(job);
  const quicktime = isQuickTime(container);
  const seeks = stretch !== undefined && film.stretches.length === 0; // with a discontinuous clock, the same time occurs twice
  const turned = (film.rotation !== 0 || film.displayMatrix !== undefined) && ffmpeg.major >= ROTATION_AS_INPUT;
  return [
    ...['-v', 'error', '-y', '-copyts'],
    ...(turned ? turn(film) : []),
    ...['-itsoffset', job.pictureDelay, '-f', 'matroska', '-i', 'pipe:0'],
    // An accurate seek would drop decoded sound by its times before -itsoffset.
    ...(seeks ? ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', stretch.start] : []),
    ...['-itsoffset', job.sourceDelay, '-i', filmUrl(film.path)],
    ...kept.flatMap(({ index, outcome }) => ['-map', outcome.kind === 'picture' ? '0:v:0' : `1:${index}`]),
    ...['-map_metadata', '1', '-map_chapters', '1', '-c', 'copy', '-metadata', `${commentTag(container)}=${job.comment}`],
    ...BRANDS.flatMap(brand => ['-metadata', `${brand}=`]),
    ...kept.flatMap((stream, place) => [...streamArgs(stream, place, job, turned), ...filterArgs(stream, place, job, ffmpeg)]),
    ...(job.timecode === undefined ? [] : ['-metadata', `timecode=${job.timecode}`]),
    ...job.covers.flatMap((cover, number) => coverArgs(cover, kept.length + number)),
    // A seek lands before its target; this drops what precedes the stretch.
    ...(seeks ? ['-copypriorss', '0', '-t', stretch.length] : []),
    ...(quicktime ? ['-movflags', '+faststart+write_colr', '-video_track_timescale', String(job.timescale)] : []),
    ...(quicktime && job.movieTimescale !== undefined && ffmpeg.major >= MOVIE_TIMESCALE
      ? ['-movie_timescale', String(job.movieTimescale)]
      : []),
    ...(job.rate ? ['-r', `${job.rate.num}/${job.rate.den}`] : []),
    ...[...muxerArgs(container), filmUrl(job.output)],
  ];
}

/** Tags that ffmpeg reads from the header of an mp4 or mov. They describe the source file only. */
const BRANDS = ['major_brand', 'minor_version', 'compatible_brands'];

/** Tags, disposition and codec of stream `place` in the result. */
function streamArgs(stream: SourceStream, place: number, job: RemuxJob, turned: boolean): string[] {
  const { outcome, dispositions } = stream;
  const args = [`-map_metadata:s:${place}`, `1:s:${stream.index}`];
  if (outcome.kind === 'converted') args.push(`-c:${place}`, outcome.codec);
  if (outcome.kind === 'converted' && outcome.rate !== undefined) args.push(`-ar:${place}`, String(outcome.rate));
  if (stream.type === 'audio') args.push(...soundFilterArgs(stream, place, job));
  if (outcome.kind !== 'picture') return args;
  args.push(`-disposition:${place}`, dispositions.length > 0 ? dispositions.join('+') : '0');
  for (const stale of Object.keys(stream.tags).filter(describesBytes)) args.push(`-metadata:s:${place}`, `${stale}=`);
  if (job.film.rotation !== 0 && !turned) args.push(`-metadata:s:${place}`, `rotate=${counterClockwise(job.film)}`);
  if (job.timecode !== undefined) args.push(`-metadata:s:${place}`, `timecode=${job.timecode}`);
  // HEVC with the tag Apple's players accept. It requires parameter sets in the header.
  if (isQuickTime(job.container) && job.pictureCodec === 'V_MPEGH/ISO/HEVC') args.push(`-tag:${place}`, 'hvc1');
  return args;
}

/**
 * Filters of sound that is decoded: a stretch alone, as the seek lands before it; in MXF silence where sound starts later than
 * the pictures or ends too early. Samples that are there stay as they are.
 */
function soundFilterArgs({ outcome, codec }: SourceStream, place: number, { sound, film, stretch }: RemuxJob): string[] {
  if (film.stretches.length > 0) return [];
  const stored = outcome.kind === 'converted' ? outcome.codec : codec;
  const within = stretch ? [`atrim=start=0:end=${stretch.length}`] : [];
  if (sound !== undefined && stored.startsWith('pcm_')) {
    const fromStart = [`asetpts=PTS-${sound.start.toFixed(6)}/TB`, 'aresample=async=1:first_pts=0'];
    // ffmpeg cuts a stretch after the filters, by time: sound that starts later in it would lose its padding.
    const toEnd = ['asetpts=N/SR/TB', `apad=whole_len=${Math.ceil(sound.seconds * MXF_RATE)}`];
    return [`-c:${place}`, stored, `-filter:${place}`, [...within, ...fromStart, ...toEnd].join()];
  }
  return outcome.kind === 'converted' && stretch ? [`-filter:${place}`, within.join()] : [];
}

/** Bitstream filters of a copied stream. Packets are dropped last, since filters that shift times count packets. */
function filterArgs(stream: SourceStream, place: number, job: RemuxJob, ffmpeg: Pick<Ffmpeg, 'major'>): string[] {
  const mend = stream.outcome.kind === 'copied' && stream.outcome.mended ? [stream.outcome.mended.filter] : [];
  const filters = [...bridgeDiscontinuities(stream, job, ffmpeg), ...mend];
  return filters.length === 0 ? [] : [`-bsf:${place}`, filters.join()];
}

/**
 * Filters that carry a copied stream across the film's timestamp discontinuities. Each packet is shifted like the pictures around
 * it; those outside the requested stretch are dropped. The filters see times after -itsoffset.
 */
function bridgeDiscontinuities(stream: SourceStream, job: RemuxJob, { major }: Pick<Ffmpeg, 'major'>): string[] {
  const { film, stretch } = job;
  if (film.stretches.length === 0 || stream.outcome.kind === 'picture') return [];
  const { num, den } = film.format.timebase;
  const steps = film.stretches.slice(1).flatMap(({ shift }, i) => {
    // If the stream has no packet in a stretch, its next packet is shifted by both discontinuities.
    const [from] = film.stretches.slice(i + 1).flatMap(({ packets }) => packets.get(stream.index) ?? []);
    return from === undefined ? [] : [`gte(N\\,${from})*${(shift - film.stretches[i]!.shift) * num}`];
  });
  const unit = major >= KNOWS_UNIT ? 'TB' : unitOf(stream, job);
  const moved = (time: string) => `if(eq(${time}\\,NOPTS)\\,NOPTS\\,${time}+(${['0', ...steps].join('+')})/${den}/${unit})`;
  const outside = stretch && `noise=drop='lt(pts*${unit}\\,0)+gte(pts*${unit}\\,${stretch.length})'`;
  return [`setts=pts='${moved('PTS')}':dts='${moved('DTS')}'`, ...(outside ? [outside] : [])];
}

/**
 * First ffmpeg version where a filter's TB is the unit of the times it sees; earlier ones already use the muxer's (verified with
 * 5.1, 9.0).
 */
const KNOWS_UNIT = 7;

/** The muxer's time unit for a copied stream, in seconds. */
function unitOf({ type, sampleRate }: SourceStream, { container, timescale }: RemuxJob): string {
  if (container === 'mkv') return '(1/1000)';
  if (type === 'audio' && sampleRate !== undefined) return `(1/${sampleRate})`;
  return type === 'video' ? `(1/${timescale})` : 'TB';
}

/** The source's field order: from its header, else from its pictures. */
export function fieldOrder({ film, streams }: RemuxJob): string {
  const stated = streams.find(({ outcome }) => outcome.kind === 'picture')?.fieldOrder ?? '';
  const shown = film.fieldOrder === 'tff' ? 't' : 'b';
  if (film.fieldOrder === 'progressive') return 'progressive';
  return stated.length === 2 && stated.endsWith(shown) ? stated : shown + shown;
}

/** Tags that describe the source's coded pictures, not the film: its encoder, and mkvmerge's statistics. */
function describesBytes(tag: string): boolean {
  return /^(encoder$|BPS|NUMBER_OF_|_STATISTICS_)/i.test(tag);
}

/** A cover in Matroska: an attachment with a name that players recognise. */
function coverArgs({ stream, path }: Cover, place: number): string[] {
  const jpeg = stream.codec === 'mjpeg';
  const tag = (name: string, value: string) => [`-metadata:s:${place}`, `${name}=${value}`];
  return [
    ...['-attach', filmUrl(path)],
    ...tag('filename', stream.tags.filename ?? `cover.${jpeg ? 'jpg' : stream.codec}`),
    ...tag('mimetype', stream.tags.mimetype ?? `image/${jpeg ? 'jpeg' : stream.codec}`),
  ];
}

function counterClockwise({ rotation }: Film): number {
  return (360 - rotation) % 360;
}

/** Seconds in ffmpeg's format, rounded to the nearest microsecond. */
export function seconds(ticks: number, timebase: Timebase): string {
  const micro = rescaleTicks(ticks, timebase, { num: 1, den: 1_000_000 });
  const size = String(Math.abs(micro)).padStart(7, '0');
  return `${micro < 0 ? '-' : ''}${size.slice(0, -6)}.${size.slice(-6)}`;
}
