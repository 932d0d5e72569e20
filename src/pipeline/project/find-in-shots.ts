import { KinemacolorError } from '../../errors.ts';
import { anchorLikeness, findThing, type SeenPicture, type Thing, thingAt } from '../../kernels/hints/find-thing.ts';
import { readAnchors } from '../../media/plan/color-anchors.ts';
import type { Hint } from '../../media/plan/hint.ts';
import { anchorsOf, checkShot, hintsOf, type Plan, shotNumberAt } from '../../media/plan/plan.ts';
import { recentValue } from '../../pending.ts';
import { seePicture } from '../../stages/keyframes/see-picture.ts';
import type { EditingSession } from './editing-session.ts';
import { sourceFrame } from './show-frame.ts';

/** A hint and the frame it lies on: an example of a thing. */
export interface Example {
  readonly index: number;
  readonly hint: Hint;
}

/** Where a thing is seen in another shot. */
export interface Sighting {
  readonly shot: number;
  /** A keyframe of the shot. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** 0..1. */
  readonly likeness: number;
}

export interface FoundInShots {
  /** At most one per shot, in order of shots. */
  readonly sightings: readonly Sighting[];
  /** Shots that have a hint on the thing already. */
  readonly hinted: readonly number[];
  /** Shots that may show it, too, and were not looked at. */
  readonly more: number;
}

interface FindOptions {
  /** Look in these shots alone. Default: all but those of the examples. */
  readonly shots?: readonly number[] | undefined;
  /** Look at most at this many shots, the most likely ones first. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/** Keyframes of a shot that are looked at, evenly spread. */
const LOOKED = 4;
/** Pictures of which it is kept what was seen, about 70 kB each. */
const MAX_SEEN = 600;

/**
 * Finds the shots in which a thing is seen, by some examples of it. The anchors of the plan tell which shots may show it; their
 * keyframes are then looked at. Throws `usage` if the model does not tell what it sees, or for a frame or a shot that does not
 * exist.
 */
export async function findInShots(
  session: EditingSession,
  examples: readonly Example[],
  { shots, most, signal }: FindOptions,
): Promise<FoundInShots> {
  const plan = session.project.plan();
  for (const number of shots ?? []) checkShot(plan, number);
  const things = await Promise.all(
    examples.map(async ({ index, hint }) => thingAt(await seenAt(session, index), hint, hint.radius)),
  );
  const own = new Set(examples.map(({ index }) => shotNumberAt(plan, index)));
  const among = shots ?? [...plan.shots.keys()].filter(number => !own.has(number));
  const named = examples.flatMap(({ hint }) => hint.name ?? []);
  const hinted = among.filter(number => namesIn(plan, number).some(name => named.includes(name)));
  const likely = likelyShots(
    plan,
    among.filter(number => !hinted.includes(number)),
    things,
  );
  const sightings: Sighting[] = [];
  for (const number of likely.slice(0, most)) {
    signal?.throwIfAborted();
    const found = await lookIn(session, number, { things, radius: examples[0]!.hint.radius });
    if (!found) continue;
    if (isCovered(plan, found, examples[0]!.hint.radius)) hinted.push(number);
    else sightings.push(found);
  }
  sightings.sort((a, b) => a.shot - b.shot);
  hinted.sort((a, b) => a - b);
  return { sightings, hinted, more: Math.max(0, likely.length - most) };
}

/** Shots that may show one of the things, the most likely ones first. Those without anchors come last: they do not tell. */
function likelyShots(plan: Plan, among: readonly number[], things: readonly Thing[]): number[] {
  const scored = among.flatMap(number => {
    const anchors = anchorsIn(plan, number);
    const score = anchors ? anchorLikeness(anchors, things) : 0;
    return score === undefined ? [] : [{ number, score }];
  });
  return scored.sort((a, b) => b.score - a.score || a.number - b.number).map(({ number }) => number);
}

function anchorsIn(plan: Plan, number: number) {
  const shot = plan.shots[number]!;
  const found = [...new Set(shot.keyframes.map(keyframe => anchorsOf(shot, keyframe)))];
  return found.includes(undefined) ? undefined : found.flatMap(anchors => readAnchors(anchors!));
}

async function lookIn(
  session: EditingSession,
  number: number,
  { things, radius }: { things: readonly Thing[]; radius: number },
): Promise<Sighting | undefined> {
  const keyframes = session.project.plan().shots[number]!.keyframes.filter(({ color }) => color.kind !== 'picture');
  const count = Math.min(LOOKED, keyframes.length);
  const spread = Array.from({ length: count }, (_, i) => keyframes[Math.floor(((i + 0.5) / count) * keyframes.length)]!);
  let best: Sighting | undefined;
  for (const { index } of spread) {
    const found = findThing(await seenAt(session, index), things, radius);
    if (found && (!best || found.likeness > best.likeness)) best = { shot: number, index, ...found };
  }
  return best;
}

const namesIn = (plan: Plan, number: number) => hintsIn(plan, number).flatMap(({ hint }) => hint.name ?? []);

function hintsIn(plan: Plan, number: number): Example[] {
  return plan.shots[number]!.keyframes.flatMap(keyframe =>
    hintsOf(plan, keyframe).map(hint => ({ index: keyframe.index, hint })),
  );
}

/** Whether a hint lies where the thing was found. */
function isCovered(plan: Plan, { shot, index, x, y }: Sighting, radius: number): boolean {
  return hintsIn(plan, shot).some(
    ({ index: at, hint }) => at === index && Math.hypot(hint.x - x, hint.y - y) <= radius + hint.radius,
  );
}

/** What the model sees in a frame, kept for the next question. */
async function seenAt(session: EditingSession, index: number): Promise<SeenPicture> {
  const { colorizer, film, known, hints } = session.context;
  const look = async () => {
    const frame = await sourceFrame(session, index);
    return colorizer && seePicture(frame, colorizer, { format: film.format, known });
  };
  const seen = await recentValue(hints.seen, index, { most: MAX_SEEN, make: look });
  if (seen) return seen;
  const { id } = session.project.plan().model;
  throw new KinemacolorError(
    'usage',
    `The model ${id} does not tell what it sees, so that nothing can be found again by it; use one that does, such as kinemacolor-base.`,
  );
}
