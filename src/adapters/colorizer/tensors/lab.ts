import { hintToLab, labToChroma, lightnessOf } from '../../../kernels/color/lab.ts';
import type { Plane } from '../../../media/fields/plane.ts';
import type { ColorizerInput } from '../../../media/models/colorizer-planes.ts';
import { type ColorContent, type InputContent, shrinkToRange, widestOf } from './tensor-content.ts';

/**
 * Models that work in CIE Lab: the picture as lightness, colour as a and b in Lab units. The lightness of a gray depends on its
 * luma alone. The output becomes chroma at the picture's own lightness; its luma is not used.
 */

/** Largest plausible a or b, in Lab units: sRGB reaches about 110, published models overshoot to 170. */
const WIDEST_AB = 200;
/** Plausible mean of |a| and |b| for a gray ramp, in Lab units: below it there is no colour, above it no picture. */
const USUAL_AB = [0.5, 60] as const;

export const LIGHTNESS: InputContent = {
  role: 'picture',
  channels: 1,
  ranges: [[0, 100]],
  fill: ({ luma }) => luma.map(lightnessOf),
};

export const KNOWN_AB: InputContent = {
  role: 'known',
  channels: 2,
  ranges: [],
  fill(input, { matrix }) {
    const { width, height, chroma, mask } = input;
    const cells = width * height;
    const known = new Float32Array(2 * cells);
    if (!chroma || !mask) return known;
    const [cb, cr] = planesOf(input, chroma);
    const { a, b } = hintToLab(lumaOf(input), { cb, cr }, matrix);
    for (let i = 0; i < cells; i++) {
      if (mask[i] === 0) continue; // the model was trained with 0 where nothing is known
      known[i] = a.data[i]!;
      known[cells + i] = b.data[i]!;
    }
    return known;
  },
};

export const AB_ANSWER: ColorContent = {
  channels: 2,
  ranges: [],
  toChroma(answer, input, { matrix }) {
    const [a, b] = planesOf(input, answer);
    const { cb, cr } = labToChroma(lumaOf(input), { a, b }, matrix);
    const chroma = new Float32Array(answer.length);
    chroma.set(cb.data, 0);
    chroma.set(cr.data, cb.data.length);
    return shrinkToRange(chroma);
  },
  faultOf(answer) {
    const widest = widestOf(answer);
    const mean = answer.reduce((sum, value) => sum + Math.abs(value), 0) / answer.length;
    if (widest > WIDEST_AB) return `ab of ${widest.toPrecision(3)} on a gray ramp, expected at most ${WIDEST_AB} Lab units`;
    if (mean >= USUAL_AB[0] && mean <= USUAL_AB[1]) return undefined;
    const what = mean < USUAL_AB[0] ? 'hardly any colour' : 'nothing but glaring colour';
    return `${what} on a gray ramp (mean |ab| ${mean.toPrecision(2)}, expected ${USUAL_AB.join('..')} Lab units)`;
  },
};

const lumaOf = ({ width, height, luma }: ColorizerInput): Plane<Float32Array> => ({ width, height, data: luma });

function planesOf({ width, height }: ColorizerInput, values: Float32Array): [Plane<Float32Array>, Plane<Float32Array>] {
  const cells = width * height;
  return [
    { width, height, data: values.subarray(0, cells) },
    { width, height, data: values.subarray(cells) },
  ];
}
