import { type Ffmpeg, filmUrl } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import { rescaleTicks, type Timebase } from '../../media/film/time.ts';
import type { Container } from '../encode/codecs.ts';
import { matroskaTurn } from '../probe/display-matrix.ts';
import type { SourceStream } from './plan-streams.ts';
import { muxerArgs } from './try-stream-copy.ts';

/** A cover picture that has been taken out of the source, to be attached. */
export interface Cover {
  readonly stream: SourceStream;
  readonly path: string;
}

export interface RemuxJob {
  readonly film: Film;
  /** Matroska's name of the codec the pictures are in. */
  readonly pictureCodec: string;
  readonly streams: readonly SourceStream[];
  readonly covers: readonly Cover[];
  readonly container: Container;
  /** Added to the times of the joined pictures, and of the source: seconds as ffmpeg reads them. */
  readonly pictureDelay: string;
  readonly sourceDelay: string;
  /** Which part of the source is wanted, in seconds of its own time; undefined for all of it. */
  readonly stretch: { readonly start: string; readonly length: string } | undefined;
  /** What is to be said about the colour, and the source's own comment before it. */
  readonly comment: string;
  /** Units per second of the picture's time in mp4 and mov, and of the whole movie's where its usual thousandths are too coarse. */
  readonly timescale: number;
  readonly movieTimescale: number | undefined;
  readonly output: string;
}

/** From this version on ffmpeg takes a rotation for an input; before, as a tag of an output stream. */
export const ROTATION_AS_INPUT = 6;
/** From this version on ffmpeg can count a movie's time in other units than thousandths. */
export const MOVIE_TIMESCALE = 5;

/** Streams of the source that are tracks of the result, in their order there. */
export function keptStreams({ streams }: Pick<RemuxJob, 'streams'>): SourceStream[] {
  return streams.filter(({ outcome }) => ['picture', 'copied', 'converted'].includes(outcome.kind));
}

function turn(film: Film): string[] {
  return film.displayMatrix ? matroskaTurn(film.displayMatrix) : ['-display_rotation', String(counterClockwise(film))];
}

/** ffmpeg's arguments: joined pictures on stdin and the source in, the result out, everything copied as it is. */
export function remuxCommand(job: RemuxJob, ffmpeg: Pick<Ffmpeg, 'major'>): string[] {
  const { film, container, stretch } = job;
  const kept = keptStreams(job);
  const quicktime = container !== 'mkv';
  const seeks = stretch !== undefined && film.stretches.length === 0; // a clock that starts anew comes by the same time twice
  const turned = (film.rotation !== 0 || film.displayMatrix !== undefined) && ffmpeg.major >= ROTATION_AS_INPUT;
  return [
    ...['-v', 'error', '-y', '-copyts'],
    ...(turned ? turn(film) : []),
    ...['-itsoffset', job.pictureDelay, '-f', 'matroska', '-i', 'pipe:0'],
    ...(seeks ? ['-seek_timestamp', '1', '-ss', stretch.start] : []),
    ...['-itsoffset', job.sourceDelay, '-i', filmUrl(film.path)],
    ...kept.flatMap(({ index, outcome }) => ['-map', outcome.kind === 'picture' ? '0:v:0' : `1:${index}`]),
    ...['-map_metadata', '1', '-map_chapters', '1', '-c', 'copy', '-metadata', `comment=${job.comment}`],
    ...BRANDS.flatMap(brand => ['-metadata', `${brand}=`]),
    ...kept.flatMap((stream, place) => [...streamArgs(stream, place, job, turned), ...filterArgs(stream, place, job, ffmpeg)]),
    ...job.covers.flatMap((cover, number) => coverArgs(cover, kept.length + number)),
    // A seek lands before its goal: what it brings from there is not part of the stretch.
    ...(seeks ? ['-copypriorss', '0', '-t', stretch.length] : []),
    ...(quicktime ? ['-movflags', '+faststart+write_colr', '-video_track_timescale', String(job.timescale)] : []),
    ...(quicktime && job.movieTimescale !== undefined && ffmpeg.major >= MOVIE_TIMESCALE
      ? ['-movie_timescale', String(job.movieTimescale)]
      : []),
    ...[...muxerArgs(container), filmUrl(job.output)],
  ];
}

