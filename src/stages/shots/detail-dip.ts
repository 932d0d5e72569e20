import { BLOCK, type FrameSketch } from './frame-sketch.ts';

/** Film flickers by a fifth. A larger deviation of brightness from its trend is not flicker. */
const MAX_GAIN = 1.4;

/**
 * Loss of fine contrast relative to that of a cross-fade from the first to the last frame: about 1 in a dissolve, with or without
 * motion, about 0 in a continuous take. Contrast is measured within blocks, where two pictures are uncorrelated.
 */
export function detailDip(frames: readonly FrameSketch[]): number {
  const [first, last] = [frames[0]!, frames[frames.length - 1]!];
  const [a, b] = [first.detail, last.detail];
  const apart = a + b - 2 * shared(first, last);
  let dip = 0;
  let full = 0;
  for (let at = 1; at < frames.length - 1; at++) {
    const line = at / (frames.length - 1);
    const gain = frames[at]!.level / Math.max(1, first.level + (last.level - first.level) * line);
    dip += a + (b - a) * line - frames[at]!.detail / Math.max(1 / MAX_GAIN, Math.min(MAX_GAIN, gain)) ** 2;
    full += line * (1 - line) * apart;
  }
  return dip / Math.max(1, full);
}

/**
 * Deviation (RMS) of the fine contrast between two entries of `sketches` from that of a cross-fade of two pictures with unrelated
 * detail, relative to the expected loss: 0 for a cross-fade, about 1 if nothing is lost. Insensitive to motion.
 */
export function offMix(sketches: readonly FrameSketch[], start: number, end: number): number {
  const [first, last] = [sketches[start]!, sketches[end]!];
  const both = first.detail + last.detail;
  const step = 1 / (end - start);
  let off = 0;
  let full = 0;
  for (let at = start + 1; at < end; at++) {
    const line = (at - start) * step;
    const { level, detail } = sketches[at]!;
    const gain = level / Math.max(1, first.level + (last.level - first.level) * line);
    const held = Math.max(1 / MAX_GAIN, Math.min(MAX_GAIN, gain));
    const loss = line * (1 - line) * both;
    off += (first.detail + (last.detail - first.detail) * line - loss - detail / (held * held)) ** 2;
    full += loss * loss;
  }
  return Math.sqrt(off / Math.max(1, full));
}

/** Mean covariance within blocks. */
function shared(a: FrameSketch, b: FrameSketch): number {
  const block = Math.min(BLOCK, a.width, a.height);
  let sum = 0;
  const blocks = eachBlock(a, at => {
    let product = 0;
    for (let y = 0; y < block; y++) {
      for (let i = at + y * a.width; i < at + y * a.width + block; i++) product += a.fine[i]! * b.fine[i]!;
    }
    sum += product / block ** 2 - a.means[at]! * b.means[at]!;
  });
  return sum / blocks;
}

/** Calls `visit` with the top-left sample of every block. Returns the number of blocks. */
function eachBlock({ width, height }: FrameSketch, visit: (at: number) => void): number {
  const block = Math.min(BLOCK, width, height);
  let blocks = 0;
  for (let y = 0; y + block <= height; y += block) {
    for (let x = 0; x + block <= width; x += block, blocks++) visit(y * width + x);
  }
  return blocks;
}
