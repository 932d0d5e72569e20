import type { IntegerSamples, Plane } from '../fields/plane.ts';
import type { Timebase } from './time.ts';

/** Code range of black to white: 16..235 (limited, at 8 bit) or 0..255 (full). */
export type Range = 'limited' | 'full';

/** The Y'CbCr matrix: ITU-R BT.601, BT.709 or BT.2020 non-constant luminance. */
export type Matrix = 'bt601' | 'bt709' | 'bt2020';

/** Chroma subsampling of the output. */
export type Subsampling = '420' | '422' | '444';

/** The code values of luma that are shown as black and white. Between them lies what a stack of slices is looked at for. */
export interface LumaWindow {
  readonly low: number;
  readonly high: number;
}

/** Properties common to all frames of a film. Width and height are those of the coded picture, before rotation and aspect. */
export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  /** Bits per luma sample of the source: 8..16. */
  readonly depth: number;
  readonly range: Range;
  readonly matrix: Matrix;
  readonly timebase: Timebase;
  /** What is shown to the model and to people, if not all of the range. Luma itself is never changed. */
  readonly window?: LumaWindow | undefined;
}

/** One picture of the film: its index (from 0, in presentation order), its time in ticks of the film's timebase, its luma. */
export interface Frame {
  readonly index: number;
  readonly ticks: number;
  readonly luma: Plane<IntegerSamples>;
}

/** A frame with synthesised chroma, in code values at the luma's depth and range, subsampled according to `subsampling`. */
export interface ColorFrame extends Frame {
  readonly subsampling: Subsampling;
  readonly cb: Plane<IntegerSamples>;
  readonly cr: Plane<IntegerSamples>;
  /** Opacity, 0 to 2^depth - 1 at the depth of the encoded picture; undefined for opaque pictures. */
  readonly opacity?: Plane<IntegerSamples>;
}

/** Size of a chroma plane, rounded up as in every codec. */
export function chromaSize(width: number, height: number, subsampling: Subsampling): { width: number; height: number } {
  return {
    width: subsampling === '444' ? width : Math.ceil(width / 2),
    height: subsampling === '420' ? Math.ceil(height / 2) : height,
  };
}
