import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { NEWER, remarkOnAge } from '../../adapters/ffmpeg/ffmpeg-facts.ts';
import type { OnProgress } from '../../progress.ts';

/** Who has been told what an old ffmpeg means: once is enough. */
const told = new WeakSet<OnProgress>();

/** Warn where a run's ffmpeg is so old that films from strangers are a danger. */
export function warnOfOldFfmpeg(ffmpeg: Ffmpeg, onProgress: OnProgress | undefined): void {
  const remark = remarkOnAge(ffmpeg, ffmpeg.origin);
  if (remark === undefined || !onProgress || told.has(onProgress)) return;
  told.add(onProgress);
  onProgress({ type: 'warning', message: `${remark}, or ${NEWER}.` });
}
