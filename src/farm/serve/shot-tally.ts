import type { OpenSegments } from '../../pipeline/film/open-segments.ts';
import { reportName } from '../../pipeline/film/segment-folder.ts';
import type { OnProgress } from '../../progress.ts';
import type { ShotJob } from '../queue/shot-job.ts';

/** Which shots of a film are finished, by the place that holds them; those in a bucket are fetched. */
export function openShotTally(jobs: readonly ShotJob[], { files, store }: OpenSegments, onProgress: OnProgress) {
  const started = performance.now();
  const open = new Map(jobs.map(job => [job.shot, job]));
  const total = jobs.reduce((frames, job) => frames + job.frames, 0);
  const done = { frames: 0, before: 0, failed: 0, looks: 0 };
  const report = ({ shot, frames }: ShotJob, reused: boolean) => {
    onProgress({ type: 'shot-done', shot, reused, frames });
    const framesPerSecond = (1000 * (done.frames - done.before)) / Math.max(1, performance.now() - started);
    const secondsLeft = framesPerSecond > 0 ? (total - done.frames) / framesPerSecond : undefined;
    onProgress({ type: 'frames', shot, done: done.frames, total, framesPerSecond, secondsLeft });
  };
  return {
    /** Look for shots that were finished since the last look. */
    async look(): Promise<void> {
      const reused = done.looks++ === 0;
      const names = new Set(await files.names());
      for (const job of open.values()) {
        if (!names.has(reportName(job.fingerprint)) || !(await store.finished(job.fingerprint))) continue;
        open.delete(job.shot);
        done.frames += job.frames;
        if (reused) done.before += job.frames;
        report(job, reused);
      }
    },
    isOpen: (shot: number) => open.has(shot),
    openCount: () => open.size,
    setFailed(count: number) {
      done.failed = count;
    },
    counts: () => ({
      shots: jobs.length,
      finished: jobs.length - open.size,
      failed: done.failed,
      frames: total,
      framesFinished: done.frames,
    }),
  };
}
