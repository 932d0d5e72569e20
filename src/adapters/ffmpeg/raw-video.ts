import type { Readable } from 'node:stream';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { takeFree } from '../../media/fields/shared-memory.ts';
import { rescaleTicks, type Timebase } from '../../media/film/time.ts';
import { countShared } from '../workers/shared-garbage.ts';
import { type Ffmpeg, type FfmpegProcess, filmUrl, spawnFfmpeg } from './ffmpeg.ts';
import {
  messageWithin,
  parseShownPicture,
  parseShownTimebase,
  parseSideData,
  SHOWINFO,
  SHOWINFO_WHOLE,
  type ShownPicture,
  type SideData,
} from './showinfo.ts';

/** What to decode, and into which raw pictures. */
export interface RawVideoJob {
  readonly path: string;
  /** The stream's index in the file. */
  readonly stream: number;
  /** The timebase of the returned ticks: the stream's own. */
  readonly timebase: Timebase;
  /** Input options, for example a seek. */
  readonly inputArgs?: readonly string[];
  /** A filter that selects pictures; the others are not returned. */
  readonly choice?: string;
  /** The filter chain that makes the pictures; it must keep every picture and its time. */
  readonly filter: string;
  readonly pixelFormat: string;
  /** Bytes of one picture, and how many of them, from the first, are kept. */
  readonly pictureBytes: number;
  readonly keptBytes: number;
  /** Further pictures made from the same decoding. */
  readonly sideOutputs?: readonly SideOutput[] | undefined;
  /** Is this message of ffmpeg no error of the film? Called for each message, in order. */
  readonly isHarmless?: ((message: string) => boolean) | undefined;
  /** Called once for each kind of side data in the stream. */
  readonly onSideData?: ((kind: SideData) => void) | undefined;
  /** Called with each error line; the first ones are also in `RawEnd.errors`. */
  readonly onFault?: ((message: string) => void) | undefined;
}

/** Pictures made in addition to those of a decoding, without their times. */
export interface SideOutput {
  /** The filter chain that selects and makes them. */
  readonly filter: string;
  readonly pixelFormat: string;
  /** Bytes of one picture. */
  readonly pictureBytes: number;
  /** Called with each picture; its bytes are not reused. */
  readonly take: (picture: Uint8Array) => void;
}

/** One decoded picture. `ticks` is undefined where ffmpeg has no time for it. */
export interface RawPicture {
  readonly ticks: number | undefined;
  /** Can decoding start here, without earlier pictures? */
  readonly entry: boolean;
  /** Its size as decoded, before any filter. */
  readonly coded: { readonly width: number; readonly height: number };
  /** The kept bytes, in shared memory, not reused for other pictures. */
  readonly data: SharedArrayBuffer;
}

/** The end of a decoding: the number of pictures, and ffmpeg's first error lines. */
export interface RawEnd {
  readonly pictures: number;
  readonly errors: readonly string[];
}

/** Error lines that are kept: the first explain what happened, the others repeat it. */
const MAX_ERRORS = 5;
/**
 * Until this many pictures are decoded, a message without a level does not count as an error: ffmpeg (from 7.0 on, in another
 * thread) prints the description of its output then. Its threads queue fewer pictures than this.
 */
const DESCRIPTION_PICTURES = 32;

/**
 * Decode one stream into raw pictures, each with its exact time. Backpressure reaches ffmpeg: no more than the pipe and one
 * picture are held here. Damage does not throw (see RawEnd.errors). Throws `process` where ffmpeg is killed, or `interrupted`.
 */
export async function* rawVideo(ffmpeg: Ffmpeg, job: RawVideoJob, signal?: AbortSignal): AsyncGenerator<RawPicture, RawEnd> {
  const shown = openShown(job);
  const process = spawnFfmpeg(ffmpeg, argsOf(ffmpeg, job), {
    signal,
    stdout: 'pipe',
    extraPipes: job.sideOutputs?.length,
    onLine: shown.take,
  });
  for (const [number, one] of (job.sideOutputs ?? []).entries()) readSideOutput(process.extraPipes[number]!, one);
  void process.outcome.finally(shown.close).catch(() => {});
  const state = { pictures: 0 };
  try {
    for await (const data of wholePictures(process, job)) {
      const { picture, ticks } = await shown.next();
      state.pictures++;
      const { entry, width, height } = picture;
      yield { ticks, entry, coded: { width, height }, data };
    }
    await endOf(process);
    shown.assertEmpty(state.pictures);
    return { pictures: state.pictures, errors: shown.errors };
  } catch (cause) {
    throwIfAborted(signal); // an abort destroys the pipe while it is being read
    throw cause;
  } finally {
    await process.kill();
  }
}

