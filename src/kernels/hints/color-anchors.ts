import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { ColorAnchor } from '../../media/plan/color-anchors.ts';
import { chromaMedian } from '../color/chroma-median.ts';
import { resizeArea, resizeField } from '../filters/resample.ts';
import { cluster, type Points } from './cluster.ts';
import { averageBySimilarity, type ColorSample, mapFeatures } from './likeness.ts';

/**
 * A picture with a model's description: luma 0..1, colour with trust (the model's confidence), and features, each on its own
 * grid. Cells are about square.
 */
export interface DescribedFrame {
  readonly luma: Plane<Float32Array>;
  readonly color: ChromaField;
  readonly features: FeatureMap;
}

/**
 * Differences at which similarity falls to e^-1/2: in unit-length features, in luma 0..1, and in position as a share of the
 * picture's height.
 */
const FEATURE_SCALE = 0.22;
const LUMA_SCALE = 0.046;
const POSITION_SCALE = 0.145;
/** Maximum clusters per shot. */
const MAX_CLUSTERS = 96;
/** k-means iterations. */
const ITERATIONS = 8;
/** Spread of all votes around the median at which an anchor's weight is halved. */
const DISAGREEMENT = 0.1;
/** The same for the spread within each picture, around that picture's own mean: such a cluster mixes several things. */
const MIXTURE = 0.03;
/** Minimum weight of a cell's vote, added to the model's confidence 0..1. */
const MIN_VOTE = 0.01;
/** Resolution of the colour change relative to the feature grid, along each side. */
const REFINEMENT = 3;
/** Similarity to the nearest anchor above which its colour is fully taken over. */
const FULL_SIMILARITY = 0.05;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Finds the colour anchors of a shot from some of its frames. Cells are clustered by features, luma and, slightly, position
 * (k-means); each cluster's colour is the median of its cells, weighted by the model's confidence. Deterministic. Empty if the
 * frames have no features.
 */
export function findAnchors(pictures: readonly DescribedFrame[]): ColorAnchor[] {
  const cells = cellsOf(pictures);
  const count = Math.min(MAX_CLUSTERS, cells.count);
  if (count === 0) return [];
  const { centers, nearest } = cluster(cells, count, ITERATIONS);
  return membersOf(nearest, count).flatMap((members, center) => {
    if (members.length === 0) return [];
    const of = (values: Float32Array) => members.map(cell => values[cell]!);
    const { cb, cr, spread } = chromaMedian({ cb: of(cells.cb), cr: of(cells.cr), weight: of(cells.vote) });
    const values = cells.units.map((unit, k) => centers[center * cells.dims + k]! * unit);
    const [luma, x, y, ...features] = values as [number, number, number, ...number[]];
    return [
      {
        features,
        luma,
        x: x / cells.aspect,
        y,
        cb,
        cr,
        weight: halvedAt(spread, DISAGREEMENT) * halvedAt(mixture(cells, members), MIXTURE),
      },
    ];
  });
}

/** The points of each cluster. */
function membersOf(nearest: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let point = 0; point < nearest.length; point++) members[nearest[point]!]!.push(point);
  return members;
}

/**
 * Moves colour toward the anchors similar to each cell, in proportion to similarity and confidence. The change is smooth, so
 * colour edges stay in place. Cells similar to no anchor keep their colour. Trust is unchanged.
 */
export function moveTowardAnchors({ luma, color, features }: DescribedFrame, anchors: readonly ColorAnchor[]): ChromaField {
  const comparable = anchors.filter(anchor => anchor.features.length === features.channels);
  const grid = { width: REFINEMENT * features.width, height: REFINEMENT * features.height };
  const aspect = luma.width / luma.height;
  const samples: ColorSample[] = comparable.map(({ features, luma, x, y, cb, cr, weight }) => ({
    features: [luma, x * aspect, y, ...features],
    cb,
    cr,
    weight,
  }));
  const properties = propertiesOn(grid, { luma, features });
  const mean = averageBySimilarity(properties, grid.width * grid.height, samples);
  const out = chromaField(color.width, color.height);
  out.trust.set(color.trust);
  for (const part of ['cb', 'cr'] as const) {
    const change = resizeArea({ ...color, data: color[part] }, grid.width, grid.height);
    for (let i = 0; i < change.data.length; i++) {
      const strength = mean.weight[i]! * Math.min(1, mean.similarity[i]! / FULL_SIMILARITY);
      change.data[i] = strength * (mean[part][i]! - change.data[i]!);
    }
    const { data } = resizeArea(change, color.width, color.height);
    for (let i = 0; i < data.length; i++) out[part][i] = color[part][i]! + data[i]!;
  }
  return out;
}

