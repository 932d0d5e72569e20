import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { settingsSchema } from '../../options.ts';
import { anchorsSchema, type PlannedAnchors } from './color-anchors.ts';
import { type Grade, gradeSchema } from './grade.ts';
import { type Hint, hintSchema, paletteEntrySchema, paletteHints } from './hint.ts';

/**
 * The plan: everything that decides what a film will look like, as plain JSON that a person can read and edit and a queue can carry.
 * Shots are half-open, in order, without gaps. A keyframe's picture path is relative to the plan's own folder, or absolute.
 */
const colorSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model') }),
  z.strictObject({
    kind: z.literal('picture'),
    path: z.string().min(1),
    sha256: z.string().length(64),
    /** What speaks where the picture is transparent: the model, or (default) what is carried from the neighbouring keyframes. */
    unpainted: z.literal('model').optional(),
  }),
  /** A picture of something alike, of any size: the model's colour is corrected as it is wrong about the reference. */
  z.strictObject({ kind: z.literal('reference'), path: z.string().min(1), sha256: z.string().length(64) }),
]);

const plannedShot = z.strictObject({
  start: z.int().min(0),
  end: z.int().min(1),
  kind: z.enum(['steady', 'dissolve', 'fade']),
  /** Time of the first frame, and of the frame after the last (the film's end for the last shot), in ticks of the source's timebase. */
  startTicks: z.int(),
  endTicks: z.int(),
  keyframes: z.array(
    z.strictObject({
      index: z.int().min(0),
      color: colorSource,
      hints: z.array(hintSchema).optional(),
      /** Where they are others than the shot's: an end of a dissolve or a fade shows the things of the shot beside it. */
      anchors: anchorsSchema.optional(),
    }),
  ),
  /** What the model's keyframes of this shot agree on; without them each is coloured on its own. */
  anchors: anchorsSchema.optional(),
  grade: gradeSchema.optional(),
});

export const planSchema = z
  .strictObject({
    kinemacolor: z.literal(1),
    source: z.strictObject({
      path: z.string().min(1),
      bytes: z.int().min(1),
      sha256: z.string().length(64),
      /** The picture stream that is coloured, by the source's own index. */
      stream: z.int().min(0),
      timebase: z.strictObject({ num: z.int().min(1), den: z.int().min(1) }),
      /** Frames that decode, from the film's start to the end of the planned stretch. */
      frames: z.int().min(1),
      /** The stretch's first frame, where it is not the film's. */
      first: z.int().min(1).optional(),
      damage: z.string().optional(),
    }),
    model: z.strictObject({
      id: z.string(),
      sha256: z.string().length(64),
      /** Hash over what the model's card says that changes its colour: how it is fed and read, at which size. */
      contract: z.string().length(64).optional(),
    }),
    settings: settingsSchema,
    shots: z.array(plannedShot).min(1),
    /** For every shot that has no grade of its own. */
    grade: gradeSchema.optional(),
    palette: z.array(paletteEntrySchema).optional(),
    /** What `kinemacolor plan` writes at a plan's end: it no longer fits one that was edited, so that this is not replaced unasked. */
    seal: z.string().optional(),
  })
  .superRefine((plan, context) => {
    const fault = stretchFault(plan);
    if (fault) context.addIssue({ code: 'custom', path: ['shots'], message: fault });
    for (const [number, shot] of plan.shots.entries()) {
      const previous = plan.shots[number - 1];
      const fault = shotFault(shot, previous);
      if (fault) context.addIssue({ code: 'custom', path: ['shots', number], message: fault });
    }
  });

/** Shots follow each other without a gap; together they are the stretch, neither more nor less. */
function stretchFault({
  source,
  shots,
}: {
  source: { first?: number | undefined; frames: number };
  shots: readonly { start: number; end: number }[];
}): string | undefined {
  const [first, last] = [source.first ?? 0, source.frames - 1];
  const [start, end] = [shots[0]?.start, shots.at(-1)?.end];
  if (start !== undefined && start !== first) return `expected the first shot to start at frame ${first}, received ${start}`;
  if (end !== undefined && end - 1 !== last) return `expected the last shot to end with frame ${last}, received ${end - 1}`;
  return undefined;
}

