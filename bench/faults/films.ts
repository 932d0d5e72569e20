import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ffmpeg, filmUrl, locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';

const execute = promisify(execFile);

/** Frames of every film here. */
export const FRAMES = 12;

const gray = (seed: number, frames: number, name: string) =>
  `nullsrc=s=96x64:r=24,format=gray,geq=lum='${100 + 20 * seed}+60*sin((X+${seed}*N)/${5 + 2 * seed})*cos((Y-N)/4)',trim=end_frame=${frames}[${name}]`;

/** Container and codecs, each with faults of its own kind. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'h264.mp4': ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '6', '-bf', '2', '-c:a', 'aac'],
  'h264.mkv': ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '6', '-c:a', 'flac'],
  'ffv1.mkv': ['-c:v', 'ffv1', '-level', '3', '-g', '1', '-slicecrc', '1', '-pix_fmt', 'gray', '-c:a', 'pcm_s16le'],
  'mpeg2.ts': ['-c:v', 'mpeg2video', '-q:v', '3', '-g', '6', '-bf', '2', '-c:a', 'mp2'],
  'mpeg4.avi': ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'pcm_s16le'],
  'prores.mov': ['-c:v', 'prores', '-pix_fmt', 'yuv422p10le', '-c:a', 'pcm_s16le'],
  'vp9.webm': ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
};

export const FILM_KINDS = Object.keys(KINDS);

/** Make a film of two shots and a tone into a folder. `frames` of each shot; the same arguments give the same film. */
export async function makeFilm(
  folder: string,
  kind: string,
  frames: readonly [number, number] = [6, 6],
  as = kind,
): Promise<string> {
  const ffmpeg = await locateFfmpeg();
  const path = join(folder, as);
  const graph = `${gray(1, frames[0], 'a')};${gray(3, frames[1], 'b')};[a][b]concat=n=2:v=1:a=0[v]`;
  const sound = `sine=frequency=330:sample_rate=48000:duration=${(frames[0] + frames[1]) / 24}`;
  const args = ['-f', 'lavfi', '-i', sound, '-filter_complex', graph, '-map', '[v]', '-map', '0:a', '-threads', '1'];
  await execute(ffmpeg.path, ['-y', '-v', 'error', '-nostdin', ...args, ...KINDS[kind]!, filmUrl(path)]);
  return path;
}

/** Frames that a result holds. */
export async function framesOf(path: string, ffmpeg: Ffmpeg): Promise<number> {
  const shown = ['-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0'];
  const { stdout } = await execute(ffmpeg.probePath, ['-v', 'error', ...shown, filmUrl(path)]);
  return Number.parseInt(stdout, 10);
}
