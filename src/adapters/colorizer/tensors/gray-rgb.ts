import { lumaWeights } from '../../../kernels/color/color.ts';
import { type ColorContent, type InputContent, shrinkToRange, type ValueRange } from './tensor-content.ts';

/**
 * Models that take R'G'B'. For a gray picture R' = G' = B' = luma, and Lab with a = b = 0 gives the same, so both contents are
 * the luma three times. Of an R'G'B' output only Cb and Cr are used: the film keeps its luma.
 */

const UNIT: ValueRange = [0, 1];
const BYTES: ValueRange = [0, 255];
/**
 * Largest mean distance (of 0..1) between the luma of the picture and of the output. Models that repaint the picture are off by
 * a few hundredths; black, white or flat gray instead of a ramp are off by 0.25 or more.
 */
const LUMA_TOLERANCE = 0.2;

const grayThrice = ({ luma }: { luma: Float32Array }, [least, most]: ValueRange): Float32Array => {
  const planes = new Float32Array(3 * luma.length);
  for (let i = 0; i < luma.length; i++) planes[i] = least + (most - least) * luma[i]!;
  planes.copyWithin(luma.length, 0, luma.length);
  planes.copyWithin(2 * luma.length, 0, luma.length);
  return planes;
};

export const GRAY_RGB_FROM_L: InputContent = {
  role: 'picture',
  channels: 3,
  ranges: [UNIT, BYTES],
  fill: (input, { range }) => grayThrice(input, range),
};

export const GRAY_X3: InputContent = {
  role: 'picture',
  channels: 3,
  ranges: [BYTES, UNIT],
  fill: (input, { range }) => grayThrice(input, range),
};

export const RGB_ANSWER: ColorContent = {
  channels: 3,
  ranges: [BYTES, UNIT],
  toChroma(answer, input, { range: [least, most], matrix }) {
    const cells = input.width * input.height;
    const { red, blue } = lumaWeights(matrix);
    const chroma = new Float32Array(2 * cells);
    const scale = 1 / (most - least); // an offset of black cancels out in a difference
    for (let i = 0; i < cells; i++) {
      const [r, g, b] = [answer[i]!, answer[cells + i]!, answer[2 * cells + i]!];
      const y = red * r + (1 - red - blue) * g + blue * b;
      chroma[i] = ((b - y) * scale) / (2 * (1 - blue));
      chroma[cells + i] = ((r - y) * scale) / (2 * (1 - red));
    }
    return shrinkToRange(chroma);
  },
  faultOf(answer, input, { range: [least, most], matrix }) {
    const cells = input.width * input.height;
    const { red, blue } = lumaWeights(matrix);
    const sums = { distance: 0, luma: 0 };
    for (let i = 0; i < cells; i++) {
      const y = red * answer[i]! + (1 - red - blue) * answer[cells + i]! + blue * answer[2 * cells + i]!;
      sums.luma += y / cells;
      sums.distance += Math.abs((y - least) / (most - least) - input.luma[i]!) / cells;
    }
    if (sums.distance <= LUMA_TOLERANCE) return undefined;
    return `RGB with a mean luma of ${sums.luma.toPrecision(3)} on a gray ramp from ${least} to ${most}, which is another picture`;
  },
};
