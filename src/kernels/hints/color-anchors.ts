import type { ChromaField } from '../../media/fields/chroma-field.ts';
import type { FeatureMap } from '../../media/fields/feature-map.ts';
import type { Plane } from '../../media/fields/plane.ts';
import type { ColorAnchor } from '../../media/plan/color-anchors.ts';
import { chromaMedian } from '../color/chroma-median.ts';
import { resizeArea, resizeField } from '../filters/resample.ts';
import { cluster, type Points } from './cluster.ts';
import { averageByLikeness, type ColorSample, type Feature, mapFeatures } from './likeness.ts';

/** A picture as a model sees it: luma 0..1, colour with trust (how sure the model is) and features, each on a grid of its own. Cells are about square. */
export interface DescribedFrame {
  readonly luma: Plane<Float32Array>;
  readonly color: ChromaField;
  readonly features: FeatureMap;
}

/** Differences at which likeness has fallen to e^-1/2: in features of length 1, in luma 0..1, in place as a share of the picture's height. */
const SEEN = 0.22;
const LUMA = 0.046;
const PLACE = 0.145;
/** A shot is taken for so many things at most. */
const THINGS = 96;
/** Rounds of sorting cells to things. */
const ROUNDS = 8;
/** An anchor counts half where the votes of all pictures lie so far from their median in the mean ... */
const DISAGREEMENT = 0.1;
/** ... or those of a picture from that picture's own: what is sorted together there is not one thing. */
const MIXTURE = 0.03;
/** What a cell's vote counts at least, beside the model's confidence 0..1. */
const MIN_VOTE = 0.01;
/** Cells that are coloured alike are so many times finer than the features' along each side. */
const FINER = 3;
/** Likeness to the nearest anchor from which on its colour is taken over whole. */
const ALIKE = 0.05;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The things of a shot, from some of its pictures: their cells sorted by what they show, luma and a little by place (k-means), each thing with the
 * median colour of its cells, weighted by the model's confidence. Same pictures, same anchors. None where nothing is seen.
 */
export function findAnchors(pictures: readonly DescribedFrame[]): ColorAnchor[] {
  const cells = cellsOf(pictures);
  const count = Math.min(THINGS, cells.count);
  if (count === 0) return [];
  const { centers, nearest } = cluster(cells, count, ROUNDS);
  return Array.from({ length: count }, (_, center) => {
    const own = [...nearest.keys()].filter(cell => nearest[cell] === center);
    if (own.length === 0) return [];
    const of = (values: Float32Array) => own.map(cell => values[cell]!);
    const { cb, cr, spread } = chromaMedian({ cb: of(cells.cb), cr: of(cells.cr), weight: of(cells.vote) });
    const values = cells.units.map((unit, k) => centers[center * cells.dims + k]! * unit);
    const [luma, x, y, ...seen] = values as [number, number, number, ...number[]];
    return [
      { seen, luma, x: x / cells.aspect, y, cb, cr, weight: half(spread, DISAGREEMENT) * half(mixture(cells, own), MIXTURE) },
    ];
  }).flat();
}

/**
 * Colour moved toward the anchors that are like each place, as far as they are alike and sure; smooth, so that edges of the colour stay where they are.
 * What is like no anchor keeps its colour; trust stays.
 */