/** Falls from 1, to 1/2 where `value` equals `at`. */
const halvedAt = (value: number, at: number) => 1 / (1 + (value / at) ** 2);

/** Mean distance of the chroma of some cells from the mean chroma of those in the same picture. */
function mixture({ picture, cb, cr, vote }: Cells, members: readonly number[]): number {
  const means = new Map<number, { cb: number; cr: number; vote: number }>();
  for (const cell of members) {
    const sum = means.get(picture[cell]!) ?? { cb: 0, cr: 0, vote: 0 };
    const share = vote[cell]!;
    means.set(picture[cell]!, { cb: sum.cb + share * cb[cell]!, cr: sum.cr + share * cr[cell]!, vote: sum.vote + share });
  }
  let [sum, total] = [0, 0];
  for (const cell of members) {
    const mean = means.get(picture[cell]!)!;
    sum += vote[cell]! * Math.hypot(cb[cell]! - mean.cb / mean.vote, cr[cell]! - mean.cr / mean.vote);
    total += vote[cell]!;
  }
  return sum / total;
}

/**
 * Features that cells are compared by: luma, position in picture heights, and the model's features. The most discriminating come
 * first, so that distances can be abandoned early.
 */
function propertiesOn({ width, height }: Size, { luma, features }: Pick<DescribedFrame, 'luma' | 'features'>) {
  const aspect = luma.width / luma.height;
  const position = (of: (i: number) => number) => new Float32Array(width * height).map((_, i) => of(i));
  return [
    { values: resizeArea(luma, width, height).data, scale: LUMA_SCALE },
    { values: position(i => (((i % width) + 0.5) / width) * aspect), scale: POSITION_SCALE },
    { values: position(i => (Math.floor(i / width) + 0.5) / height), scale: POSITION_SCALE },
    ...mapFeatures(features, { width, height }, FEATURE_SCALE),
  ];
}

/** Cells of all pictures, with their features scaled to units of similarity. */
interface Cells extends Points {
  readonly units: readonly number[];
  readonly aspect: number;
  /** Index of each cell's picture. */
  readonly picture: Float32Array;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly vote: Float32Array;
}

function cellsOf(pictures: readonly DescribedFrame[]): Cells {
  const described = pictures.map(({ luma, color, features }) => ({
    properties: propertiesOn(features, { luma, features }),
    small: resizeField(color, features.width, features.height),
  }));
  const units = described[0]?.properties.map(({ scale }) => scale) ?? [];
  const dims = units.length;
  const count = described.reduce((sum, { small }) => sum + small.cb.length, 0);
  const of = (values: (one: (typeof described)[number], picture: number) => Float32Array) => {
    const all = new Float32Array(count);
    let at = 0;
    for (const [picture, one] of described.entries()) {
      const own = values(one, picture);
      all.set(own, at);
      at += own.length;
    }
    return all;
  };
  const values = new Float32Array(count * dims);
  for (const [k, unit] of units.entries()) {
    const own = of(({ properties }) => properties[k]!.values);
    for (let i = 0; i < count; i++) values[i * dims + k] = own[i]! / unit;
  }
  const { width, height } = pictures[0]?.luma ?? { width: 1, height: 1 };
  return {
    count,
    dims,
    units,
    aspect: width / height,
    values,
    picture: of(({ small }, picture) => new Float32Array(small.cb.length).fill(picture)),
    cb: of(({ small }) => small.cb),
    cr: of(({ small }) => small.cr),
    vote: of(({ small }) => small.trust.map(trust => MIN_VOTE + trust)),
  };
}
