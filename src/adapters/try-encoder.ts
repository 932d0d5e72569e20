import { type Ffmpeg, spawnFfmpeg } from './ffmpeg.ts';

/** Frames and size of the trial: the least that every hardware encoder takes. */
const TRIAL_PICTURE = 'color=c=gray:s=256x256:r=25:d=0.2';
/** A driver that hangs is no encoder. In milliseconds. */
const PATIENCE = 20_000;

/**
 * Encode a few gray frames and throw them away: that ffmpeg was built with an encoder does not mean that its device is there. Returns
 * undefined where it works, else ffmpeg's reason.
 */
export async function tryEncoder(ffmpeg: Ffmpeg, encoder: string): Promise<string | undefined> {
  const vaapi = encoder.endsWith('_vaapi');
  const child = spawnFfmpeg(ffmpeg, [
    ...['-v', 'error', ...(vaapi ? ['-vaapi_device', '/dev/dri/renderD128'] : [])],
    ...['-f', 'lavfi', '-i', TRIAL_PICTURE, '-vf', vaapi ? 'format=nv12,hwupload' : 'format=yuv420p'],
    ...['-c:v', encoder, '-f', 'null', '-'],
  ]);
  const timer = setTimeout(() => void child.kill(), PATIENCE);
  const { code, lastLines } = await child.outcome.finally(() => clearTimeout(timer));
  if (code === 0) return undefined;
  return (lastLines[0] ?? 'it gives no reason').replace(/^\[[^\]]*\] /, '').replace(/[.\s]+$/, '');
}
