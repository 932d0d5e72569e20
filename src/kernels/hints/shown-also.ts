import type { FeatureMap } from '../../media/fields/feature-map.ts';
import { likenessTo } from './look.ts';

/** Cosine similarity of features from which two places show the same kind of thing. */
const SAME_THING = 0.8;

/** The share (0..1) of a picture's described cells that show a thing which another picture shows as well. */
export function shownAlso(picture: FeatureMap, other: FeatureMap): number {
  const { width, height, channels, data } = picture;
  const cells = width * height;
  const count = { described: 0, shown: 0 };
  for (let i = 0; i < cells; i++) {
    const look = Float32Array.from({ length: channels }, (_, c) => data[c * cells + i]!);
    if (look.every(value => value === 0)) continue;
    count.described++;
    if (likenessTo(other, look).some(likeness => likeness >= SAME_THING)) count.shown++;
  }
  return count.described === 0 ? 0 : count.shown / count.described;
}
