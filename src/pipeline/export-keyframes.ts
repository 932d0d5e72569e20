import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeKeyframePicture } from '../adapters/picture-file.ts';
import type { Plan } from '../media/plan.ts';
import { settled } from '../pending.ts';
import type { OnProgress } from '../progress.ts';
import { openWorkshop } from './composition.ts';
import { cannotWrite } from './journal.ts';
import { paintKeyframe } from './paint-keyframe.ts';

export interface ExportOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Digits of a keyframe picture's name. */
const NAME_DIGITS = 6;

/**
 * Write every keyframe of a plan as an 8-bit RGB PNG of the film's own size, named by its frame index, in the form that
 * `keyframes` (the setting) reads back. Returns the paths. Throws `output` where the folder cannot be written.
 */
export function exportKeyframes(plan: Plan, folder: string, options: ExportOptions = {}): Promise<string[]> {
  return settled(writeKeyframes(plan, folder, options));
}

async function writeKeyframes(plan: Plan, folder: string, options: ExportOptions): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw cannotWrite(folder, cause);
  });
  const workshop = await openWorkshop(plan, { ...options, renders: 'nothing' });
  const { film, reel } = workshop;
  const { format } = film;
  const paths: string[] = [];
  try {
    for (const [number, shot] of plan.shots.entries()) {
      const wanted = new Map(shot.keyframes.map(keyframe => [keyframe.index, keyframe]));
      for await (const frame of reel.frames({ index: shot.start, ticks: shot.startTicks }, shot.end)) {
        const keyframe = wanted.get(frame.index);
        if (!keyframe) continue;
        const path = resolve(join(folder, `${String(frame.index).padStart(NAME_DIGITS, '0')}.png`));
        const rgb = await paintKeyframe(frame, { plan, shot, keyframe }, workshop, 'ungraded');
        await writeKeyframePicture(path, rgb, format.width, format.height);
        paths.push(path);
      }
      options.onProgress?.({ type: 'shot-done', shot: number, reused: false, frames: shot.end - shot.start });
    }
  } finally {
    await workshop.close();
  }
  return paths;
}