function shotFault(shot: z.output<typeof plannedShot>, previous: z.output<typeof plannedShot> | undefined): string | undefined {
  if (shot.end <= shot.start || shot.endTicks <= shot.startTicks) return 'expected a shot to end after its start';
  if (previous && previous.end !== shot.start)
    return `expected the shot to start at frame ${previous.end}, where the one before ends`;
  if (previous && previous.endTicks !== shot.startTicks) return `expected the shot to start at tick ${previous.endTicks}`;
  for (const [place, keyframe] of shot.keyframes.entries()) {
    if (keyframe.index < shot.start || keyframe.index >= shot.end)
      return `keyframe ${keyframe.index} lies outside frames ${shot.start}..${shot.end - 1}`;
    if (place > 0 && shot.keyframes[place - 1]!.index >= keyframe.index)
      return `expected keyframes in rising order at ${keyframe.index}`;
  }
  return undefined;
}

/** What will be rendered: the film, the settings, its shots and their keyframes. Plain JSON, which may be edited. */
export type Plan = z.output<typeof planSchema>;
/** A shot of a plan: its frames (start <= index < end), its times in ticks of the source's timebase, its keyframes. */
export type PlannedShot = z.output<typeof plannedShot>;
export type PlannedKeyframe = PlannedShot['keyframes'][number];

/** The number of the shot that a frame lies in. Throws `usage` for a frame that the plan does not hold. */
export function shotNumberAt(plan: Plan, index: number): number {
  const number = plan.shots.findIndex(shot => index >= shot.start && index < shot.end);
  if (number >= 0) return number;
  const [first, last] = [plan.shots[0]!.start, plan.shots.at(-1)!.end - 1];
  throw new KinemacolorError('usage', `Expected a frame from ${first} to ${last}, received ${index}.`);
}

/** The shot and the keyframe at a frame. Throws `usage` for a frame that is no keyframe. */
export function keyframeAt(plan: Plan, index: number): { shot: PlannedShot; keyframe: PlannedKeyframe } {
  const shot = plan.shots[shotNumberAt(plan, index)]!;
  const keyframe = shot.keyframes.find(one => one.index === index);
  if (keyframe) return { shot, keyframe };
  throw new KinemacolorError('usage', `Frame ${index} is no keyframe; make it one first.`);
}

/** Has the model a say in a keyframe of this source? */
export function usesModel(color: PlannedKeyframe['color']): boolean {
  return color.kind !== 'picture' || color.unpainted === 'model';
}

/** What the model's colour of a keyframe is to agree with. */
export function anchorsOf(shot: Pick<PlannedShot, 'anchors'>, keyframe: PlannedKeyframe): PlannedAnchors | undefined {
  return keyframe.anchors ?? shot.anchors;
}

/** Every hint of a keyframe: its own, then those of the palette. */
export function hintsOf(plan: Plan, keyframe: PlannedKeyframe): Hint[] {
  return [...(keyframe.hints ?? []), ...paletteHints(plan.palette, keyframe.index)];
}

/** The grade of a shot: its own, else the film's; undefined where neither says anything. */
export function gradeOf(plan: Plan, shot: PlannedShot): Grade | undefined {
  return shot.grade ?? plan.grade;
}

/** JSON with keys in alphabetical order at every depth: the same content gives the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** The settings that change a shot's bytes; the rest (model path, device spelling, folders, ranges) is in the plan as content. */
const PICTURE_SETTINGS = ['film', 'flow', 'codec', 'quality', 'preset', 'layout'] as const;

/**
 * What identifies a rendered shot: a hash (hex SHA-256) over the source's content, the model's content and contract, this shot's plan, the settings
 * that change its picture, and `engine` (versions of this program, of ffmpeg and of the encoder, the encoder's options and threads, the device
 * that colours). Equal fingerprint, equal bytes, on any number of cores.
 */
export function shotFingerprint(plan: Plan, number: number, engine: Record<string, string>): string {
  const settings = Object.fromEntries(PICTURE_SETTINGS.map(name => [name, plan.settings[name]]));
  const shot = plan.shots[number]!;
  const keyframes = shot.keyframes.map(keyframe => {
    const { index, color, anchors } = keyframe;
    const hints = hintsOf(plan, keyframe);
    const unpainted = color.kind === 'picture' ? color.unpainted : undefined;
    return { index, color: contentOf(color), unpainted, anchors, ...(hints.length > 0 && { hints }) };
  });
  const model = shot.keyframes.some(({ color }) => usesModel(color)) ? [plan.model.sha256, plan.model.contract] : 'none';
  return sha256(
    canonicalJson({
      source: [plan.source.sha256, plan.source.stream],
      model,
      settings,
      shot: { ...shot, grade: gradeOf(plan, shot), keyframes },
      engine,
    }),
  );
}

function contentOf(color: PlannedKeyframe['color']): string {
  if (color.kind === 'model') return 'model';
  return color.kind === 'picture' ? color.sha256 : `like ${color.sha256}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