function argsOf(ffmpeg: Ffmpeg, job: RawVideoJob): string[] {
  const filters = [...(job.choice ? [job.choice] : []), job.onSideData ? SHOWINFO_WHOLE : SHOWINFO, job.filter].join();
  return [
    ...['-v', 'level+info', '-nostats', '-copyts', '-noautorotate', ...(job.inputArgs ?? []), '-i', filmUrl(job.path)],
    ...['-map', `0:${job.stream}`, '-vf', filters, ...ffmpeg.passthrough, ...ffmpeg.demuxTimebase],
    ...['-f', 'rawvideo', '-pix_fmt', job.pixelFormat, 'pipe:1'],
    ...(job.sideOutputs ?? []).flatMap((one, number) => sideOutputArgs(ffmpeg, job, one, number)),
  ];
}

function sideOutputArgs(ffmpeg: Ffmpeg, { stream }: RawVideoJob, { filter, pixelFormat }: SideOutput, number: number): string[] {
  const output = ['-f', 'rawvideo', '-pix_fmt', pixelFormat, `pipe:${3 + number}`];
  return ['-map', `0:${stream}`, '-vf', filter, ...ffmpeg.passthrough, ...ffmpeg.demuxTimebase, ...output];
}

/** Pass on the pictures of a side output. All have come before the child's `outcome` resolves. */
function readSideOutput(pipe: Readable, { pictureBytes, take }: SideOutput): void {
  let rest = Buffer.alloc(0);
  pipe.on('error', () => {}); // `exited` rejects with it
  pipe.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= pictureBytes; rest = rest.subarray(pictureBytes)) take(new Uint8Array(rest.subarray(0, pictureBytes)));
  });
}

/** Split ffmpeg's byte stream into pictures and keep the first bytes of each. An incomplete last picture is dropped. */
async function* wholePictures(child: FfmpegProcess, job: RawVideoJob): AsyncGenerator<SharedArrayBuffer> {
  const { pictureBytes, keptBytes } = job;
  const fresh = () => {
    const free = takeFree(keptBytes);
    if (!free) countShared(keptBytes);
    return new Uint8Array(free ?? new SharedArrayBuffer(keptBytes));
  };
  let kept = fresh();
  let filled = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, pictureBytes - filled);
      if (filled < keptBytes) kept.set(chunk.subarray(at, at + Math.min(taken, keptBytes - filled)), filled);
      filled += taken;
      at += taken;
      if (filled < pictureBytes) continue;
      yield kept.buffer as SharedArrayBuffer;
      kept = fresh();
      filled = 0;
    }
  }
}

/**
 * Wait for ffmpeg's end. An exit code other than 0 means damage, which its error lines describe, unless it was stopped from
 * outside.
 */
async function endOf(child: FfmpegProcess): Promise<void> {
  const end = await child.outcome;
  // ffmpeg catches SIGTERM and SIGINT and prints a line; its exit code is then 255.
  const stopped = end.signal !== null || end.lastLines.some(line => /received signal \d+/.test(line));
  if (stopped) await child.exited;
}

/** ffmpeg reports a picture's time before it writes the bytes. With the bytes there, the time is awaited so many times, a second each. */
const LATE = 5;
const A_SECOND = 1000;

function notOurs(what: string): KinemacolorError {
  return new KinemacolorError('process', `ffmpeg ${what}; set KINEMACOLOR_FFMPEG to another ffmpeg.`);
}

