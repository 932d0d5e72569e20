import { timed } from '../adapters/workers/threads.ts';
import { loadKernels } from '../kernels/wasm/wasm-kernels.ts';
import type { IntegerSamples, Plane } from '../media/fields/plane.ts';
import { type PairInput, type PictureInput, measurePair as pair, measurePicture as picture } from './measure/measure-picture.ts';
import { type LinkInput, computeLink as link } from './propagate/estimate-flow.ts';
import { type FinishInput, finishChroma as finish } from './propagate/finish.ts';
import {
  type BlendInput,
  calmBlend as blend,
  type CarryInput,
  carryColor as carry,
  type SteadyInput,
  steadyFrame as steady,
} from './propagate/propagate.ts';
import { type PaintInput, paintStrip as paint } from './stills/color-still.ts';

/** The arithmetic of the stages, as tasks of a worker thread. Each thread holds its own kernels. */
const kernels = await loadKernels();

export const shrinkLuma = timed((input: { luma: Plane<IntegerSamples>; factor: number; depth: number }) =>
  kernels.boxDecimate(input.luma, input.factor, input.depth),
);
export const computeLink = timed((input: LinkInput) => link(kernels, input));
export const carryColor = timed((input: CarryInput) => carry(kernels, input));
export const calmBlend = timed((input: BlendInput) => blend(kernels, input));
export const steadyFrame = timed((input: SteadyInput) => steady(kernels, input));
export const finishChroma = timed((input: FinishInput) => finish(kernels, input));
export const paintStrip = timed((input: PaintInput) => paint(kernels, input));
export const measurePicture = timed((input: PictureInput) => picture(kernels, input));
export const measurePair = timed((input: PairInput) => pair(kernels, input));
