import { type ColorContent, type InputContent, type ValueRange, WIDEST_CHROMA, widestOf } from './tensor-content.ts';

/** Models that work in Y'CbCr: the picture as `luma`, colour as `chroma`, both in the units of the stages. */

const UNIT: ValueRange = [0, 1];
const CHROMA: ValueRange = [-WIDEST_CHROMA, WIDEST_CHROMA];
/** How far rounding may push a float32 output out of its range. */
const ROUNDING = 1e-3;

export const LUMA: InputContent = { role: 'picture', channels: 1, ranges: [UNIT], fill: ({ luma }) => luma };

export const KNOWN_CHROMA: InputContent = {
  role: 'known',
  channels: 2,
  ranges: [CHROMA],
  fill: ({ width, height, chroma }) => chroma ?? new Float32Array(2 * width * height),
};

export const MASK: InputContent = {
  role: 'mask',
  channels: 1,
  ranges: [UNIT],
  fill: ({ width, height, mask }) => mask ?? new Float32Array(width * height),
};

export const CHROMA_ANSWER: ColorContent = {
  channels: 2,
  ranges: [CHROMA],
  toChroma: answer => answer,
  faultOf(answer) {
    const widest = widestOf(answer);
    return widest > WIDEST_CHROMA + ROUNDING
      ? `chroma of ${widest.toPrecision(3)} on a gray ramp, expected -0.5..0.5`
      : undefined;
  },
};

/** The confidence output that a model may have. */
export const CONFIDENCE = {
  channels: 1,
  ranges: [UNIT],
  faultOf(answer: Float32Array): string | undefined {
    const outside = answer.find(value => value < -ROUNDING || value > 1 + ROUNDING);
    return outside === undefined ? undefined : `a confidence of ${outside.toPrecision(3)}, expected 0..1`;
  },
} as const;
