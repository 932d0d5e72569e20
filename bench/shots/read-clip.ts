import { spawnSync } from 'node:child_process';
import type { Plane } from '../../src/media/fields/plane.ts';

/** The frames of a film are made at twice the survey's size, so that grain, dust and weave are averaged as those of a real film are. */
export const WIDTH = 192;
export const HEIGHT = 128;
/** Clips are read larger than that, so that a camera movement can be laid over a take. */
export const STAGE = { width: WIDTH * 1.5, height: HEIGHT * 1.5 };

/** Every frame of a video as 8-bit gray, its middle cut to the asked aspect. Program: path of an ffmpeg. */
export function readClip(program: string, path: string, { width, height } = STAGE): Plane<Uint8Array>[] {
  const scale = `scale=${width}:${height}:flags=area:force_original_aspect_ratio=increase,crop=${width}:${height}`;
  const output = ['-vf', `${scale},format=gray`, '-vsync', '0', '-f', 'rawvideo', 'pipe:1'];
  const run = spawnSync(program, ['-v', 'error', '-i', path, ...output], { maxBuffer: 2 ** 31 });
  if (run.status !== 0) throw new Error(`${path}: ${run.stderr}`);
  const size = width * height;
  return Array.from({ length: run.stdout.length / size }, (_, i) => {
    return { width, height, data: new Uint8Array(run.stdout.subarray(i * size, (i + 1) * size)) };
  });
}
