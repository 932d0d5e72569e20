import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { NEWER, remarkOnAge } from '../../adapters/ffmpeg/ffmpeg-facts.ts';
import type { OnProgress } from '../../progress.ts';

/** Listeners that have been warned: one warning is enough. */
const warned = new WeakSet<OnProgress>();

/** Warn where the ffmpeg of a run is so old that a film from a stranger is dangerous. */
export function warnOfOldFfmpeg(ffmpeg: Ffmpeg, onProgress: OnProgress | undefined): void {
  const remark = remarkOnAge(ffmpeg, ffmpeg.origin);
  if (remark === undefined || !onProgress || warned.has(onProgress)) return;
  warned.add(onProgress);
  onProgress({ type: 'warning', message: `${remark}, or ${NEWER}.` });
}