/** What ffmpeg reads as tags is the header of an mp4 or mov, and true of the source alone. */
const BRANDS = ['major_brand', 'minor_version', 'compatible_brands'];

/** Tags, disposition and codec of the result's stream number `place`. */
function streamArgs(stream: SourceStream, place: number, job: RemuxJob, turned: boolean): string[] {
  const { outcome, dispositions } = stream;
  const args = [`-map_metadata:s:${place}`, `1:s:${stream.index}`];
  if (outcome.kind === 'converted') args.push(`-c:${place}`, outcome.codec);
  if (outcome.kind !== 'picture') return args;
  args.push(`-disposition:${place}`, dispositions.length > 0 ? dispositions.join('+') : '0');
  for (const stale of Object.keys(stream.tags).filter(describesBytes)) args.push(`-metadata:s:${place}`, `${stale}=`);
  if (job.film.rotation !== 0 && !turned) args.push(`-metadata:s:${place}`, `rotate=${counterClockwise(job.film)}`);
  // HEVC under the name that Apple's players know; its parameter sets stand in the header, as that name asks.
  if (job.container !== 'mkv' && job.pictureCodec === 'V_MPEGH/ISO/HEVC') args.push(`-tag:${place}`, 'hvc1');
  return args;
}

/** The bitstream filters of a copied stream. Packets are left out last: those that move times count them. */
function filterArgs(stream: SourceStream, place: number, job: RemuxJob, ffmpeg: Pick<Ffmpeg, 'major'>): string[] {
  const mend = stream.outcome.kind === 'copied' && stream.outcome.mended ? [stream.outcome.mended.filter] : [];
  const filters = [...goingOn(stream, job, ffmpeg), ...mend];
  return filters.length === 0 ? [] : [`-bsf:${place}`, filters.join()];
}

/**
 * Filters that carry a copied stream over the jumps of the film's clock: every packet is moved as the pictures around it are, and those outside a
 * wanted stretch are dropped. They see the times that -itsoffset has made.
 */
function goingOn(stream: SourceStream, job: RemuxJob, { major }: Pick<Ffmpeg, 'major'>): string[] {
  const { film, stretch } = job;
  if (film.stretches.length === 0 || stream.outcome.kind === 'picture') return [];
  const { num, den } = film.format.timebase;
  const steps = film.stretches.slice(1).flatMap(({ shift }, i) => {
    // A stream may have no packet in a stretch: the next one that it has is moved by both jumps.
    const [from] = film.stretches.slice(i + 1).flatMap(({ packets }) => packets.get(stream.index) ?? []);
    return from === undefined ? [] : [`gte(N\\,${from})*${(shift - film.stretches[i]!.shift) * num}`];
  });
  const unit = major >= KNOWS_UNIT ? 'TB' : unitOf(stream, job);
  const moved = (time: string) => `if(eq(${time}\\,NOPTS)\\,NOPTS\\,${time}+(${['0', ...steps].join('+')})/${den}/${unit})`;
  const outside = stretch && `noise=drop='lt(pts*${unit}\\,0)+gte(pts*${unit}\\,${stretch.length})'`;
  return [`setts=pts='${moved('PTS')}':dts='${moved('DTS')}'`, ...(outside ? [outside] : [])];
}

/** From this version on a filter's TB is the unit of the times that it sees; before, they are in the muxer's already (seen with 5.1, 9.0). */
const KNOWS_UNIT = 7;

/** The unit in which a muxer counts the times of a copied stream, in seconds. */
function unitOf({ type, sampleRate }: SourceStream, { container, timescale }: RemuxJob): string {
  if (container === 'mkv') return '(1/1000)';
  if (type === 'audio' && sampleRate !== undefined) return `(1/${sampleRate})`;
  return type === 'video' ? `(1/${timescale})` : 'TB';
}

/** The source's own word for its field order; where its header is silent, what its pictures say. */
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

/** A cover as Matroska keeps it: an attachment whose name tells players what it is. */
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

/** Seconds as ffmpeg reads them, to its microsecond, rounded to the nearest. */
export function seconds(ticks: number, timebase: Timebase): string {
  const micro = rescaleTicks(ticks, timebase, { num: 1, den: 1_000_000 });
  const size = String(Math.abs(micro)).padStart(7, '0');
  return `${micro < 0 ? '-' : ''}${size.slice(0, -6)}.${size.slice(-6)}`;
}
