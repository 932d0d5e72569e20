import { codeRange } from '../color/color.ts';
import type { CodeFormat, FullPicture } from '../color/rgb-planes.ts';
import type { ConsistentMotion } from './consistent-motion.ts';
import { LEVELS } from './picture-error.ts';

/**
 * Temporal flicker: mean |chroma(t) - warped chroma(t + 1)| over Cb and Cr, in 8-bit code values. Undefined if no pixel has
 * consistent motion.
 */
export interface Flicker {
  /** Over all pixels of consistent motion. Outside the picture chroma reads as code 0, as in the common implementations. */
  readonly all: number | undefined;
  /** Over those whose motion stays inside the picture. */
  readonly inside: number | undefined;
}

/** Change of chroma along the motion between consecutive frames: 0 if colour moves exactly with the content. */
export function flicker(earlier: FullPicture, later: FullPicture, motion: ConsistentMotion, format: CodeFormat): Flicker {
  const { width, height, displacement, coverage } = motion;
  const [cb, cr, laterCb, laterCr] = [earlier.cb.data, earlier.cr.data, later.cb.data, later.cr.data];
  const sums = { all: 0, pixels: 0, inside: 0, insidePixels: 0 };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const share = coverage[i]!;
      if (share < 0) continue;
      const px = Math.min(Math.max(x + displacement[2 * i]!, 0), width - 1);
      const py = Math.min(Math.max(y + displacement[2 * i + 1]!, 0), height - 1);
      const left = Math.floor(px);
      const top = Math.floor(py);
      const right = px - left;
      const lower = py - top;
      const a = top * width + left;
      const b = right > 0 ? a + 1 : a;
      const c = lower > 0 ? a + width : a;
      const d = c + b - a;
      const u =
        (laterCb[a]! * (1 - right) + laterCb[b]! * right) * (1 - lower) +
        (laterCb[c]! * (1 - right) + laterCb[d]! * right) * lower;
      const v =
        (laterCr[a]! * (1 - right) + laterCr[b]! * right) * (1 - lower) +
        (laterCr[c]! * (1 - right) + laterCr[d]! * right) * lower;
      const change = Math.abs(share * u - cb[i]!) + Math.abs(share * v - cr[i]!);
      sums.all += change;
      sums.pixels++;
      if (share < 1) continue;
      sums.inside += change;
      sums.insidePixels++;
    }
  }
  const scale = LEVELS / (2 * codeRange(format.range, format.depth).chroma);
  const mean = (sum: number, pixels: number) => (pixels === 0 ? undefined : (scale * sum) / pixels);
  return { all: mean(sums.all, sums.pixels), inside: mean(sums.inside, sums.insidePixels) };
}
