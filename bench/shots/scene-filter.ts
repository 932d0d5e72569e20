import { spawnSync } from 'node:child_process';
import type { Plane } from '../../src/media/fields/plane.ts';

/** What ffmpeg's scene detection says of every frame, 0 (as the last one) to 1: that of the filter `select='gt(scene,T)'`. */
export function sceneScores(program: string, frames: readonly Plane<Uint8Array>[]): Float64Array {
  const { width, height } = frames[0]!;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', '25', '-i', 'pipe:0'];
  const filter = ['-vf', `select='gte(scene,0)',metadata=print:key=lavfi.scene_score:file=-`, '-f', 'null', '-'];
  const run = spawnSync(program, ['-v', 'error', ...input, ...filter], {
    input: Buffer.concat(frames.map(({ data }) => data)),
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0) throw new Error(`scene scores: ${run.stderr}`);
  const scores = Float64Array.from(String(run.stdout).matchAll(/scene_score=([\d.]+)/g), ([, score]) => Number(score));
  if (scores.length !== frames.length) throw new Error(`scene scores: expected ${frames.length}, ffmpeg gave ${scores.length}`);
  return scores;
}
