import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KinemacolorError } from '../../errors.ts';
import { settingsSchema } from '../../options.ts';
import { anchorsSchema, type PlannedAnchors } from './color-anchors.ts';
import { type Grade, gradeContent, gradeSchema } from './grade.ts';
import { type Hint, hintSchema, paletteEntrySchema, paletteHints } from './hint.ts';
import { referencePictures } from './keyframe.ts';
import { shotReviewSchema } from './shot-review.ts';

const pictureFile = { path: z.string().min(1), sha256: z.string().length(64) };

/**
 * The plan: everything that determines the look of a film, as plain JSON that users can edit and queues can carry. Shots are
 * half-open, in order, without gaps. Picture paths are relative to the plan's folder, or absolute.
 */
const colorSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model') }),
  z.strictObject({
    kind: z.literal('picture'),
    ...pictureFile,
    /** What colours the transparent parts of the picture: the model, or (default) propagation from adjacent keyframes. */
    unpainted: z.literal('model').optional(),
  }),
  /** Pictures of similar content, of any size. The model's error on them corrects the model's colour. */
  z.strictObject({
    kind: z.literal('reference'),
    ...pictureFile,
    others: z.array(z.strictObject(pictureFile)).max(7).readonly().optional(),
  }),
]);

const plannedShot = z.strictObject({
  start: z.int().min(0),
  end: z.int().min(1),
  kind: z.enum(['steady', 'dissolve', 'fade']),
  /**
   * Time of the first frame, and of the frame after the last (the film's end for the last shot), in ticks of the source's
   * timebase.
   */
  startTicks: z.int(),
  endTicks: z.int(),
  keyframes: z.array(
    z.strictObject({
      index: z.int().min(0),
      color: colorSource,
      hints: z.array(hintSchema).optional(),
      /** If different from the shot's: an end of a dissolve or fade shows the content of the adjacent shot. */
      anchors: anchorsSchema.optional(),
    }),
  ),
  /** The shot is in colour already and stays as it is: it has no keyframe, and no grade applies. */
  kept: z.literal(true).optional(),
  /** Anchors of the shot's automatic keyframes. Without them each keyframe is coloured independently. */
  anchors: anchorsSchema.optional(),
  grade: gradeSchema.optional(),
  review: shotReviewSchema.optional(),
});

