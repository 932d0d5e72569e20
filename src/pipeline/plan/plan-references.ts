import { extname, join, resolve } from 'node:path';
import { namesIn } from '../../adapters/files/folders.ts';
import { cachedHash } from '../../adapters/files/hash-file.ts';
import { whyAbsent } from '../../adapters/files/read-input.ts';
import { KinemacolorError } from '../../errors.ts';
import { stillKindOf } from '../../media/film/still.ts';
import type { ColorSource, ReferencePicture } from '../../media/plan/keyframe.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { type FilmTime, framesOf, readReferenceFor, type Settings } from '../../options.ts';
import { ofShownShot } from './shown-shot.ts';

/** A picture for the frames from a time up to another. */
interface PlacedReference extends ReferencePicture {
  readonly from: FilmTime;
  readonly to: FilmTime;
  /** As it was given. */
  readonly text: string;
}

/** The pictures that may serve as references. `folder`: for any shot that shows the same; `placed`: for a stretch of the film. */
export interface GivenReferences {
  readonly folder: readonly ReferencePicture[];
  readonly placed: readonly PlacedReference[];
}

/** Find the pictures that the settings name. Throws `reference` where one cannot be read, or the folder holds none. */
export async function givenReferences({ references, referenceFor = [] }: Settings): Promise<GivenReferences> {
  const placed = referenceFor.map(async text => {
    const { path, ...stretch } = readReferenceFor(text)!; // checked with the settings
    return { ...(await hashed(path)), ...stretch, text };
  });
  const folder = references === undefined ? [] : await picturesIn(references);
  return { folder, placed: await Promise.all(placed) };
}

async function picturesIn(folder: string): Promise<ReferencePicture[]> {
  const names = (await namesIn(folder)).filter(name => !name.startsWith('.') && stillKindOf(extname(name))).sort();
  if (names.length > 0) return Promise.all(names.map(name => hashed(join(folder, name))));
  throw new KinemacolorError(
    'reference',
    `Expected pictures in colour (JPEG, PNG, WebP or TIFF) in the folder of references ${folder}, found none.`,
  );
}

async function hashed(path: string): Promise<ReferencePicture> {
  const absolute = resolve(path);
  const sha256 = await cachedHash(absolute).catch(cause => {
    throw new KinemacolorError('reference', `Expected a reference picture at ${absolute}, but ${whyAbsent(absolute, cause)}.`, {
      cause,
    });
  });
  return { path: absolute, sha256 };
}

/**
 * Shots with references in the place of the model alone. `found`: by shot, the pictures that show what it shows. A picture that is
 * given for a stretch wins there.
 * Throws `usage` where a given stretch holds no keyframe that a model colours.
 */
export function withReferences(
  shots: readonly PlannedShot[],
  found: readonly (ColorSource | undefined)[],
  { placed, secondsAt }: Pick<GivenReferences, 'placed'> & { secondsAt(index: number): number },
): PlannedShot[] {
  const unused = new Set(placed);
  const placedAt = (index: number) => {
    const reached = (time: FilmTime) => (typeof time === 'string' ? index >= framesOf(time) : secondsAt(index) >= time);
    const one = placed.find(({ from, to }) => reached(from) && !reached(to));
    if (one) unused.delete(one);
    return one && ({ kind: 'reference', path: one.path, sha256: one.sha256 } as const);
  };
  const planned = shots.map((shot, number) => ({
    ...shot,
    keyframes: shot.keyframes.map((keyframe, place) => {
      if (keyframe.color.kind !== 'model') return keyframe;
      return { ...keyframe, color: placedAt(keyframe.index) ?? ofShownShot(found, shot, number, place) ?? keyframe.color };
    }),
  }));
  const [missed] = unused;
  if (!missed) return planned;
  throw new KinemacolorError(
    'usage',
    `Expected a keyframe in the stretch of --reference-for "${missed.text}", but none lies there; give a longer stretch, or a smaller --keyframe-every.`,
  );
}
