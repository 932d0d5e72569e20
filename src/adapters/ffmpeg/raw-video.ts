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

/** What to decode and into which raw pictures. */
export interface RawVideoJob {
  readonly path: string;
  /** The file's own index of the stream. */
  readonly stream: number;
  /** The timebase that ticks are wanted in: the stream's own. */
  readonly timebase: Timebase;
  /** Input options, for example a seek. */
  readonly inputArgs?: readonly string[];
  /** A filter that chooses pictures; those it leaves out are not met at all. */
  readonly choice?: string;
  /** The filter chain that makes the wanted pictures; it must keep every picture and its time. */
  readonly filter: string;
  readonly pixelFormat: string;
  /** Bytes of one picture, and how many of them, from its first, are kept. */
  readonly pictureBytes: number;
  readonly keptBytes: number;
  /** Other pictures made of the same decoding. */
  readonly sideOutputs?: readonly SideOutput[] | undefined;
  /** Tells of ffmpeg's messages, in their order, which are no error of this film. */
  readonly isHarmless?: ((message: string) => boolean) | undefined;
  /** Hears what else lies in the pictures' stream, once for each kind. */
  readonly onSideData?: ((kind: SideData) => void) | undefined;
  /** Hears each error line as it comes; the first ones stand in `RawEnd.errors`, too. */
  readonly onFault?: ((message: string) => void) | undefined;
}

/** Pictures that are wanted beside those of a decoding, without their times. */
export interface SideOutput {
  /** The filter chain that chooses and makes them. */
  readonly filter: string;
  readonly pixelFormat: string;
  /** Bytes of one picture. */
  readonly pictureBytes: number;
  /** Is called with each picture, whose bytes are its own from then on. */
  readonly take: (picture: Uint8Array) => void;
}

/** One decoded picture. `ticks` is undefined where ffmpeg itself found no time for it. */
export interface RawPicture {
  readonly ticks: number | undefined;
  /** Can decoding start here without knowing what came before? */
  readonly entry: boolean;
  /** Its size as the decoder gives it, before any filter. */
  readonly coded: { readonly width: number; readonly height: number };
  /** The kept bytes, in shared memory, fresh for every picture. */
  readonly data: SharedArrayBuffer;
}

/** How a decoding ended: how many pictures came, and the error lines ffmpeg wrote (at most a few). */
export interface RawEnd {
  readonly pictures: number;
  readonly errors: readonly string[];
}

/** Error lines kept: the first say what happened, the rest repeat it. */
const MAX_ERRORS = 5;
/**
 * Pictures before whose end a message without a level counts as none: about then ffmpeg (from 7.0 on, in another thread) describes its output.
 * What waits between its threads is fewer.
 */
const DESCRIPTION_PICTURES = 32;

/**
 * Decode one stream into raw pictures, each with its exact time. A consumer that waits makes ffmpeg wait: no more than the pipe and
 * one picture are held here. Damage does not throw (see RawEnd.errors). Throws `process` where ffmpeg is killed, `interrupted`.
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
    throwIfAborted(signal); // an abort tears the pipe down under the reading loop
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

/** Hand on what comes beside, picture by picture. It is all there before the child's outcome is. */
function readSideOutput(pipe: Readable, { pictureBytes, take }: SideOutput): void {
  let rest = Buffer.alloc(0);
  pipe.on('error', () => {}); // told by `exited`
  pipe.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= pictureBytes; rest = rest.subarray(pictureBytes)) take(new Uint8Array(rest.subarray(0, pictureBytes)));
  });
}

/** Cut ffmpeg's byte stream into pictures and keep the first bytes of each. A last picture that is not whole is left out. */
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

/** Wait for ffmpeg's end. An exit code other than 0 is damage, told by its error lines, unless somebody stopped it. */
async function endOf(child: FfmpegProcess): Promise<void> {
  const end = await child.outcome;
  // ffmpeg catches a polite signal and says so; the exit code is then 255.
  const stopped = end.signal !== null || end.lastLines.some(line => /received signal \d+/.test(line));
  if (stopped) await child.exited;
}

/** The pictures that showinfo has told and that have not been paired with their bytes yet. */
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
      while (pictures.length === 0 && !state.closed) {
        await new Promise<void>(resolve => {
          state.wake = resolve;
        });
      }
      const picture = pictures.shift();
      if (!picture) throw new KinemacolorError('internal', 'ffmpeg wrote a picture but not its time.');
      const ticks = picture.pts === undefined ? undefined : exactTicks(picture.pts, state.timebase, timebase);
      return { picture, ticks };
    },
    assertEmpty(count: number) {
      if (pictures.length === 0) return;
      throw new KinemacolorError('internal', `ffmpeg told the times of ${count + pictures.length} pictures but wrote ${count}.`);
    },
  };
}

/** Warnings that tell of damage of which nothing else may be said. */
const DAMAGE_WARNING = /\b(?:corrupt (?:decoded frame|input packet)|Packet corrupt)\b.*/;

/**
 * The message of an error line, or of a warning that tells of damage: no context, no level. One that came in between others has lost its level; of
 * `any` it counts as an error. That two pictures have the same time is none, whatever the raw muxer says.
 */
function errorIn(line: string, which: 'levelled' | 'any' = 'levelled'): string[] {
  const [, level, text] = /^(?:\[[^\]]* @ \w+\] )*\[(error|fatal|panic|warning)\] (.*)$/.exec(line) ?? [];
  const all = text ?? (which === 'any' ? messageWithin(line) : undefined);
  const message = level === 'warning' ? DAMAGE_WARNING.exec(all ?? '')?.[0] : all;
  return message === undefined || /non monotonically increasing dts to muxer/.test(message)
    ? []
    : [message.trim().replace(/\.$/, '')];
}

/** Ticks of `from` in ticks of `to`, which must be able to say the same moment. */
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

/** Decode nothing but the first picture, to see what the decoder really gives; undefined where none comes. */
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
