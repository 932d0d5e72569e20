import { gradeChroma } from '../kernels/grade-chroma.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { ChromaField } from '../media/chroma-field.ts';
import { chromaField } from '../media/chroma-field.ts';
import type { ColorFrame, Frame, PictureFormat, Subsampling } from '../media/frame.ts';
import { chromaSize } from '../media/frame.ts';
import type { Grade } from '../media/grade.ts';
import type { IntegerSamples, Plane } from '../media/plane.ts';
import { calmBlend } from './propagate.ts';

/** Everything the chroma of one frame is made from. */
export interface FinishInput {
  readonly frame: Frame;
  readonly gray: Plane<Uint8Array>;
  readonly left: ChromaField | undefined;
  readonly right: ChromaField | undefined;
  /** 1 at the left keyframe, 0 at the right. */
  readonly nearness: number;
  readonly format: PictureFormat;
  readonly subsampling: Subsampling;
  readonly grade?: Grade | undefined;
}

export interface Finished {
  readonly cb: Plane<IntegerSamples>;
  readonly cr: Plane<IntegerSamples>;
  /** Mean trust of the frame, and the share of it that neither keyframe could see (trust under UNSEEN). */
  readonly trust: number;
  readonly unseen: number;
}

/** Below this trust a cell counts as unseen. */
const UNSEEN = 0.1;
/** Chroma is brought up with the luma as guide over this many cells. */
export const RISE = { radius: 2, epsilon: 1e-3 } as const;

/**
 * Mix the two ends, calm what is not trusted, grade, bring chroma up to the film's chroma size with its luma as
 * guide, shrink into gamut, quantise. The luma is read, never written. Computed in a worker thread.
 */
export function finishChroma(kernels: Kernels, input: FinishInput): Finished {
  const { frame, gray, format, subsampling } = input;
  const size = chromaSize(format.width, format.height, subsampling);
  const guide = chromaGuide(kernels, frame.luma, format, subsampling);
  const blend = calmBlend(kernels, input, input);
  const calm = blend ?? chromaField(gray.width, gray.height);
  const mixed = blend && input.grade ? gradeChroma(calm, input.grade) : calm;
  const { matrix, range, depth } = format;
  if (size.width > gray.width) {
    return { ...kernels.chromaCodes(mixed, gray, guide, { ...RISE, matrix, range, depth }), ...summary(mixed.trust) };
  }
  const plane = (data: Float32Array) =>
    kernels.resizeArea({ width: gray.width, height: gray.height, data }, size.width, size.height);
  const planes = kernels.quantiseChroma({ cb: plane(mixed.cb), cr: plane(mixed.cr) }, guide, { matrix, range, depth });
  return { ...planes, ...summary(mixed.trust) };
}

/** The film's gray at the size of its chroma planes, 8 bit. */
function chromaGuide(
  kernels: Kernels,
  luma: Plane<IntegerSamples>,
  format: PictureFormat,
  subsampling: Subsampling,
): Plane<Uint8Array> {
  if (subsampling !== '422') return kernels.boxDecimate(luma, subsampling === '420' ? 2 : 1, format.depth);
  const { width, height } = chromaSize(format.width, format.height, '422');
  const narrow = kernels.resizeArea(kernels.boxDecimate(luma, 1, format.depth), width, height);
  const data = new Uint8Array(narrow.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(narrow.data[i]!);
  return { width, height, data };
}

function summary(trust: Float32Array): { trust: number; unseen: number } {
  let sum = 0;
  let unseen = 0;
  for (let i = 0; i < trust.length; i++) {
    const value = trust[i]!; // by index: an iterator takes a millisecond more
    sum += value;
    if (value < UNSEEN) unseen++;
  }
  return { trust: sum / trust.length, unseen: unseen / trust.length };
}

/** A frame with the chroma that was made for it; the luma plane is the very same object. */
export function colored(frame: Frame, finished: Finished, subsampling: Subsampling): ColorFrame {
  return { ...frame, subsampling, cb: finished.cb, cr: finished.cr };
}
