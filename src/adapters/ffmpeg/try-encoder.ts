import { KinemacolorError } from '../../errors.ts';
import { type Ffmpeg, spawnFfmpeg } from './ffmpeg.ts';

/** Frames and size of the test: the smallest that every hardware encoder accepts. */
const TRIAL_PICTURE = 'color=c=gray:s=256x256:r=25:d=0.2';
/** Milliseconds after which a driver counts as hung. */
const TIMEOUT = 20_000;

/**
 * Encode a few gray frames and discard them: an ffmpeg may have a hardware encoder whose device is missing. Returns undefined
 * where it works, else ffmpeg's reason.
 */
export async function tryEncoder(ffmpeg: Ffmpeg, encoder: string): Promise<string | undefined> {
  const vaapi = encoder.endsWith('_vaapi');
  const child = spawnFfmpeg(ffmpeg, [
    ...['-v', 'error', ...(vaapi ? ['-vaapi_device', '/dev/dri/renderD128'] : [])],
    ...['-f', 'lavfi', '-i', TRIAL_PICTURE, '-vf', vaapi ? 'format=nv12,hwupload' : 'format=yuv420p'],
    ...['-c:v', encoder, '-f', 'null', '-'],
  ]);
  const timer = setTimeout(() => void child.kill(), TIMEOUT);
  const { code, lastLines } = await child.outcome.finally(() => clearTimeout(timer));
  if (code === 0) return undefined;
  return (lastLines[0] ?? 'it gives no reason').replace(/^\[[^\]]*\] /, '').replace(/[.\s]+$/, '');
}

/** How external encoders identify themselves in the stream that they write. */
const SELF_DESCRIPTION: Readonly<Record<string, RegExp>> = {
  libx264: /x264 - (core \d+[^-]*?) - /,
  libx265: /x265 (\(build \d+\) - [^:\0]+)/,
};

const versions = new Map<string, Promise<string>>();

/**
 * The version of an encoder, read from a picture that it encodes: "core 164 r3095 baee400" for x264, which may differ for the
 * same ffmpeg. ffmpeg's own encoders have ffmpeg's version. Throws `environment` where the encoder does not work.
 */
export function encoderVersion(ffmpeg: Ffmpeg, encoder: string): Promise<string> {
  const pattern = SELF_DESCRIPTION[encoder];
  if (!pattern) return Promise.resolve(ffmpeg.version);
  const key = `${ffmpeg.path} ${encoder}`;
  const found = versions.get(key) ?? describe(ffmpeg, encoder, pattern);
  versions.set(key, found);
  found.catch(() => versions.delete(key));
  return found;
}

async function describe(ffmpeg: Ffmpeg, encoder: string, pattern: RegExp): Promise<string> {
  const input = ['-v', 'error', '-f', 'lavfi', '-i', TRIAL_PICTURE, '-frames:v', '1', '-vf', 'format=yuv420p', '-c:v', encoder];
  const child = spawnFfmpeg(ffmpeg, [...input, '-preset', 'ultrafast', '-threads', '1', '-f', 'rawvideo', 'pipe:1'], {
    stdout: 'pipe',
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const { code, lastLines } = await child.outcome;
  if (code !== 0) {
    throw new KinemacolorError(
      'environment',
      `The encoder ${encoder} of ffmpeg ${ffmpeg.version} does not work: ${lastLines[0] ?? 'it gives no reason'}.`,
      { cause: new Error(lastLines.join('\n')) },
    );
  }
  return pattern.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? 'unnamed';
}
