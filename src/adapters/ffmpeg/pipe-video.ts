import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from './ffmpeg.ts';

/** How y4m begins. */
const SIGNATURE = 'YUV4MPEG2 ';
/** ffmpeg writes more than 8 bit, which were never standardised, only on request. */
const ANY_DEPTH = ['-strict', '-1'];
const LOSSLESS = ['-c:v', 'ffv1', '-level', '3', '-g', '1', '-slicecrc', '1'];

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
