import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followPeakMemory } from '../harness/peak-memory.ts';
import { locateFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import { cpuSeconds } from './page/process-figures.ts';

/**
 * Do memory and CPU time of a frame grow with a film's length? node dist/bench/memory.js [--minutes 1,10] [--fps 24] [--height 720] [--cut-every 96]
 * Films drawn by ffmpeg, with cuts and without one, go through with the default settings (a quick preset: x264 is no part of the question).
 * Prints the peak resident memory of the process for each, its ratio to the shortest film's, and the CPU time of a frame, ffmpeg and start-up
 * included. Linux only.
 */
const CLI = fileURLToPath(new URL('../program/kinemacolor.js', import.meta.url));
const option = (name: string, fallback: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1]!;
};
const fps = Number(option('fps', '24'));
const height = Number(option('height', '720'));
const width = Math.round((height * 16) / 9 / 2) * 2;
const cutEvery = Number(option('cut-every', '96'));
const folder = mkdtempSync(join(tmpdir(), 'kinemacolor-memory-'));
const ffmpeg = await locateFfmpeg();

/** A pan over texture with grain; with cuts, the picture is turned over and made negative at each. */
function draw(path: string, frames: number, cuts: 'cuts' | 'one-shot'): void {
  const shot = cuts === 'cuts' ? `mod(floor(n/${cutEvery})\\,2)` : '0';
  const look = `format=gray,scroll=h=0.001,negate=enable='${shot}',vflip=enable='${shot}',noise=alls=4:allf=t,format=yuv420p`;
  const source = `mandelbrot=s=${width}x${height}:r=${fps}:end_pts=100000:start_scale=0.5:end_scale=0.4`;
  execFileSync(ffmpeg.path, [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-vf', look],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', path],
  ]);
}

/** Milliseconds between two looks at the CPU time: what is used after the last one is missed. */
const SAMPLING = 100;

async function costOf(source: string): Promise<{ bytes: number; cpu: number }> {
  const args = [CLI, 'colorize', source, '-o', `${source}.out.mkv`, '--quiet', '--preset', 'ultrafast', '--overwrite'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const peak = followPeakMemory(child.pid!);
  let used = 0;
  const timer = setInterval(() => {
    used = Math.max(used, cpuSeconds(child.pid!));
  }, SAMPLING);
  const code = await new Promise(resolve => child.once('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`kinemacolor ended with ${code}`);
  return { bytes: peak(), cpu: used };
}

try {
  for (const cuts of ['cuts', 'one-shot'] as const) {
    const first: number[] = [];
    for (const minutes of option('minutes', '1,10').split(',').map(Number)) {
      const source = join(folder, `${cuts}-${minutes}.mp4`);
      const frames = Math.round(minutes * 60 * fps);
      draw(source, frames, cuts);
      const { bytes, cpu } = await costOf(source);
      first.push(bytes);
      console.log(
        `${cuts.padEnd(9)} ${width}x${height} ${String(minutes).padStart(3)} min at ${fps} fps: ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / first[0]!).toFixed(2)}x, ${((1000 * cpu) / frames).toFixed(1)} ms CPU a frame`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
