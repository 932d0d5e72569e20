import { type FeatureMap, featurePlane } from '../../../media/fields/feature-map.ts';

/** Largest number of features per cell. */
export const MAX_FEATURES = 32;
/** Width and height, in cells of the model's input, of one feature cell. */
export const FEATURE_CELL = 16;
/** How far the length of a feature vector may be from 1: some models compute in float16. */
const LENGTH_TOLERANCE = 0.01;

/** Feature vectors: what the model recognises in a cell. */
export const FEATURES = {
  ranges: [[-1, 1]],
  faultOf(map: FeatureMap): string | undefined {
    const cells = map.width * map.height;
    const squares = new Float64Array(cells);
    for (let channel = 0; channel < map.channels; channel++)
      for (const [i, value] of featurePlane(map, channel).data.entries()) squares[i]! += value * value;
    const off = squares.find(square => Math.abs(Math.sqrt(square) - 1) > LENGTH_TOLERANCE);
    return off === undefined ? undefined : `features of length ${Math.sqrt(off).toPrecision(3)}, expected 1`;
  },
} as const;
