import { dirname, join } from 'node:path';
import { withFieldOrder, withHdr } from '../../adapters/containers/matroska-fields.ts';
import { readMatroska } from '../../adapters/containers/matroska-reader.ts';
import type { MatroskaTrack } from '../../adapters/containers/matroska-writer.ts';
import { sendBytes } from '../../adapters/containers/send-bytes.ts';
import { type Ffmpeg, probeJson, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { runPlainJob } from '../../adapters/ffmpeg/plain-job.ts';
import { removePaths } from '../../adapters/files/folders.ts';
import { createPart, createPartFolder } from '../../adapters/files/parts.ts';
import { readChunks } from '../../adapters/files/read-file.ts';
import { commitPart, type Target, targetPath } from '../../adapters/files/save-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { rescaleTicks, type Timebase, type Timestamp, toSeconds } from '../../media/film/time.ts';
import type { Settings } from '../../options.ts';
import { cannotWrite, writing } from '../../system-errors.ts';
import { type Container, isQuickTime } from '../encode/codec-cards.ts';
import { containerOf, type EncodingPlan } from '../encode/codecs.ts';
import { keepDisplayMatrix, rotationWarnings } from '../probe/display-matrix.ts';
import { hdrRemark } from '../probe/hdr-metadata.ts';
import { joinSegments, type Segment } from './join-segments.ts';
import { frameDuration, mxfRate, timecodeAt } from './picture-times.ts';
import type { SourceStream } from './plan-streams.ts';
import { commentOf } from './provenance.ts';
import {
  type Cover,
  fieldOrder,
  keptStreams,
  MOVIE_TIMESCALE,
  type RemuxJob,
  ROTATION_AS_INPUT,
  remuxCommand,
  seconds,
} from './remux-command.ts';
import { sourceStreams } from './source-streams.ts';
import { streamRemarks } from './stream-remarks.ts';
import { millisecondsBelowZero, movieTimescale, pictureTimescale, startsOf } from './timescale.ts';

export type { Segment } from './join-segments.ts';

export interface RemuxTarget {
  readonly film: Film;
  readonly output: Target;
  /** How the shots are encoded. */
  readonly encoding: EncodingPlan;
  /** What happens to sound that the container cannot hold. */
  readonly audio: Settings['audio'];
  /** Statement that the colour is synthetic, and how it was made. Appended to the source's comment. */
  readonly provenance: string;
  /** The rendered stretch of the film, in its ticks; undefined for the whole film. The result of a stretch starts at time 0. */
  readonly range?: { readonly startTicks: number; readonly endTicks: number } | undefined;
  /** Called when everything is written, before the result is renamed into place. If it throws, there is no result. */
  readonly check?: (() => Promise<void>) | undefined;
}

const MILLISECOND: Timebase = { num: 1, den: 1000 };

/**
 * Joins encoded shots and adds everything else in the source by stream copy: sound, subtitles, attachments, data, covers,
 * chapters, tags, rotation.
 * Times are the source's own: exact ticks where the container can represent them (mp4, mov), else rounded (mkv: 1 ms). The result
 * is written to a temporary file, flushed and renamed: `output` is complete or absent. Returns one sentence for each thing the
 * container cannot hold and for each damaged stream. Throws `output` if the result cannot be written.
 */
export async function remux(
  segments: readonly Segment[],
  target: RemuxTarget,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<{ warnings: string[]; streams: readonly SourceStream[] }> {
  throwIfAborted(signal);
  if (segments.length === 0)
    throw new KinemacolorError('internal', 'Expected at least one encoded shot to join, but there is none.');
  const output = targetPath(target.output);
  const container = containerOf(output);
  const temporary = await writing(output, () => createPart(dirname(output)));
  const covers: Covers = { folder: undefined };
  try {
    const job = await planned(segments, { ...target, output: temporary }, { container, covers, ffmpeg, signal });
    await run(segments, job, { origin: originOf(segments, target), ffmpeg, signal });
    if (isQuickTime(container)) await keepDisplayMatrix(target.film, temporary, keptStreams(job).findIndex(isPicture));
    await target.check?.();
    await commitPart(temporary, target.output);
    const part = target.range ? 'stretch' : 'whole';
    const { warnings, damage } = streamRemarks(job.streams, target.film, { container, part });
    const shown = rotationWarnings(target.film, container, ffmpeg);
    return {
      warnings: [...damage, ...warnings, ...shown, ...timeRemarks(job, ffmpeg), ...hdrRemark(target.film.hdr, container, ffmpeg)],
      streams: job.streams,
    };
  } catch (cause) {
    throwIfAborted(signal);
    throw asOutputFailure(cause, output, temporary);
  } finally {
    await removePaths(temporary, ...(covers.folder === undefined ? [] : [covers.folder]));
  }
}

const isPicture = ({ outcome }: SourceStream) => outcome.kind === 'picture';

/** Temporary folder for cover pictures, next to the result. Created on demand. */
interface Covers {
  folder: string | undefined;
}

interface Circumstances {
  readonly container: Container;
  readonly covers: Covers;
  readonly ffmpeg: Ffmpeg;
  readonly signal: AbortSignal | undefined;
}

async function planned(
  segments: readonly Segment[],
  { film, output, provenance, range, encoding, audio }: RemuxTarget & { readonly output: string },
  where: Circumstances,
): Promise<RemuxJob> {
  const { ffmpeg, container } = where;
  const { probed, streams } = await sourceStreams(film, { ...where, encoding, audio, part: range ? 'stretch' : 'whole' });
  const origin = originOf(segments, { film, range });
  const { timebase } = film.format;
  const starts = startsOf(segments[0]!.startTicks, film, streams);
  const later = range ? 0 : delayOf(starts, container, ffmpeg);
  const own = commentOf(probed.format?.tags);
  return {
    film,
    pictureCodec: (await trackOf(segments[0]!.path)).codecId,
    streams,
    covers: await extractCovers(streams, film, { ...where, beside: output }),
    container,
    pictureDelay: range ? '0' : seconds(later + rescaleTicks(origin, timebase, MILLISECOND), MILLISECOND),
    sourceDelay: range ? seconds(-range.startTicks, timebase) : seconds(later, MILLISECOND),
    stretch: range && {
      start: seconds(range.startTicks, timebase),
      length: seconds(range.endTicks - range.startTicks, timebase),
    },
    comment: own.includes(provenance) ? own : [own, provenance].filter(text => text !== '').join('\n'),
    timescale: pictureTimescale(film, streams),
    movieTimescale: range ? undefined : movieTimescale(starts),
    timecode: timecodeAt(film, range?.startTicks, container),
    ...(container === 'mxf'
      ? inMxf(segments, film, range ? 0 : toSeconds({ ticks: segments[0]!.startTicks, timebase }) + later / 1000)
      : { rate: undefined, sound: undefined }),
    output,
  };
}

/**
 * Sound lasts one frame more than the pictures, as a last frame without all of its samples is dropped; what is too much is
 * dropped, too. `start`: of the pictures, in seconds of the delayed source.
 */
function inMxf(segments: readonly Segment[], film: Film, start: number): Pick<RemuxJob, 'rate' | 'sound'> {
  const rate = mxfRate(film);
  const ticks = segments.at(-1)!.endTicks - segments[0]!.startTicks;
  return { rate, sound: { start, seconds: toSeconds({ ticks, timebase: film.format.timebase }) + rate.den / rate.num } };
}

/**
 * Milliseconds by which the whole result starts later than the source.
 * Sound may start before 0 (decoder priming). mp4 and mov can hold that, and ffmpeg compensates in Matroska, which cannot; but
 * ffmpeg of 2018 then shifts the streams against each other, so all are shifted here. Pictures before 0 would never be shown;
 * whole seconds keep their ticks integer in any timescale.
 */
function delayOf(starts: readonly Timestamp[], container: Container, ffmpeg: Ffmpeg): number {
  if (container === 'mkv' && ffmpeg.major < HANDLES_PRIMING) return millisecondsBelowZero(starts);
  return Math.ceil(millisecondsBelowZero(starts.slice(0, 1)) / 1000) * 1000;
}

/** First ffmpeg version that keeps sound before 0 in sync in Matroska (verified with 5.1 and 9.0). */
const HANDLES_PRIMING = 5;

/**
 * Origin of the joined stream, in ticks: the start of a stretch; for a whole film 0, or whole seconds before a negative start,
 * since Matroska counts from 0 upward.
 */
function originOf(segments: readonly Segment[], { film, range }: Pick<RemuxTarget, 'film' | 'range'>): number {
  if (range) return range.startTicks;
  const { startTicks } = segments[0]!;
  return startTicks >= 0 ? 0 : -Math.ceil(-startTicks / film.format.timebase.den) * film.format.timebase.den;
}

async function trackOf(path: string): Promise<MatroskaTrack> {
  for await (const part of readMatroska(readChunks(path))) if (part.kind === 'track') return part.track;
  throw new KinemacolorError('internal', `${path} holds no encoded shot; remove it and render again.`);
}

/** Extracts the cover pictures that the container stores as attachments, each to a file. */
async function extractCovers(
  streams: readonly SourceStream[],
  film: Film,
  { ffmpeg, covers, signal, beside }: Circumstances & { readonly beside: string },
): Promise<Cover[]> {
  const taken: Cover[] = [];
  for (const stream of streams.filter(({ outcome }) => outcome.kind === 'cover')) {
    covers.folder ??= await createPartFolder(dirname(beside));
    const path = join(covers.folder, String(stream.index));
    const outputArgs = ['-map', `0:${stream.index}`, '-c', 'copy', '-frames:v', '1', '-f', 'rawvideo'];
    await runPlainJob(ffmpeg, { input: film.path, inputArgs: ['-v', 'error'], output: path, outputArgs, signal });
    taken.push({ stream, path });
  }
  return taken;
}

interface RunOptions {
  readonly origin: number;
  readonly ffmpeg: Ffmpeg;
  readonly signal: AbortSignal | undefined;
}

/** Older ffmpegs print this and exit successfully, but the file has no index. */
const LATE_FAILURE = /Error writing trailer|av_interleaved_write_frame\(\)/;

async function run(segments: readonly Segment[], job: RemuxJob, { origin, ffmpeg, signal }: RunOptions): Promise<void> {
  const failures: string[] = [];
  const onLine = (line: string) => {
    if (LATE_FAILURE.test(line)) failures.push(line);
  };
  const child = spawnFfmpeg(ffmpeg, remuxCommand(job, ffmpeg), { signal, stdin: 'pipe', onLine });
  try {
    const order = fieldOrder(job);
    const { film, rate } = job;
    // A timecode track counts frames at the track's rate.
    const duration = job.timecode === undefined ? undefined : frameDuration(film);
    const completeTrack = (track: MatroskaTrack) => ({
      ...withFieldOrder(film.hdr ? withHdr(track, film.hdr) : track, order),
      ...(duration !== undefined && { frameDuration: duration }),
    });
    for await (const bytes of joinSegments(segments, { timebase: film.format.timebase, origin, completeTrack, rate })) {
      if (await sendBytes(child.stdin, bytes)) continue;
      if (!job.stretch) failures.push('it stopped reading the pictures'); // `exited` may have a better reason
      break;
    }
    child.stdin.end();
    await child.exited;
    failures.push(...(await missingStreams(job, ffmpeg, signal)));
  } finally {
    await child.kill();
  }
  if (failures[0])
    throw new KinemacolorError('process', `ffmpeg did not finish the result: ${failures[0]}.`, {
      cause: new Error(failures.join('\n')),
    });
}

/** What the result lacks: an ffmpeg that exits with 0 may not have written it. */
async function missingStreams(job: RemuxJob, ffmpeg: Ffmpeg, signal: AbortSignal | undefined): Promise<string[]> {
  const expected = keptStreams(job).length;
  const found = await probeJson(ffmpeg, job.output, ['-show_entries', 'stream=index'], signal).catch(cause => {
    throwIfAborted(signal);
    if ((cause as KinemacolorError).kind !== 'source') throw cause;
    return {};
  });
  const { streams = [] } = found as { streams?: readonly unknown[] };
  return streams.length < expected ? [`it holds ${streams.length} of ${expected} streams`] : [];
}

/** The error codes behind ffmpeg's messages about a file that it cannot write. */
const WRITE_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, 'ENOSPC'],
  [/Disk quota exceeded/, 'EDQUOT'],
  [/Read-only file system/, 'EROFS'],
  [/Permission denied/, 'EACCES'],
  [/File too large/, 'EFBIG'],
];
/** The system kills an ffmpeg that writes a larger file than its user may. */
const KILLED_FOR_SIZE = /was killed by SIGXFSZ/;

