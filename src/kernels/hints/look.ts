import type { FeatureMap } from '../../media/fields/feature-map.ts';

/** The model's features of one place: a unit vector, or 0 if unknown. */
export type Look = Float32Array;

/**
 * Mean features of the cells within `radius` of a position, normalised. Position in shares of the picture, radius in picture
 * heights. At least the cell at the position.
 */
export function lookAt(seen: FeatureMap, { x, y }: { x: number; y: number }, radius: number): Look {
  const { width, height, channels, data } = seen;
  const reach = radius * height;
  const [column, row] = [Math.min(width - 1, Math.floor(x * width)), Math.min(height - 1, Math.floor(y * height))];
  const look = new Float32Array(channels);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      if ((i !== column || j !== row) && Math.hypot(i + 0.5 - x * width, j + 0.5 - y * height) > reach) continue;
      for (let c = 0; c < channels; c++) look[c]! += data[(c * height + j) * width + i]!;
    }
  const length = Math.hypot(...look);
  return length > 0 ? look.map(value => value / length) : look;
}

/** Cosine similarity (-1..1) between a feature vector and each cell of a map, in the map's order. */
export function likenessTo({ width, height, channels, data }: FeatureMap, look: Look): Float32Array {
  const cells = width * height;
  const out = new Float32Array(cells);
  for (let c = 0; c < channels; c++) for (let i = 0; i < cells; i++) out[i]! += look[c]! * data[c * cells + i]!;
  return out;
}

export function likeness(one: Look, other: Look): number {
  return one.reduce((sum, value, c) => sum + value * (other[c] ?? 0), 0);
}
