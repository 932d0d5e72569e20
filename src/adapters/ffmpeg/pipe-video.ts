import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { pixelLayout } from '../../media/film/pixel-format.ts';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from './ffmpeg.ts';

/** How y4m begins. */
const SIGNATURE = 'YUV4MPEG2 ';
/** ffmpeg writes more than 8 bit, which were never standardised, only on request. */
const ANY_DEPTH = ['-strict', '-1'];
/** FFV1 as archives keep it: intra only, with checksums. */
export const LOSSLESS = ['-c:v', 'ffv1', '-level', '3', '-g', '1', '-slicecrc', '1'];

/** Arguments that lay the first sound of a file, the second input, beside the pictures, which are the first; it is copied. */
export function soundBeside(audio: string | undefined): { readonly input: readonly string[]; readonly maps: readonly string[] } {
  if (audio === undefined) return { input: [], maps: [] };
  return { input: ['-i', filmUrl(audio)], maps: ['-map', '1:a:0', '-c:a', 'copy'] };
}

/**
 * Write the y4m that comes from a stream into a Matroska file, without loss. Throws `source` where the stream is no y4m, or breaks off
 * before a whole picture. Returns its frame rate, `24/1`, which Matroska's milliseconds cannot say.
 */
export async function savePipedVideo(input: Readable, path: string, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<string> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  if (!head.subarray(0, SIGNATURE.length).equals(Buffer.from(SIGNATURE)))
    throw new KinemacolorError(
      'source',
      `Expected y4m on standard input, received ${first.done ? 'nothing' : 'something else'}; pipe it as "ffmpeg -i FILM -f yuv4mpegpipe - | kinemacolor -".`,
    );
  const [header = ''] = head.toString('latin1').split('\n', 1);
  const range = header.includes('XCOLORRANGE=FULL') ? 'pc' : 'tv';
  async function* whole(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  const args = ['-v', 'error', '-f', 'yuv4mpegpipe', '-i', 'pipe:0', '-map', '0:v', ...LOSSLESS, '-color_range', range];
  const child = spawnFfmpeg(ffmpeg, [...args, '-y', '-f', 'matroska', filmUrl(path)], { stdin: 'pipe', signal });
  await pipeline(whole, child.stdin).catch(() => undefined); // `exited` rejects, with ffmpeg's reason
  await child.exited;
  return (/ F(\d+:\d+)/.exec(header)?.[1] ?? '25:1').replace(':', '/');
}

/** Bytes of a pixel of packed formats; the others are planar. */
const PACKED: Readonly<Record<string, number>> = { rgb24: 3, bgr24: 3, rgb48le: 6 };

/** Bytes of one raw picture; undefined for a pixel format that is not taken. */
export function rawBytes({
  pixelFormat,
  width,
  height,
}: Pick<RawPictures, 'pixelFormat' | 'width' | 'height'>): number | undefined {
  const packed = PACKED[pixelFormat];
  return packed === undefined ? pixelLayout(pixelFormat)?.pictureBytes(width, height) : packed * width * height;
}

/** Pictures without a header: what ffmpeg must know of them. */
export interface RawPictures {
  /** ffmpeg's name of the pixel format: `gray`, `gray16le`, `yuv420p10le`. */
  readonly pixelFormat: string;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Frames a second: `24`, `24000/1001`. */
  readonly rate: string;
}

export interface RawVideoTarget {
  /** Path of the Matroska file to write. */
  readonly path: string;
  /** A file whose first sound is laid beside the pictures, copied. */
  readonly audio?: string | undefined;
  readonly comment?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Write raw pictures into a Matroska file, without loss. Throws `source` where they do not end with a whole picture, and whatever the
 * source of the bytes throws.
 */
export async function saveRawVideo(
  input: AsyncIterable<Buffer>,
  pictures: RawPictures,
  { path, audio, comment, signal }: RawVideoTarget,
  ffmpeg: Ffmpeg,
): Promise<void> {
  const { pixelFormat, width, height, rate } = pictures;
  const raw = ['-f', 'rawvideo', '-pixel_format', pixelFormat, '-video_size', `${width}x${height}`, '-framerate', rate];
  const sound = soundBeside(audio);
  const tags = comment === undefined ? [] : ['-metadata', `comment=${comment}`];
  const args = ['-v', 'error', ...raw, '-i', 'pipe:0', ...sound.input, '-map', '0:v', ...sound.maps, ...LOSSLESS, ...tags];
  const child = spawnFfmpeg(ffmpeg, [...args, '-y', '-f', 'matroska', filmUrl(path)], { stdin: 'pipe', signal });
  const state: { bytes: number; cause?: unknown } = { bytes: 0 };
  async function* watched(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of input) {
        state.bytes += chunk.length;
        yield chunk;
      }
      checkWhole(state.bytes, pictures);
    } catch (cause) {
      state.cause = cause;
      throw cause;
    }
  }
  await pipeline(watched, child.stdin).catch(() => undefined); // `exited` rejects, with ffmpeg's reason
  if (state.cause !== undefined) {
    await child.kill();
    throw state.cause;
  }
  await child.exited;
}

function checkWhole(bytes: number, pictures: RawPictures): void {
  const each = rawBytes(pictures)!;
  if (bytes > 0 && bytes % each === 0) return;
  const { pixelFormat, width, height } = pictures;
  const received = bytes === 0 ? 'nothing' : `${Math.floor(bytes / each)} and a part of one`;
  throw new KinemacolorError(
    'source',
    `Expected whole pictures of ${each} bytes (${width}x${height}, ${pixelFormat}), received ${received}; check --size and --pixel-format.`,
  );
}

/** Write a film's pictures as y4m, at a constant rate (`24/1`), to a stream, which stays open. Ends quietly where its reader goes away. */
export async function sendVideo(
  { path, rate }: { readonly path: string; readonly rate: string },
  output: Writable,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<void> {
  const pictures = ['-v', 'error', '-r', rate, '-i', filmUrl(path), '-map', '0:v:0', ...ffmpeg.passthrough, ...ANY_DEPTH];
  const child = spawnFfmpeg(ffmpeg, [...pictures, '-f', 'yuv4mpegpipe', 'pipe:1'], { stdout: 'pipe', signal });
  try {
    await pipeline(child.stdout, output, { end: false });
  } catch (cause) {
    throwIfAborted(signal);
    if ((cause as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw cause;
  } finally {
    if (output.destroyed) await child.kill();
  }
  await child.exited;
}
