import { dirname } from 'node:path';
import { formatBytes, freeBytes, onOneDisk } from '../../adapters/files/free-space.ts';
import type { Film } from '../../media/film/film.ts';
import type { Plan } from '../../media/plan/plan.ts';
import type { OnProgress } from '../../progress.ts';
import { writeFailure } from '../../system-errors.ts';
import type { ShotReport } from './shot-report.ts';

/** Tells, early, that a disk will not hold a film: a run of hours should not learn it at its end. */
export interface SpaceWatch {
  /** Before the first shot: by what such films usually take. */
  begin(): Promise<void>;
  /** After a shot: by what the shots so far took. */
  add(shot: Pick<ShotReport, 'frames' | 'segmentBytes'>): Promise<void>;
}

/** Bits a pixel that the codecs take on an ordinary film, rather too few: before anything is encoded, only what cannot fit is told. */
const BITS_PER_PIXEL: Partial<Record<Plan['settings']['codec'], number>> = { ffv1: 4, prores: 3 };
const USUAL_BITS = 0.05;
/** The rate of so many of a film's frames is the film's, roughly: the share of them, or their number. */
const SAMPLE = { share: 0.05, frames: 1000 };

/** `folder`: where the shots lie; `output`: the film that they are joined into beside them. Each is told of once, as a warning. */
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