export const planSchema = z
  .strictObject({
    kinemacolor: z.literal(1),
    source: z.strictObject({
      path: z.string().min(1),
      bytes: z.int().min(1),
      sha256: z.string().length(64),
      /** Picture stream to colour, by the source's own index. */
      stream: z.int().min(0),
      timebase: z.strictObject({ num: z.int().min(1), den: z.int().min(1) }),
      /** Decodable frames, from the film's start to the end of the planned stretch. */
      frames: z.int().min(1),
      /** First frame of the stretch, if not the film's. */
      first: z.int().min(1).optional(),
      damage: z.string().optional(),
      /** Warnings about the film, one sentence each, reported when it is planned and when it is rendered. */
      remarks: z.array(z.string()).readonly().optional(),
    }),
    model: z.strictObject({
      id: z.string(),
      sha256: z.string().length(64),
      /** Hash over the fields of the model's card that affect its colour: input, output and size. */
      contract: z.string().length(64).optional(),
    }),
    settings: settingsSchema,
    shots: z.array(plannedShot).min(1),
    /** For every shot without its own grade. */
    grade: gradeSchema.optional(),
    palette: z.array(paletteEntrySchema).optional(),
    /**
     * Checksum that `kinemacolor plan` appends. It no longer matches an edited plan, which is then not overwritten without
     * confirmation.
     */
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

/** Checks that shots are contiguous and cover exactly the stretch. */
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
  if (shot.kept && shot.keyframes.length > 0) return 'expected no keyframe in a shot whose own colour is kept';
  for (const [place, keyframe] of shot.keyframes.entries()) {
    if (keyframe.index < shot.start || keyframe.index >= shot.end)
      return `keyframe ${keyframe.index} lies outside frames ${shot.start}..${shot.end - 1}`;
    if (place > 0 && shot.keyframes[place - 1]!.index >= keyframe.index)
      return `expected keyframes in rising order at ${keyframe.index}`;
  }
  return undefined;
}

/** What will be rendered: film, settings, shots and keyframes. Plain JSON that may be edited. */
export type Plan = z.output<typeof planSchema>;
/** A shot of a plan: frames start <= index < end, times in ticks of the source's timebase, keyframes. */
export type PlannedShot = z.output<typeof plannedShot>;
export type PlannedKeyframe = PlannedShot['keyframes'][number];

/** Number of the shot that contains a frame. Throws `usage` if there is none. */
export function shotNumberAt(plan: Plan, index: number): number {
  const number = plan.shots.findIndex(shot => index >= shot.start && index < shot.end);
  if (number >= 0) return number;
  const [first, last] = [plan.shots[0]!.start, plan.shots.at(-1)!.end - 1];
  throw new KinemacolorError('usage', `Expected a frame from ${first} to ${last}, received ${index}.`);
}

/** Throws `usage` for the number of no shot. */
export function checkShot({ shots }: Plan, number: number): void {
  if (!shots[number]) throw new KinemacolorError('usage', `Expected a shot from 0 to ${shots.length - 1}, received ${number}.`);
}

/** The keyframe at a frame, and its shot. Throws `usage` if the frame is no keyframe. */
export function keyframeAt(plan: Plan, index: number): { shot: PlannedShot; keyframe: PlannedKeyframe } {
  const shot = plan.shots[shotNumberAt(plan, index)]!;
  const keyframe = shot.keyframes.find(one => one.index === index);
  if (keyframe) return { shot, keyframe };
  throw new KinemacolorError('usage', `Frame ${index} is no keyframe; make it one first.`);
}

/** Whether the model contributes to a keyframe of this source. */
export function usesModel(color: PlannedKeyframe['color']): boolean {
  return color.kind !== 'picture' || color.unpainted === 'model';
}

/** Anchors for a keyframe's automatic colour. */
export function anchorsOf(shot: Pick<PlannedShot, 'anchors'>, keyframe: PlannedKeyframe): PlannedAnchors | undefined {
  return keyframe.anchors ?? shot.anchors;
}

/** All hints of a keyframe: its own, then the palette's. */
export function hintsOf(plan: Plan, keyframe: PlannedKeyframe): Hint[] {
  return [...(keyframe.hints ?? []), ...paletteHints(plan.palette, keyframe.index)];
}

/** Grade of a shot: its own, else the film's; undefined if neither has one, or the shot's own colour is kept. */
export function gradeOf(plan: Plan, shot: PlannedShot): Grade | undefined {
  return shot.kept ? undefined : (shot.grade ?? plan.grade);
}

/** JSON with keys sorted at every level: equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Settings that affect a shot's bytes. The others (model path, device spelling, folders, ranges) are in the plan as content. */
const PICTURE_SETTINGS = ['film', 'flow', 'codec', 'quality', 'preset', 'layout', 'window', 'palette', 'chroma'] as const;

/**
 * Identity of a rendered shot: SHA-256 (hex) over the source's content, the model's content and contract, this shot's plan, the
 * settings that affect its picture, and `engine` (versions of this program, ffmpeg and encoder, encoder options and threads,
 * colouring device). Equal fingerprints mean equal bytes on any number of cores.
 */
export function shotFingerprint(plan: Plan, number: number, engine: Record<string, string>): string {
  const settings = Object.fromEntries(PICTURE_SETTINGS.map(name => [name, plan.settings[name]]));
  const { review: _review, ...shot } = plan.shots[number]!;
  const keyframes = shot.keyframes.map(keyframe => {
    const { index, color, anchors } = keyframe;
    // What a hint is called changes nothing.
    const hints = hintsOf(plan, keyframe).map(({ id: _id, name: _name, ...hint }) => hint);
    const unpainted = color.kind === 'picture' ? color.unpainted : undefined;
    return { index, color: contentOf(color), unpainted, anchors, ...(hints.length > 0 && { hints }) };
  });
  const model = shot.keyframes.some(({ color }) => usesModel(color)) ? [plan.model.sha256, plan.model.contract] : 'none';
  const grade = gradeOf(plan, shot);
  return sha256(
    canonicalJson({
      source: [plan.source.sha256, plan.source.stream],
      model,
      settings,
      shot: { ...shot, grade: grade && gradeContent(grade), keyframes },
      engine,
    }),
  );
}

/** SHA-256 (hex) over everything in a plan that affects a shot's picture, whatever renders it: see `shotFingerprint`. */
export function shotLook(plan: Plan, number: number): string {
  return shotFingerprint(plan, number, {});
}

function contentOf(color: PlannedKeyframe['color']): string {
  if (color.kind === 'model') return 'model';
  if (color.kind === 'picture') return color.sha256;
  return `like ${referencePictures(color)
    .map(({ sha256 }) => sha256)
    .join(' ')}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
