import type { FeatureMap } from '../../media/fields/feature-map.ts';
import { nearCells } from './near-cells.ts';

/** The model's features of one place: a unit vector, or 0 if unknown. */
export type Look = Float32Array;

/**
 * Mean features of the cells within `radius` of a position, normalised. Position in shares of the picture, radius in picture
 * heights. At least the cell at the position.
 */
export function lookAt(seen: FeatureMap, place: { x: number; y: number }, radius: number): Look {
  return lookOf(seen, nearCells(seen, place, radius * seen.height));
}

/** Mean features of cells of a map, normalised. A cell that occurs twice counts twice. */
export function lookOf({ width, height, channels, data }: FeatureMap, cells: Iterable<number>): Look {
  const look = new Float32Array(channels);
  for (const cell of cells) for (let c = 0; c < channels; c++) look[c]! += data[c * width * height + cell]!;
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