function asOutputFailure(cause: unknown, output: string, temporary: string): unknown {
  const failure = cause instanceof KinemacolorError && cause.cause instanceof Error ? cause : undefined;
  const killed = failure && KILLED_FOR_SIZE.test(failure.message) ? 'EFBIG' : undefined;
  const message = (failure?.cause as Error | undefined)?.message ?? '';
  const code = killed ?? WRITE_ERRORS.find(([pattern]) => pattern.test(message))?.[1];
  if (code !== undefined) return cannotWrite(output, Object.assign(new Error(message, { cause }), { code }));
  const ours = cause instanceof Error && 'path' in cause && cause.path === temporary;
  return ours ? cannotWrite(output, cause) : cause;
}

function timeRemarks({ container, film, movieTimescale: scale }: RemuxJob, ffmpeg: Ffmpeg): string[] {
  const warnings: string[] = [];
  if (film.rotation !== 0 && container === 'mkv' && ffmpeg.major < ROTATION_AS_INPUT) {
    warnings.push(
      `The film's rotation of ${film.rotation} degrees cannot be written to mkv by ffmpeg ${ffmpeg.version}; choose .mp4 or .mov, or ffmpeg 6 or later.`,
    );
  }
  if (scale !== undefined && container !== 'mkv' && ffmpeg.major < MOVIE_TIMESCALE) {
    warnings.push(
      `ffmpeg ${ffmpeg.version} rounds the start of each stream down to a millisecond in ${container}; choose ffmpeg 5 or later to keep it exactly.`,
    );
  }
  return warnings;
}