export function agreeWithAnchors({ luma, color, features }: DescribedFrame, anchors: readonly ColorAnchor[]): ChromaField {
  const fitting = anchors.filter(({ seen }) => seen.length === features.channels);
  const grid = { width: FINER * features.width, height: FINER * features.height };
  const aspect = luma.width / luma.height;
  const likes: ColorSample[] = fitting.map(({ seen, luma, x, y, cb, cr, weight }) => ({
    like: [luma, x * aspect, y, ...seen],
    cb,
    cr,
    weight,
  }));
  const properties = propertiesOn(grid, { luma, features });
  const mean = averageByLikeness(properties, grid.width * grid.height, likes);
  const change = resizeField(color, grid.width, grid.height);
  for (let i = 0; i < change.cb.length; i++) {
    const pull = mean.weight[i]! * Math.min(1, mean.most[i]! / ALIKE);
    change.cb[i] = pull * (mean.cb[i]! - change.cb[i]!);
    change.cr[i] = pull * (mean.cr[i]! - change.cr[i]!);
  }
  const out = resizeField(change, color.width, color.height);
  out.trust.set(color.trust);
  for (let i = 0; i < out.cb.length; i++) {
    out.cb[i] = color.cb[i]! + out.cb[i]!;
    out.cr[i] = color.cr[i]! + out.cr[i]!;
  }
  return out;
}

/** 1, which falls to 1/2 where a value comes to `at`. */
const half = (value: number, at: number) => 1 / (1 + (value / at) ** 2);

/** Mean distance of the chroma of some cells to the mean of those of the same picture. */
function mixture({ picture, cb, cr, vote }: Cells, own: readonly number[]): number {
  const means = new Map<number, { cb: number; cr: number; vote: number }>();
  for (const cell of own) {
    const sum = means.get(picture[cell]!) ?? { cb: 0, cr: 0, vote: 0 };
    const share = vote[cell]!;
    means.set(picture[cell]!, { cb: sum.cb + share * cb[cell]!, cr: sum.cr + share * cr[cell]!, vote: sum.vote + share });
  }
  let [sum, all] = [0, 0];
  for (const cell of own) {
    const mean = means.get(picture[cell]!)!;
    sum += vote[cell]! * Math.hypot(cb[cell]! - mean.cb / mean.vote, cr[cell]! - mean.cr / mean.vote);
    all += vote[cell]!;
  }
  return sum / all;
}

/** What cells are compared by: luma, place in heights of the picture, and features; what tells most apart at once stands first. */
function propertiesOn({ width, height }: Size, { luma, features }: Pick<DescribedFrame, 'luma' | 'features'>): Feature[] {
  const aspect = luma.width / luma.height;
  const place = (of: (i: number) => number) => Float32Array.from({ length: width * height }, (_, i) => of(i));
  return [
    { values: resizeArea(luma, width, height).data, scale: LUMA },
    { values: place(i => (((i % width) + 0.5) / width) * aspect), scale: PLACE },
    { values: place(i => (Math.floor(i / width) + 0.5) / height), scale: PLACE },
    ...mapFeatures(features, { width, height }, SEEN),
  ];
}

/** Cells of pictures, by their properties in units of likeness. */
interface Cells extends Points {
  readonly units: readonly number[];
  readonly aspect: number;
  /** The number of each cell's picture. */
  readonly picture: Float32Array;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
  readonly vote: Float32Array;
}

function cellsOf(pictures: readonly DescribedFrame[]): Cells {
  const found = pictures.flatMap(({ luma, color, features }, picture) => {
    const { width, height } = features;
    const properties = propertiesOn(features, { luma, features });
    const small = resizeField(color, width, height);
    return Array.from({ length: width * height }, (_, i) => i).map(i => ({
      properties,
      i,
      picture,
      cb: small.cb[i]!,
      cr: small.cr[i]!,
      vote: MIN_VOTE + small.trust[i]!,
    }));
  });
  const units = found[0]?.properties.map(({ scale }) => scale) ?? [];
  const values = Float32Array.from(
    found.flatMap(({ properties, i }) => properties.map(({ values, scale }) => values[i]! / scale)),
  );
  const of = (name: 'picture' | 'cb' | 'cr' | 'vote') => Float32Array.from(found, cell => cell[name]);
  const { width, height } = pictures[0]?.luma ?? { width: 1, height: 1 };
  return {
    count: found.length,
    dims: units.length,
    units,
    aspect: width / height,
    values,
    picture: of('picture'),
    cb: of('cb'),
    cr: of('cr'),
    vote: of('vote'),
  };
}
