import { type AppliedGrade, gradeChroma } from '../../kernels/color/grade-chroma.ts';
import { shownGray } from '../../kernels/color/shown-gray.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Neighbour } from '../../kernels/propagation/temporal-average.ts';
import type { ChromaField } from '../../media/fields/chroma-field.ts';
import { chromaField } from '../../media/fields/chroma-field.ts';
import type { IntegerSamples, Plane } from '../../media/fields/plane.ts';
import type { ColorFrame, Frame, PictureFormat, Subsampling } from '../../media/film/frame.ts';
import { chromaSize } from '../../media/film/frame.ts';
import { averageFrame } from './propagate.ts';

/** Everything needed to make the chroma of one frame. */
export interface FinishInput {
  readonly frame: Frame;
  /** Luma on the working grid. */
  readonly gray: Plane<Uint8Array>;
  /** Undefined if no colour is known: the frame stays gray. */
  readonly color: ChromaField | undefined;
  /** The previous and next frame, if colour is to be averaged along the motion. */
  readonly neighbours?: readonly Neighbour[];
  readonly format: PictureFormat;
  readonly subsampling: Subsampling;
  readonly grade?: AppliedGrade | undefined;
}

export interface Finished {
  readonly cb: Plane<IntegerSamples>;
  readonly cr: Plane<IntegerSamples>;
  /** Mean trust of the frame, and the share of cells visible in neither keyframe (trust below UNSEEN). */
  readonly trust: number;
  readonly unseen: number;
}

/** Cells of lower trust count as visible in no keyframe. */
const MIN_VISIBLE_TRUST = 0.1;
/** Guided filter settings for upsampling chroma. `radius`: in cells. */
export const UPSAMPLING = { radius: 2, epsilon: 1e-3 } as const;

/**
 * Averages colour along the motion, upsamples it to the film's chroma size with luma as the guide, grades it, shrinks it into
 * gamut and quantises it. Luma is only read. Runs in a worker thread.
 */
export function finishChroma(kernels: Kernels, input: FinishInput): Finished {
  const { frame, gray, color, format, subsampling, grade } = input;
  const size = chromaSize(format.width, format.height, subsampling);
  const guide = chromaGuide(kernels, frame.luma, format, subsampling);
  const mixed = averaged(kernels, input);
  const figures = summary(mixed.trust);
  if (!grade && size.width > gray.width)
    return { ...kernels.chromaCodes(mixed, gray, guide, { ...UPSAMPLING, ...format }), ...figures };
  const sized = upsampled(kernels, mixed, gray, guide);
  // Here, as the review page grades a finished picture: what lies between two hues is graded as what it is.
  const { matrix, range } = format;
  const chroma = grade && color ? gradeChroma(sized, grade, { gray: guide, matrix, range }) : sized;
  const plane = (data: Float32Array) => ({ ...size, data });
  return { ...kernels.quantiseChroma({ cb: plane(chroma.cb), cr: plane(chroma.cr) }, guide, format), ...figures };
}

/** Chroma of a field at the size of `guide`. */
function upsampled(
  kernels: Kernels,
  field: ChromaField,
  gray: Plane<Uint8Array>,
  guide: Plane<Uint8Array>,
): Pick<ChromaField, 'cb' | 'cr'> {
  if (guide.width > gray.width) {
    const { cb, cr } = kernels.guidedUpsample(field, gray, guide, UPSAMPLING);
    return { cb: cb.data, cr: cr.data };
  }
  const resized = (data: Float32Array) => kernels.resizeArea({ ...field, data }, guide.width, guide.height).data;
  return { cb: resized(field.cb), cr: resized(field.cr) };
}

function averaged(kernels: Kernels, { gray, color, neighbours = [] }: FinishInput): ChromaField {
  if (!color) return chromaField(gray.width, gray.height);
  return neighbours.length > 0 ? averageFrame(kernels, { field: color, neighbours }) : color;
}

/** The film's luma as it is shown, at the size of its chroma planes, 8 bit. */
export function chromaGuide(
  kernels: Kernels,
  luma: Plane<IntegerSamples>,
  format: PictureFormat,
  subsampling: Subsampling,
): Plane<Uint8Array> {
  if (subsampling !== '422') return shownGray(kernels, luma, subsampling === '420' ? 2 : 1, format);
  const { width, height } = chromaSize(format.width, format.height, '422');
  const narrow = kernels.resizeArea(shownGray(kernels, luma, 1, format), width, height);
  const data = new Uint8Array(narrow.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(narrow.data[i]!);
  return { width, height, data };
}

function summary(trust: Float32Array): { trust: number; unseen: number } {
  let sum = 0;
  let unseen = 0;
  for (let i = 0; i < trust.length; i++) {
    const value = trust[i]!; // by index: an iterator costs a millisecond
    sum += value;
    if (value < MIN_VISIBLE_TRUST) unseen++;
  }
  return { trust: sum / trust.length, unseen: unseen / trust.length };
}

/** The frame with its finished chroma. The luma plane is the same object. */
export function colored(frame: Frame, finished: Finished, subsampling: Subsampling): ColorFrame {
  return { ...frame, subsampling, cb: finished.cb, cr: finished.cr };
}
