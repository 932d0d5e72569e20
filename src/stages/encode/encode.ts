import { createHash } from 'node:crypto';
import { readMatroska } from '../../adapters/containers/matroska-reader.ts';
import { type MatroskaPacket, matroskaHeader, matroskaPacketHead } from '../../adapters/containers/matroska-writer.ts';
import { sendBytes } from '../../adapters/containers/send-bytes.ts';
import { type Ffmpeg, type FfmpegProcess, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { openForWriting, type WritableFile } from '../../adapters/files/open-for-writing.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { Film } from '../../media/film/film.ts';
import { type ColorFrame, chromaSize } from '../../media/film/frame.ts';
import type { Timebase } from '../../media/film/time.ts';
import { type EncodingPlan, needsDevice } from './codecs.ts';
import { tagArgs } from './color-tags.ts';

export interface EncodeTarget {
  readonly film: Film;
  readonly encoding: EncodingPlan;
  /** File to write. The caller renames it on success. */
  readonly path: string;
  /** Size of the encoded picture: the film's, or larger if pictures are laid out side by side. */
  readonly size: { readonly width: number; readonly height: number };
}

/** Frame rates for which consecutive frames are several Matroska milliseconds apart. The encoder only needs a plausible rate. */
const RATE = { min: 1, max: 240, fallback: { num: 25, den: 1 } } as const;

/**
 * Encodes one shot into a segment: a Matroska file whose packets carry the time since the shot's first frame, exactly, in ticks
 * of the film's timebase.
 * The encoder itself receives frames at a constant rate, numbered from 0, and each packet gets its frame's ticks on the way to
 * the file. So no container's rounding affects a tick, and a shot's bytes do not depend on its position in the film. Pictures are
 * passed raw in the encoder's own pixel format; ffmpeg converts nothing.
 */
export async function encodeShot(
  frames: AsyncIterable<ColorFrame>,
  target: EncodeTarget,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<{ frames: number; bytes: number; sha256: string }> {
  const rate = evenRate(target.film.averageRate);
  const child = spawnFfmpeg(ffmpeg, encoderCommand(target, rate, ffmpeg), { signal, stdin: 'pipe', stdout: 'pipe' });
  const submitted: SubmittedFrames = { ticks: [], ended: false };
  const file = await openForWriting(target.path).catch(async cause => {
    await child.kill();
    throw cause;
  });
  const work = [
    submitFrames(frames, target, child, submitted),
    writeSegment(child, { rate, submitted, file }, target.film),
  ] as const;
  try {
    const [, written] = await Promise.all(work);
    return { frames: submitted.ticks.length, ...written };
  } catch (cause) {
    await child.kill();
    await Promise.allSettled(work); // stop the frame source before reporting the error
    throwIfAborted(signal);
    throw file.bytes === 0 ? withoutDevice(cause, target.encoding) : cause;
  } finally {
    await file.close();
  }
}

/** Translates the failure of a hardware encoder that could not start: ffmpeg knows it, but the device is missing. */
function withoutDevice(cause: unknown, { codec }: EncodingPlan): unknown {
  if (!(cause instanceof KinemacolorError && cause.kind === 'process' && needsDevice(codec))) return cause;
  const message = `The codec ${codec} needs a device that does not work here; choose x264 or x265, or see what is missing with "kinemacolor doctor".`;
  return new KinemacolorError('environment', message, { cause });
}

/** Frames sent to the encoder so far: their ticks, and whether more follow. */
interface SubmittedFrames {
  readonly ticks: number[];
  ended: boolean;
}

function encoderCommand({ film, encoding, size }: EncodeTarget, rate: Timebase, ffmpeg: Ffmpeg): string[] {
  const tags = tagArgs(film);
  const aspect = `setsar=${film.sampleAspect.num}/${film.sampleAspect.den}:max=${LARGEST_ASPECT}`;
  const fields = `setfield=${film.fieldOrder === 'progressive' ? 'prog' : film.fieldOrder}`;
  const upload = encoding.encoderArgs.includes('-vaapi_device')
    ? [`format=${encoding.depth > 8 ? 'p010le' : 'nv12'},hwupload`]
    : [];
  return [
    ...['-v', 'error', '-f', 'rawvideo', '-pixel_format', encoding.pixelFormat, '-video_size', `${size.width}x${size.height}`],
    // Tagged on both sides: newer ffmpegs convert if the encoder's range or matrix differs from its input's.
    ...['-framerate', `${rate.num}/${rate.den}`, ...tags, '-i', 'pipe:0', '-map', '0:v'],
    ...['-vf', [aspect, fields, ...upload].join(), ...ffmpeg.passthrough, ...encoding.encoderArgs, ...tags],
    ...['-f', 'matroska', 'pipe:1'],
  ];
}

/** Largest term of a sample aspect ratio that is kept exactly. H.264 and HEVC have 16 bits. */
const LARGEST_ASPECT = 65_535;

/** The film's average rate if it is plausible. */
function evenRate(average: Timebase): Timebase {
  const rate = average.num / average.den;
  return rate >= RATE.min && rate <= RATE.max ? average : RATE.fallback;
}

async function submitFrames(
  frames: AsyncIterable<ColorFrame>,
  target: EncodeTarget,
  child: FfmpegProcess,
  submitted: SubmittedFrames,
): Promise<void> {
  const shift = target.encoding.depth - target.film.format.depth;
  for await (const frame of frames) {
    const last = submitted.ticks.at(-1);
    if (last !== undefined && frame.ticks < last) {
      throw new KinemacolorError(
        'internal',
        `Expected frame ${frame.index} not before tick ${last}, but it lies at ${frame.ticks}.`,
      );
    }
    checkShape(frame, target);
    const planes = [frame.luma, frame.cb, frame.cr].map(plane => sampleBytes(plane, target.encoding.depth, shift));
    if (frame.opacity) planes.push(sampleBytes(frame.opacity, target.encoding.depth, 0));
    for (const bytes of planes) if (!(await sendBytes(child.stdin, bytes))) return await throwExitReason(child);
    submitted.ticks.push(frame.ticks);
  }
  if (submitted.ticks.length === 0)
    throw new KinemacolorError('source', 'No frame of a shot decodes any more; the film changed, or it can no longer be read.');
  submitted.ended = true;
  child.stdin.end();
}

function checkShape(frame: ColorFrame, { size, encoding }: EncodeTarget): void {
  const chroma = chromaSize(size.width, size.height, encoding.subsampling);
  const fits = (plane: Plane, { width, height }: { width: number; height: number }) =>
    plane.width === width && plane.height === height;
  const opacity = frame.opacity ? encoding.opacity && fits(frame.opacity, size) : !encoding.opacity;
  if (opacity && fits(frame.luma, size) && fits(frame.cb, chroma) && fits(frame.cr, chroma)) return;
  throw new KinemacolorError(
    'internal',
    `Frame ${frame.index} is not the ${size.width}x${size.height} ${encoding.pixelFormat} picture that was to be encoded.`,
  );
}

/**
 * A plane's samples as bytes for ffmpeg: one per sample, or two, little-endian. `shift` scales code values up to a greater depth; a
 * negative one rounds them to a smaller.
 */
function sampleBytes({ data }: Plane<IntegerSamples>, depth: number, shift: number): Buffer {
  const samples = shift === 0 ? data : shift > 0 ? lifted(data, depth, shift) : rounded(data, depth, -shift);
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

function lifted(data: IntegerSamples, depth: number, shift: number): IntegerSamples {
  const samples = depth > 8 ? new Uint16Array(data.length) : new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) samples[i] = data[i]! << shift;
  return samples;
}

function rounded(data: IntegerSamples, depth: number, bits: number): IntegerSamples {
  const samples = depth > 8 ? new Uint16Array(data.length) : new Uint8Array(data.length);
  const [half, most] = [1 << (bits - 1), 2 ** depth - 1];
  for (let i = 0; i < data.length; i++) samples[i] = Math.min(most, (data[i]! + half) >> bits);
  return samples;
}

/** Waits for the reason the encoder closed its input, and throws it. */
async function throwExitReason(child: FfmpegProcess): Promise<never> {
  await child.exited;
  throw new KinemacolorError('process', 'ffmpeg stopped reading before it had every frame of the shot.');
}

interface SegmentJob {
  readonly rate: Timebase;
  readonly submitted: SubmittedFrames;
  readonly file: WritableFile;
}

/** Writes the encoder's packets with their frames' own times. A packet waits for the next one, whose time ends its duration. */
async function writeSegment(child: FfmpegProcess, job: SegmentJob, film: Film): Promise<{ bytes: number; sha256: string }> {
  const { submitted, file } = job;
  const waiting: MatroskaPacket[] = [];
  const seen = new Set<number>();
  const hash = createHash('sha256');
  const write = async (...parts: Buffer[]) => {
    for (const part of parts) hash.update(part);
    await file.append(parts);
  };
  const flush = async () => {
    while (waiting[0] && (submitted.ended || waiting[0].time + 1 < submitted.ticks.length)) {
      const timed = withTicks(waiting.shift()!, submitted.ticks);
      await write(matroskaPacketHead(timed), timed.data);
    }
  };
  for await (const part of readMatroska(wholeOutput(child))) {
    if (part.kind === 'track') await write(matroskaHeader(part.track, nominalScale(film.format.timebase)));
    else {
      const number = Math.round((part.packet.time * job.rate.num) / (1000 * job.rate.den));
      seen.add(number);
      waiting.push({ ...part.packet, time: number });
      await flush();
    }
  }
  submitted.ended = true;
  await flush();
  const last = submitted.ticks.length - 1;
  if (seen.size !== submitted.ticks.length || !seen.has(0) || !seen.has(last)) {
    throw new KinemacolorError(
      'process',
      `Expected ${submitted.ticks.length} encoded frames of the shot, but ffmpeg wrote ${seen.size}; run the same command again, or set KINEMACOLOR_FFMPEG to another ffmpeg.`,
    );
  }
  return { bytes: file.bytes, sha256: hash.digest('hex') };
}

/** stdout to its end; complete only if ffmpeg exited successfully. */
async function* wholeOutput(child: FfmpegProcess): AsyncGenerator<Buffer> {
  yield* child.stdout;
  await child.exited;
}

/**
 * Converts `time` from frame numbers to ticks since the first frame. The duration of a shot's last frame is known to the film
 * only.
 */
function withTicks(packet: MatroskaPacket, ticks: readonly number[]): MatroskaPacket {
  const start = ticks[packet.time];
  if (start === undefined)
    throw new KinemacolorError('internal', `ffmpeg wrote a frame ${packet.time} of a shot of ${ticks.length}.`);
  const next = ticks[packet.time + 1];
  return { ...packet, time: start - ticks[0]!, duration: next === undefined ? undefined : next - start };
}

/** Nanoseconds per tick, as close as Matroska can state, for external tools. Only ticks are read here. */
function nominalScale({ num, den }: Timebase): number {
  return Math.max(1, Math.round((1e9 * num) / den));
}
