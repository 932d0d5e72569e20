import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { ColorAnchor } from '../../media/plan/color-anchors.ts';
import { type Look, likeness, likenessTo, lookAt } from './look.ts';
import { nearCells } from './near-cells.ts';

/** A picture as the model sees it: features, and luma 0..1 on a grid of its own. Both cover the whole picture. */
export interface SeenPicture {
  readonly features: FeatureMap;
  readonly luma: Plane<Float32Array>;
}

/** What is seen at a place: its features, and its mean luma 0..1. */
export interface Thing {
  readonly look: Look;
  readonly luma: number;
}

/** A place where a thing is seen, in shares of the picture, and how alike it is, 0..1. */
export interface FoundThing {
  readonly x: number;
  readonly y: number;
  readonly likeness: number;
}

/**
 * Minimum feature similarity of a thing seen again, and tolerance for its luma. Of the places of a clip's first frame, 92 % are
 * found among four later frames of the clip (96 % of these with the right colour), 6 % among four frames of any other clip
 * (`bench/seen.ts`, eleven clips).
 */
const SEEN = 0.75;
const LUMA_TOLERANCE = 0.09;
/** The same for anchors, which are means of many cells: of the shots in which a thing is found, all pass, of others one in six. */
const MAYBE = 0.6;
const MAYBE_LUMA_TOLERANCE = 0.18;

/** What is seen around a position (shares of the picture); `radius` in picture heights. */
export function thingAt({ features, luma }: SeenPicture, place: { x: number; y: number }, radius: number): Thing {
  return { look: lookAt(features, place, radius), luma: meanAround(luma, place, radius) };
}

/** Place of a picture most similar to any of some things; undefined if they are not seen in it. `radius`: as theirs. */
export function findThing({ features, luma }: SeenPicture, things: readonly Thing[], radius: number): FoundThing | undefined {
  const alike = things.map(({ look }) => likenessTo(features, look));
  let best: (FoundThing & { off: number }) | undefined;
  for (let row = 0; row < luma.height; row++)
    for (let column = 0; column < luma.width; column++) {
      const place = { x: (column + 0.5) / luma.width, y: (row + 0.5) / luma.height };
      const cell = Math.floor(place.y * features.height) * features.width + Math.floor(place.x * features.width);
      for (const [at, thing] of things.entries()) {
        const likeness = alike[at]![cell]!;
        if (likeness < SEEN || (best && likeness < best.likeness)) continue;
        const off = Math.abs(meanAround(luma, place, radius) - thing.luma);
        if (off > LUMA_TOLERANCE) continue;
        // Cells of the luma share their features: among these the luma decides.
        if (!best || likeness > best.likeness || off < best.off) best = { ...place, likeness, off };
      }
    }
  return best && { x: best.x, y: best.y, likeness: best.likeness };
}

/**
 * Likeness of the anchors of a shot to any of some things: undefined where none can be seen in it. Anchors of another model's
 * features do not tell.
 */
export function anchorLikeness(anchors: readonly ColorAnchor[], things: readonly Thing[]): number | undefined {
  let best: number | undefined;
  for (const { features, luma } of anchors) {
    const length = Math.hypot(...features);
    for (const thing of things) {
      if (Math.abs(luma - thing.luma) > MAYBE_LUMA_TOLERANCE) continue;
      const alike = length > 0 ? likeness(thing.look, Float32Array.from(features)) / length : 0;
      if (alike >= MAYBE && (best === undefined || alike > best)) best = alike;
    }
  }
  return best;
}

/** Mean luma around a position; `radius` in picture heights. */
function meanAround(luma: Plane<Float32Array>, place: { x: number; y: number }, radius: number): number {
  const cells = nearCells(luma, place, radius * luma.height);
  return cells.reduce((sum, cell) => sum + luma.data[cell]!, 0) / cells.length;
}
