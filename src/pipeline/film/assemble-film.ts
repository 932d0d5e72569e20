import type { Existing } from '../../adapters/files/output-guard.ts';
import { type Target, targetPath } from '../../adapters/files/save-file.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Plan } from '../../media/plan/plan.ts';
import { isStretch } from '../../options.ts';
import { guarded } from '../../pending.ts';
import { chooseEncoding } from '../../stages/encode/codecs.ts';
import { modelOrigin, paletteOrigin, provenanceStatement } from '../../stages/remux/provenance.ts';
import { remux, type Segment } from '../../stages/remux/remux.ts';
import { checkSource, failureReason } from '../run/check-source.ts';
import { guardFilmOf } from '../run/guard-film.ts';
import { programVersion, type RenderContext } from '../run/render-context.ts';
import { checkRoomToJoin } from '../run/watch-space.ts';
import type { RenderedShot } from './finished-shot.ts';

/** The segments of finished shots: in a journal, or in files that the caller keeps. */
export interface SegmentStore {
  segmentPath(fingerprint: string): string;
  /** A value where the segment still has the bytes that were written; otherwise undefined. */
  finished(fingerprint: string): Promise<unknown>;
}

export interface AssembleFilmOptions {
  readonly signal?: AbortSignal | undefined;
  /** `refuse` (default): a file that Kinemacolor did not make is never replaced. */
  readonly existing?: Existing | undefined;
  /** Fingerprint of the run, for the film's comment. */
  readonly run?: string | undefined;
}

/**
 * Join the finished shots and copy everything else of the source. The output appears whole or not at all. `output` is a path,
 * or one that was checked already. Returns what could not be copied, one sentence each. Throws `output` where the result cannot
 * be written, `usage` where it is the source.
 */
export function assembleFilm(
  plan: Plan,
  shots: readonly RenderedShot[],
  output: Target,
  context: RenderContext,
  store: SegmentStore,
  options: AssembleFilmOptions = {},
): Promise<string[]> {
  return guarded(joinShots(plan, shots, output, context, store, options));
}

async function joinShots(
  plan: Plan,
  shots: readonly RenderedShot[],
  output: Target,
  context: RenderContext,
  store: SegmentStore,
  options: AssembleFilmOptions,
): Promise<string[]> {
  const segments: Segment[] = shots.map(({ fingerprint, startTicks, endTicks }) => ({
    path: store.segmentPath(fingerprint),
    startTicks,
    endTicks,
  }));
  const range = isStretch(plan.settings)
    ? { startTicks: segments[0]!.startTicks, endTicks: segments[segments.length - 1]!.endTicks }
    : undefined;
  const provenance = provenanceStatement(await programVersion(), colorOrigin(plan), options.run);
  const check = async () => {
    await checkSource(plan, 'meanwhile', options.signal);
    await checkSegments(shots, store);
  };
  await check();
  await checkRoomToJoin(shots, targetPath(output));
  const guard = { ffmpeg: context.ffmpeg, existing: options.existing };
  const place = typeof output === 'string' ? await guardFilmOf(plan, output, guard) : output;
  const { film, ffmpeg } = context;
  const { settings } = plan;
  const encoding = chooseEncoding(film, settings, targetPath(output), ffmpeg);
  const target = { film, output: place, encoding, audio: settings.audio, provenance, range, check };
  const { warnings } = await remux(segments, target, ffmpeg, options.signal).catch(async cause => {
    const reason = await failureReason(cause, plan);
    if (reason === cause && !options.signal?.aborted) await checkSegments(shots, store);
    throw reason;
  });
  return [...warnings];
}

/** Costs one look at each file, unless it was written to. */
async function checkSegments(shots: readonly RenderedShot[], store: SegmentStore): Promise<void> {
  for (const { shot, fingerprint } of shots) {
    if (await store.finished(fingerprint)) continue;
    throw new KinemacolorError(
      'output',
      `${store.segmentPath(fingerprint)} was changed or removed while the film was being made; run the same command again to render that shot anew.`,
      { place: { stage: 'assemble', shot } },
    );
  }
}

/** What the film's colour comes from: a palette, or the model, and how many pictures by hand. */
function colorOrigin(plan: Plan): string {
  if (plan.settings.palette !== undefined) return paletteOrigin(plan.settings.palette);
  const keyframes = plan.shots.flatMap(shot => shot.keyframes);
  const painted = keyframes.filter(({ color }) => color.kind === 'picture').length;
  const parts = [];
  if (painted < keyframes.length) parts.push(modelOrigin(plan.model));
  if (painted > 0) parts.push(`${painted} keyframe pictures`);
  return parts.join(' and ') || 'no keyframes';
}
