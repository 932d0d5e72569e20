import { dirname } from 'node:path';
import { formatBytes, freeBytes, onOneDisk } from '../../adapters/files/free-space.ts';
import type { Film } from '../../media/film/film.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress } from '../../progress.ts';
import { writeFailure } from '../../system-errors.ts';
import type { ShotReport } from './shot-report.ts';

/** Warns early where the disk has no room for the film, not only at the end of a run of hours. */
export interface SpaceWatch {
  /** Before the first shot: estimated from the codec. */
  begin(): Promise<void>;
  /** After a shot: estimated from the shots so far. */
  add(shot: Pick<ShotReport, 'frames' | 'segmentBytes'>): Promise<void>;
}

/** Bits per pixel of an ordinary film, by codec; low estimates, so that the warning before the first shot is certain. */
const BITS_PER_PIXEL: Partial<Record<Plan['settings']['codec'], number>> = {
  ffv1: 4,
  prores: 3,
  prores4444: 4,
  dnxhr: 3,
  v210: 21,
};
const USUAL_BITS = 0.05;
/** Once this share or number of a film's frames is encoded, their rate is a good estimate of the film's. */
const SAMPLE = { share: 0.05, frames: 1000 };

/** `folder`: of the shots; `output`: the film that they are joined into. Warns once. */
export function watchSpace(
  plan: Plan,
  { film, folder, output }: { film: Film; folder: string; output: string },
  onProgress: OnProgress | undefined,
): SpaceWatch {
  const total = plan.shots.reduce((sum, shot) => sum + shot.end - shot.start, 0);
  const made = { frames: 0, bytes: 0 };
  const warned = { already: false };
  /** `whole`: bytes of all shots. They are needed twice while they are joined. */
  const warn = async (whole: number) => {
    const [free, one] = [await freeBytes(folder), await onOneDisk(folder, dirname(output))];
    const needed = whole - made.bytes + (one ? whole : 0);
    if (warned.already || free === undefined || free >= needed) return;
    warned.already = true;
    const message = `${folder} has ${formatBytes(free)} free, and this film will take about ${formatBytes(needed)} more until it is joined; free some space meanwhile. Finished shots are kept, and the same command goes on with them.`;
    onProgress?.({ type: 'warning', message });
  };
  return {
    async begin() {
      const { width, height } = film.format;
      const bits = BITS_PER_PIXEL[plan.settings.codec] ?? USUAL_BITS;
      await warn((total * width * height * bits) / 8);
    },
    async add({ frames, segmentBytes }) {
      made.frames += frames;
      made.bytes += segmentBytes;
      if (made.frames < Math.min(SAMPLE.frames, total * SAMPLE.share)) return;
      await warn((made.bytes / made.frames) * total);
    },
  };
}

/** Throws `output` where the disk cannot hold the joined shots. */
export async function checkRoomToJoin(shots: readonly Pick<ShotReport, 'segmentBytes'>[], output: string): Promise<void> {
  const needed = shots.reduce((sum, { segmentBytes }) => sum + segmentBytes, 0);
  const free = await freeBytes(dirname(output));
  if (free === undefined || free >= needed) return;
  const room = `joining its shots takes ${formatBytes(needed)}, and only ${formatBytes(free)} of the disk are free`;
  throw writeFailure(output, `${room}; free some space and run the same command again to go on`);
}
