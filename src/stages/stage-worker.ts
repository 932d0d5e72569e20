import { timed } from '../adapters/threads.ts';
import { loadKernels } from '../kernels/simd.ts';
import type { IntegerSamples, Plane } from '../media/plane.ts';
import { type PaintInput, paintStrip as paint } from './color-still.ts';
import { type LinkInput, computeLink as link } from './estimate-flow.ts';
import { type FinishInput, finishChroma as finish } from './finish.ts';
import { type PairInput, type PictureInput, measurePair as pair, measurePicture as picture } from './measure-picture.ts';
import {
  type BlendInput,
  calmBlend as blend,
  type CarryInput,
  carryColor as carry,
  type SteadyInput,
  steadyFrame as steady,
} from './propagate.ts';

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
