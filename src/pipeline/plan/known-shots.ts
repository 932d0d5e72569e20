import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readText } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { type Plan, planSchema } from '../../media/plan/plan.ts';
import type { ShotKind } from '../../media/plan/shot.ts';
import { explainIssues, isStretch } from '../../options.ts';
import { parseJson } from '../run/read-pipeline.ts';
import type { RunReport } from '../run/shot-report.ts';

/** What is known of how a film was made: its shots and keyframes, and what the run reported about them. */
export interface KnownShots {
  /** The origin of this: a plan, or the report of a run. */
  readonly from: 'plan' | 'run';
  /** The black-and-white film. */
  readonly source: string;
  /** The source's index of the video stream that was coloured. */
  readonly stream?: number | undefined;
  /** Was the whole film rendered, or a stretch of it? */
  readonly part: 'whole' | 'stretch';
  /** Each shot, in order. */
  readonly shots: readonly KnownShot[];
  /** Frames whose colour was given as pictures. */
  readonly given: readonly number[];
}

/** What is known of a shot. Frames count from 0; `end` is the index after the last. */
export interface KnownShot {
  /** Index of its first frame. */
  readonly start: number;
  /** Index after its last frame. */
  readonly end: number;
  /** What joins its ends. */
  readonly kind: ShotKind;
  /** Time of its first frame, in ticks of the source's timebase. */
  readonly startTicks: number;
  /** Indices of its keyframes. */
  readonly keyframes: readonly number[];
  /** Mean trust of propagated colour, 0..1, where a run reported it. */
  readonly trust?: number | undefined;
  /** Mean share of a picture that no keyframe shows, 0..1, where a run reported it. */
  readonly unseen?: number | undefined;
}

/** The shots of a plan. */
export function shotsOfPlan(plan: Plan): KnownShots {
  const keyframes = plan.shots.flatMap(shot => shot.keyframes);
  return {
    from: 'plan',
    source: plan.source.path,
    stream: plan.source.stream,
    part: isStretch(plan.settings) ? 'stretch' : 'whole',
    shots: plan.shots.map(shot => ({ ...shot, keyframes: shot.keyframes.map(({ index }) => index) })),
    given: keyframes.filter(({ color }) => color.kind === 'picture').map(({ index }) => index),
  };
}

type OfRun = Pick<RunReport, 'source' | 'stream' | 'part' | 'shots' | 'given'>;

/** The shots in the report of a run. */
export function shotsOfRun({ source, stream, part, shots, given }: OfRun): KnownShots {
  return { from: 'run', source, stream, part, shots, given };
}

/** The part of a run's report that is read here. */
const runSchema = z.looseObject({
  source: z.string().min(1),
  stream: z.int().min(0).optional(),
  part: z.enum(['whole', 'stretch']).default('whole'),
  given: z.array(z.int().min(0)).default([]),
  shots: z
    .array(
      z.looseObject({
        start: z.int().min(0),
        end: z.int().min(1),
        kind: z.enum(['steady', 'dissolve', 'fade']),
        startTicks: z.int(),
        keyframes: z.array(z.int().min(0)),
        trust: z.number().optional(),
        unseen: z.number().optional(),
      }),
    )
    .min(1),
});

/** Read a plan, or the JSON report of a run. Throws `usage` for any other file. */
export async function readKnownShots(path: string): Promise<KnownShots> {
  const text = await readText(path).catch(cause => {
    throw new KinemacolorError('usage', `Expected a plan or the JSON report of a run, but ${path} cannot be read.`, { cause });
  });
  const content = parseJson(text, path);
  const isPlan = typeof content === 'object' && content !== null && 'kinemacolor' in content;
  const parsed = isPlan ? planSchema.safeParse(content) : runSchema.safeParse(content);
  if (!parsed.success) {
    const what = isPlan ? 'plan' : 'plan or report of a run';
    throw new KinemacolorError('usage', `Expected a ${what} in ${path}: ${explainIssues(parsed.error)}.`, {
      cause: parsed.error,
    });
  }
  const known = isPlan
    ? shotsOfPlan(parsed.data as Plan)
    : { from: 'run' as const, ...(parsed.data as z.output<typeof runSchema>) };
  return { ...known, source: resolve(dirname(path), known.source) };
}
