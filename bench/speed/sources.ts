import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { wrongUse } from '../arguments.ts';

/** Films as they are, or with grain: grain makes an encoder about three times as slow, and what colour adds a smaller share. */
export const KINDS = ['as-is', 'grainy'] as const;
export type Kind = (typeof KINDS)[number];

const FILM = /\.(mp4|mkv|mov|webm|avi|m4v)$/i;
const GRAIN = 'noise=alls=5:allf=t';
/** Frames a second of the joined film: clips of any rate are read frame by frame. */
const RATE = 24;

/** The films of a folder, by name. Throws `usage` where it holds none. */
export function clipsOf(place: string): string[] {
  const clips = readdirSync(place)
    .filter(name => FILM.test(name))
    .toSorted()
    .map(name => join(place, name));
  if (clips.length === 0) throw wrongUse(`Expected films in the folder ${place}, found none.`);
  return clips;
}

/**
 * Writes `frames` frames of the clips, end to end, each from its start again where it is too short, filling width x height: x264 crf 16.
 */
export function joinClips(
  ffmpeg: string,
  clips: readonly string[],
  kind: Kind,
  size: Size,
  frames: number,
  output: string,
): void {
  const { width, height } = size;
  const each = Math.ceil(frames / clips.length);
  const fill = [
    `scale=${width}:${height}:flags=lanczos:force_original_aspect_ratio=increase`,
    `crop=${width}:${height},setsar=1,format=yuv420p`,
    ...(kind === 'grainy' ? [GRAIN] : []),
    `trim=end_frame=${each},settb=1/${RATE},setpts=N`,
  ].join(',');
  const chains = clips.map((_, n) => `[${n}:v:0]${fill}[v${n}]`);
  const joined = `${clips.map((_, n) => `[v${n}]`).join('')}concat=n=${clips.length}[out]`;
  execFileSync(ffmpeg, [
    ...['-v', 'error', '-y', ...clips.flatMap(clip => ['-stream_loop', '-1', '-i', clip])],
    ...['-filter_complex', [...chains, joined].join(';'), '-map', '[out]', '-frames:v', String(frames)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', output],
  ]);
}

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
