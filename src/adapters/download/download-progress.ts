import { type OnProgress, openThrottle } from '../../progress.ts';
import type { DownloadRequest } from './resumable-download.ts';

/**
 * Reports the progress of a download at the usual rate, and its last piece in any case. `of`: what is downloaded, if it has a
 * name.
 */
export function downloadProgress(
  of: { readonly model?: string },
  onProgress: OnProgress | undefined,
): Pick<DownloadRequest, 'onPiece' | 'onRetry'> {
  const start: { first?: { at: number; done: number } } = {};
  const isDue = openThrottle();
  return {
    onPiece({ url, done, total }) {
      const now = performance.now();
      start.first ??= { at: now, done };
      if (!isDue() && done !== total) return;
      const bytesPerSecond = (1000 * (done - start.first.done)) / Math.max(1, now - start.first.at);
      const secondsLeft = total === undefined || bytesPerSecond === 0 ? undefined : (total - done) / bytesPerSecond;
      onProgress?.({ type: 'download', ...of, url, done, total, bytesPerSecond, secondsLeft });
    },
    onRetry: message => onProgress?.({ type: 'warning', message }),
  };
}
