import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import { seededRandom } from '../shots/labelled-film.ts';
import { drawNormal, type Known, offAtKnown } from './known.ts';
import { askChroma } from './quality.ts';

/** Side of the picture, in pixels; luma left and right of its edge, and the deviation of the grain on both. */
const SIDE = 128;
const DARK = 0.3;
const BRIGHT = 0.75;
const GRAIN = 0.01;
/** A red (Cb, Cr) that is possible in the dark half, and the side of its spots, in pixels. */
const RED = [-0.06, 0.18] as const;
const SPOT = 5;
/** Pixels beside the edge that do not count as beyond it. */
const BORDER = 2;
const CELLS = SIDE * SIDE;

/**
 * Three red spots on the dark side of one strong upright edge: how far off they are (chroma, -0.5..0.5), and how much crosses the edge
 * (`bleeding`): the mean change of chroma beyond it over the mean change on the spots' own side. 0 is none. The same of a picture that is
 * dark on both sides (`bleedingNoEdge`) is what the edge holds back.
 */
export async function hintLaw(model: Colorizer, seed: number) {
  const edge = await bleedingOf(model, twoTones(BRIGHT, seed));
  const none = await bleedingOf(model, twoTones(DARK, seed));
  return { offAtEdgeHint: edge.off, bleeding: edge.share, bleedingNoEdge: none.share };
}

function twoTones(right: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return new Float32Array(CELLS).map((_, i) => (i % SIDE < SIDE / 2 ? DARK : right) + GRAIN * drawNormal(random));
}

function redSpots(): Known {
  const mask = new Float32Array(CELLS);
  const left = SIDE / 4;
  for (const top of [1, 2, 3].map(quarter => (quarter * SIDE) / 4)) {
    for (let y = top; y < top + SPOT; y++) mask.fill(1, y * SIDE + left, y * SIDE + left + SPOT);
  }
  return { mask, chroma: new Float32Array(2 * CELLS).map((_, i) => RED[i < CELLS ? 0 : 1] * mask[i % CELLS]!) };
}

async function bleedingOf(model: Colorizer, luma: Float32Array) {
  const known = redSpots();
  const plain = await askChroma(model, { size: SIDE, luma });
  const hinted = await askChroma(model, { size: SIDE, luma }, known);
  let [own, beyond] = [0, 0];
  for (let i = 0; i < hinted.length; i++) {
    const change = Math.abs(hinted[i]! - plain[i]!);
    if (i % SIDE < SIDE / 2) own += change;
    else if (i % SIDE >= SIDE / 2 + BORDER) beyond += change;
  }
  return { off: offAtKnown(hinted, known), share: beyond / (SIDE / 2 - BORDER) / (own / (SIDE / 2)) };
}
