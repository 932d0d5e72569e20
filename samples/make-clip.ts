/**
 * Draws the sample film, samples/street.mp4: a pan along a street with a car that passes behind a lamp and a tree, a cut, a balloon
 * that passes behind a steeple, and a tune. Run it with `node dist/samples/make-clip.js [output]`; the same pictures every time.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { filmUrl, locateFfmpeg, spawnFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import type { Camera, Canvas } from './clip/canvas.ts';
import { drawHills } from './clip/hills.ts';
import { clamp, speck } from './clip/noise.ts';
import { drawStreet } from './clip/street.ts';
import { playTune, SAMPLE_RATE } from './clip/tune.ts';

const WIDTH = 480;
const HEIGHT = 270;
const RATE = 24;
const SHOTS = [
  { frames: 68, draw: drawStreet },
  { frames: 52, draw: drawHills },
] as const;
const FRAMES = SHOTS.reduce((sum, { frames }) => sum + frames, 0);

/** The clip's frames as 8-bit gray, one after the other. */
function* frames(): Generator<Buffer> {
  const canvas: Canvas = { width: WIDTH, height: HEIGHT, data: new Float32Array(WIDTH * HEIGHT) };
  let number = 0;
  for (const { frames: count, draw } of SHOTS) {
    for (let i = 0; i < count; i++, number++) {
      draw(canvas, i / (count - 1), gateWeave(number));
      yield develop(canvas, number);
    }
  }
}

/** The film does not lie quite still in the camera's gate: a third of a pixel. */
function gateWeave(number: number): Camera {
  return { x: 0.35 * Math.sin(number * 0.9), y: 0.25 * Math.sin(number * 1.3 + 1) };
}

/** Darker corners, a breath of flicker, fine grain. */
function develop({ width, height, data }: Canvas, number: number): Buffer {
  const flicker = 1 + 0.012 * Math.sin(number * 2.1) * Math.sin(number * 0.7);
  const gray = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 0.5;
      const grain = 0.016 * (speck(x, y, number) + speck(x, y, number + 1000) - 1);
      gray[y * width + x] = Math.round(255 * clamp(0.04 + 0.92 * (data[y * width + x]! * flicker * (1 - corner) + grain)));
    }
  }
  return gray;
}

async function makeClip(output: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-clip-'));
  try {
    const sound = join(folder, 'tune.raw');
    await writeFile(sound, playTune(FRAMES / RATE));
    const video = [
      '-f',
      'rawvideo',
      '-pixel_format',
      'gray',
      '-video_size',
      `${WIDTH}x${HEIGHT}`,
      '-framerate',
      String(RATE),
      '-i',
      'pipe:0',
    ];
    const audio = ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', filmUrl(sound)];
    const x264 = ['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '27', '-pix_fmt', 'yuv420p', '-x264-params', 'keyint=48'];
    const rest = ['-c:a', 'aac', '-b:a', '64k', '-movflags', '+faststart', '-metadata', 'title=A street and a balloon'];
    const ffmpeg = await locateFfmpeg();
    const encoder = spawnFfmpeg(ffmpeg, ['-v', 'error', '-y', ...video, ...audio, ...x264, ...rest, filmUrl(output)], {
      stdin: 'pipe',
    });
    await Promise.all([pipeline(Readable.from(frames(), { objectMode: true, highWaterMark: 2 }), encoder.stdin), encoder.exited]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await makeClip(process.argv[2] ?? 'samples/street.mp4');
