import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinemacolorError } from '../../errors.ts';
import { cannotWrite } from '../../system-errors.ts';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from './ffmpeg.ts';
import { rawVideo } from './raw-video.ts';

const SIDE = 64;
const FRAMES = 5;
/** Milliseconds between frames, which are also ticks of Matroska's timebase. */
const STEP = 40;
const TRIAL_FILM = `color=c=gray:s=${SIDE}x${SIDE}:r=${1000 / STEP}:d=${(FRAMES * STEP) / 1000}`;

/**
 * Decode a few gray frames in the same way as a film, because ffmpeg's options change between versions. Throws `environment`,
 * with ffmpeg's message, where not all frames come with their times;
 * `output` where the folder for temporary files cannot be written.
 */
export async function tryDecoder(ffmpeg: Ffmpeg): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-try-')).catch(cause => {
    throw cannotWrite(tmpdir(), cause, 'set TMPDIR to another folder for temporary files');
  });
  try {
    const path = join(folder, 'gray.mkv');
    const raw = ['-c:v', 'rawvideo', '-pix_fmt', 'gray', '-f', 'matroska'];
    await spawnFfmpeg(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', TRIAL_FILM, ...raw, filmUrl(path)]).exited;
    const pictures = rawVideo(ffmpeg, {
      path,
      stream: 0,
      timebase: { num: 1, den: 1000 },
      filter: 'format=gray',
      pixelFormat: 'gray',
      pictureBytes: SIDE * SIDE,
      keptBytes: SIDE * SIDE,
    });
    const ticks: (number | undefined)[] = [];
    let step = await pictures.next();
    for (; !step.done; step = await pictures.next()) ticks.push(step.value.ticks);
    if (ticks.length === FRAMES && ticks.every((tick, i) => tick === i * STEP)) return;
    const came = ticks.length === 0 ? 'none came' : `${ticks.length} came, at ${ticks.join(', ')} ms`;
    throw new KinemacolorError(
      'environment',
      `Expected ${FRAMES} frames, ${STEP} ms apart, from ffmpeg ${ffmpeg.version} at ${ffmpeg.path}, but ${came}: ${step.value.errors.join('; ') || 'it gives no reason'}.`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
