import { timed } from '../adapters/workers/timed-task.ts';
import type { ShownCodes } from '../kernels/color/color.ts';
import { shownGray } from '../kernels/color/shown-gray.ts';
import { loadKernels } from '../kernels/wasm/wasm-kernels.ts';
import type { IntegerSamples, Plane } from '../media/fields/plane.ts';
import { type PairInput, type PictureInput, measurePair as pair, measurePicture as picture } from './measure/measure-picture.ts';
import { type FlowPairInput, computeFlowPair as flowPair } from './propagate/estimate-flow.ts';
import { type FinishInput, finishChroma as finish } from './propagate/finish.ts';
import { type PaletteInput, paletteFrame as tint } from './propagate/palette-chroma.ts';
import {
  type BlendInput,
  blendCandidates as blend,
  propagateChroma as carry,
  type PropagateInput,
  averageFrame as steady,
  type TemporalAverageInput,
} from './propagate/propagate.ts';
import { type PaintInput, paintStrip as paint } from './stills/color-still.ts';

/** The tasks that stages run in worker threads. Each thread loads its own kernels. */
const kernels = await loadKernels();

export const shrinkLuma = timed((input: { luma: Plane<IntegerSamples>; factor: number; codes: ShownCodes }) =>
  shownGray(kernels, input.luma, input.factor, input.codes),
);
export const computeFlowPair = timed((input: FlowPairInput) => flowPair(kernels, input));
export const propagateChroma = timed((input: PropagateInput) => carry(kernels, input));
export const blendCandidates = timed((input: BlendInput) => blend(kernels, input));
export const averageFrame = timed((input: TemporalAverageInput) => steady(kernels, input));
export const finishChroma = timed((input: FinishInput) => finish(kernels, input));
export const paletteFrame = timed((input: PaletteInput) => tint(kernels, input));
export const paintStrip = timed((input: PaintInput) => paint(kernels, input));
export const measurePicture = timed((input: PictureInput) => picture(kernels, input));
export const measurePair = timed((input: PairInput) => pair(kernels, input));