/** Pairs the lines of showinfo with the pictures' bytes: the times that were read and are not yet paired. */
function openShown({ timebase, onFault, onSideData, isHarmless }: RawVideoJob) {
  const seenKinds = new Set<SideData>();
  const pictures: ShownPicture[] = [];
  const errors: string[] = [];
  const state = { timebase, count: 0, closed: false, wake: () => {} };
  const take = (line: string): boolean => {
    const picture = parseShownPicture(line);
    for (const error of errorIn(line, state.count < DESCRIPTION_PICTURES ? 'levelled' : 'any')) {
      if (isHarmless?.(error)) continue;
      if (errors.length < MAX_ERRORS) errors.push(error);
      onFault?.(error);
    }
    if (picture) {
      pictures.push(picture);
      state.count++;
      state.wake();
      return true;
    }
    const kind = onSideData && parseSideData(line);
    if (kind && !seenKinds.has(kind)) {
      seenKinds.add(kind);
      onSideData(kind);
    }
    state.timebase = parseShownTimebase(line) ?? state.timebase;
    return /\[(info|verbose|debug)\] (?!Exiting)/.test(line);
  };
  return {
    errors: errors as readonly string[],
    take,
    close: () => {
      state.closed = true;
      state.wake();
    },
    async next() {
      for (let waited = 0; pictures.length === 0 && !state.closed && waited < LATE; waited++) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, A_SECOND);
          state.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const picture = pictures.shift();
      if (!picture) throw notOurs('wrote a picture but not its time');
      const ticks = picture.pts === undefined ? undefined : exactTicks(picture.pts, state.timebase, timebase);
      return { picture, ticks };
    },
    assertEmpty(count: number) {
      if (pictures.length === 0) return;
      throw notOurs(`told the times of ${count + pictures.length} pictures but wrote ${count}`);
    },
  };
}

/** Warnings that report damage for which there may be no error line. */
const DAMAGE_WARNING = /\b(?:corrupt (?:decoded frame|input packet)|Packet corrupt)\b.*/;

/**
 * The message of an error line, or of a warning that reports damage, without context and level. A message printed in between
 * other lines has lost its level; it counts as an error if `which` is `any`. Two pictures with the same time are no error,
 * whatever the raw muxer says.
 */
function errorIn(line: string, which: 'levelled' | 'any' = 'levelled'): string[] {
  const [, level, text] = /^(?:\[[^\]]* @ \w+\] )*\[(error|fatal|panic|warning)\] (.*)$/.exec(line) ?? [];
  const all = text ?? (which === 'any' ? messageWithin(line) : undefined);
  const message = level === 'warning' ? DAMAGE_WARNING.exec(all ?? '')?.[0] : all;
  return message === undefined || /non monotonically increasing dts to muxer/.test(message)
    ? []
    : [message.trim().replace(/\.$/, '')];
}

/** Convert ticks of `from` into ticks of `to`. Throws `internal` where the result is not a whole number. */
function exactTicks(ticks: number, from: Timebase, to: Timebase): number {
  if (from.num === to.num && from.den === to.den) return ticks;
  const rescaled = rescaleTicks(ticks, from, to);
  const same = BigInt(rescaled) * BigInt(to.num) * BigInt(from.den) === BigInt(ticks) * BigInt(from.num) * BigInt(to.den);
  if (same) return rescaled;
  throw new KinemacolorError(
    'internal',
    `ffmpeg counts time in ${from.num}/${from.den} s where the film counts in ${to.num}/${to.den} s, which cannot say tick ${ticks}.`,
  );
}

/** Decode only the first picture, to see what the decoder returns; undefined where there is none. */
export async function firstPicture(
  ffmpeg: Ffmpeg,
  path: string,
  options: { stream: number; signal?: AbortSignal | undefined },
): Promise<{ picture: ShownPicture | undefined; errors: readonly string[] }> {
  const pictures: ShownPicture[] = [];
  const errors: string[] = [];
  const onLine = (line: string) => {
    const picture = parseShownPicture(line);
    if (picture) pictures.push(picture);
    errors.push(...errorIn(line));
    return true;
  };
  const input = ['-v', 'level+info', '-noautorotate', '-i', filmUrl(path), '-map', `0:${options.stream}`];
  const process = spawnFfmpeg(ffmpeg, [...input, '-vf', SHOWINFO, '-frames:v', '1', '-f', 'null', '-'], {
    signal: options.signal,
    onLine,
  });
  await endOf(process);
  throwIfAborted(options.signal);
  return { picture: pictures[0], errors: errors.slice(0, MAX_ERRORS) };
}
