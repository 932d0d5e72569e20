import type { Plan } from '../media/plan.ts';
import { settled } from '../pending.ts';
import { remux, type Segment } from '../stages/remux.ts';
import { programVersion, type Workshop } from './composition.ts';
import type { Journal } from './journal.ts';
import type { RenderedShot } from './render-plan.ts';

export interface AssembleOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Join the finished shots and add everything else the source holds by stream copy. The output appears whole or not at all.
 * Returns what could not be carried over, one sentence each. Throws `output` where the result cannot be written.
 */
export function assemble(
  plan: Plan,
  shots: readonly RenderedShot[],
  output: string,
  workshop: Workshop,
  journal: Journal,
  options: AssembleOptions = {},
): Promise<string[]> {
  return settled(joinShots(plan, shots, output, workshop, journal, options));
}

async function joinShots(
  plan: Plan,
  shots: readonly RenderedShot[],
  output: string,
  workshop: Workshop,
  journal: Journal,
  options: AssembleOptions,
): Promise<string[]> {
  const segments: Segment[] = shots.map(({ fingerprint, startTicks, endTicks }) => ({
    path: journal.segmentPath(fingerprint),
    startTicks,
    endTicks,
  }));
  const stretch = plan.settings.from !== undefined || plan.settings.duration !== undefined;
  const range = stretch ? { startTicks: segments[0]!.startTicks, endTicks: segments[segments.length - 1]!.endTicks } : undefined;
  const provenance = `Colour synthesised by Kinemacolor ${await programVersion()}; ${colorOrigin(plan)}.`;
  const { warnings } = await remux(segments, { film: workshop.film, output, provenance, range }, workshop.ffmpeg, options.signal);
  return [...warnings];
}

/** Which model, and how many pictures by hand, the film's colour comes from. */
function colorOrigin(plan: Plan): string {
  const keyframes = plan.shots.flatMap(shot => shot.keyframes);
  const painted = keyframes.filter(({ color }) => color.kind === 'picture').length;
  const parts = [];
  if (painted < keyframes.length) parts.push(`model ${plan.model.id} (sha256 ${plan.model.sha256.slice(0, 16)})`);
  if (painted > 0) parts.push(`${painted} keyframe pictures`);
  return parts.join(' and ') || 'no keyframes';
}
