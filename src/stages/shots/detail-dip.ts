import { BLOCK, type FrameSketch } from './frame-sketch.ts';

/** Film flickers by a fifth; brightness farther off its line than this is not taken for flicker. */
const MAX_GAIN = 1.4;

/**
 * How much of the loss of fine contrast that a mix of the first into the last frame must have is there: about 1 in a dissolve, moving
 * or not, about 0 in a take that goes on. Contrast is counted within blocks, where two pictures have nothing in common.
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
 * How far the fine contrast between two entries of `sketches` is from that of a mix of two pictures with no detail in common, as a
 * share (root mean square) of what the mix would lose: 0 as a mix does, about 1 where nothing is lost. Motion does not bend it.
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

/** Visit the upper left sample of every block; gives their number. */
function eachBlock({ width, height }: FrameSketch, visit: (at: number) => void): number {
  const block = Math.min(BLOCK, width, height);
  let blocks = 0;
  for (let y = 0; y + block <= height; y += block) {
    for (let x = 0; x + block <= width; x += block, blocks++) visit(y * width + x);
  }
  return blocks;
}
