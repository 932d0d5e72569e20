import { join } from 'node:path';
import { makeFolder, namesIn } from '../../adapters/files/folders.ts';
import { type Existing, guardOutputs, type Inputs } from '../../adapters/files/output-guard.ts';
import { writeKeyframePicture } from '../../adapters/pictures/picture-file.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { openRenderContext } from '../run/render-context.ts';
import { inputsOfPlan } from '../run/run-inputs.ts';
import { paintKeyframe } from './paint-keyframe.ts';

/** Options of `exportKeyframes`. */
export interface ExportOptions {
  /** Stops the work; the promise rejects as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each progress event. */
  readonly onProgress?: OnProgress | undefined;
  /** `refuse` (default): a picture that Kinemacolor did not make, or that was changed since, is never replaced. */
  readonly existing?: Existing | undefined;
}

/** Digits of a keyframe picture's name. */
const NAME_DIGITS = 6;
const NAME = /^\d{6,15}\.png$/;
const WANTED = { what: 'keyframe picture', option: '--output' } as const;

const nameOf = (index: number) => `${String(index).padStart(NAME_DIGITS, '0')}.png`;

/**
 * Check, before a film is planned, that a folder contains no picture which an export would have to replace and may not. Throws
 * as `exportKeyframes`.
 */
export async function checkKeyframeFolder(
  folder: string,
  guard: { inputs: Inputs; existing: Existing | undefined },
): Promise<void> {
  const names = await namesIn(folder);
  const wanted = names.filter(name => NAME.test(name)).map(name => ({ ...WANTED, path: join(folder, name) }));
  await guardOutputs(wanted, guard);
}

/**
 * Write every keyframe of a plan as an 8-bit RGB PNG of the film's size, named by its frame index, as the setting `keyframes`
 * reads them. Returns the paths. Throws `output` where the folder cannot be written, or contains a picture under such a name
 * that may not be replaced.
 */
export function exportKeyframes(plan: Plan, folder: string, options: ExportOptions = {}): Promise<string[]> {
  return guarded(writeKeyframes(plan, folder, options));
}

async function writeKeyframes(plan: Plan, folder: string, options: ExportOptions): Promise<string[]> {
  await makeFolder(folder);
  const indices = plan.shots.flatMap(shot => shot.keyframes).map(({ index }) => index);
  const wanted = indices.map(index => ({ ...WANTED, path: join(folder, nameOf(index)) }));
  const guarded = await guardOutputs(wanted, { inputs: await inputsOfPlan(plan), existing: options.existing });
  const places = new Map(indices.map((index, i) => [index, guarded[i]!]));
  const context = await openRenderContext(plan, { ...options, renders: 'nothing' });
  const { film, decoder } = context;
  const { format } = film;
  const paths: string[] = [];
  try {
    for (const [number, shot] of plan.shots.entries()) {
      const wanted = new Map(shot.keyframes.map(keyframe => [keyframe.index, keyframe]));
      for await (const frame of decoder.frames({ index: shot.start, ticks: shot.startTicks }, shot.end)) {
        const keyframe = wanted.get(frame.index);
        if (!keyframe) continue;
        const place = places.get(frame.index)!;
        const rgb = await paintKeyframe(frame, { plan, shot, keyframe }, context, 'ungraded');
        await writeKeyframePicture(place, rgb, format.width, format.height);
        paths.push(place.path);
      }
      options.onProgress?.({ type: 'shot-done', shot: number, reused: false, frames: shot.end - shot.start });
    }
  } finally {
    await context.close();
  }
  return paths;
}
