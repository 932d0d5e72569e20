import { KinemacolorError } from '../errors.ts';
import type { Colorizer, ColorizerInput, ColorizerOutput } from './colorizer.ts';

/** Least side of the canary picture, in cells: enough for every scale of a U-shaped net, and a few milliseconds of work. */
const CANARY_SIDE = 64;
/** Largest mean distance between known chroma and what the model makes of it: 2 % of chroma's full scale. */
const HINT_TOLERANCE = 0.02;
/** Largest mean distance between two devices: one level of 8-bit chroma. */
const PARITY_TOLERANCE = 1 / 255;
/** Rounding that a float32 output may stray past the ends of its range. */
const ROUNDING = 1e-3;

/**
 * Run the model once on a gray ramp on which a square's chroma is known, and refuse it (kind `model`) unless it gives chroma, gives
 * confidence, and keeps what is known. Returns what it gave.
 */
export async function checkCanary(colorizer: Colorizer): Promise<ColorizerOutput> {
  const { card } = colorizer;
  const canary = canaryOf(card.multipleOf);
  const output = await colorizer.run(canary);
  const widest = output.chroma.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (widest > 0.5 + ROUNDING) refuse(card.id, `chroma of ${widest.toPrecision(3)} on a gray ramp, expected -0.5..0.5`);
  const outside = output.confidence.find(value => value < -ROUNDING || value > 1 + ROUNDING);
  if (outside !== undefined) refuse(card.id, `a confidence of ${outside.toPrecision(3)}, expected 0..1`);
  const strayed = distanceWhereKnown(canary, output);
  if (strayed > HINT_TOLERANCE) {
    refuse(card.id, `chroma that is ${strayed.toPrecision(2)} away from what it was told, expected at most ${HINT_TOLERANCE}`);
  }
  return output;
}

/** Refuse a device (kind `environment`) whose output differs from the CPU's by more than one 8-bit level in the mean. */
export function checkParity(colorizer: Pick<Colorizer, 'card' | 'device'>, output: ColorizerOutput, cpu: ColorizerOutput): void {
  const distance = meanDistance(output.chroma, cpu.chroma);
  if (distance <= PARITY_TOLERANCE) return;
  throw new KinemacolorError(
    'environment',
    `Device ${colorizer.device} computes another colour than the CPU with model "${colorizer.card.id}" (mean difference ${(distance * 255).toFixed(1)} of 255 levels, expected at most 1); update its driver or use --device cpu.`,
  );
}

/** A horizontal ramp from black to white; the chroma of a square in its middle is known: a muted orange, inside the gamut there. */
function canaryOf(multipleOf: number): Required<ColorizerInput> {
  const side = Math.ceil(CANARY_SIDE / multipleOf) * multipleOf;
  const cells = side * side;
  const luma = Float32Array.from({ length: cells }, (_, i) => (i % side) / (side - 1));
  const chroma = new Float32Array(2 * cells);
  const mask = new Float32Array(cells);
  for (let y = side * 0.375; y < side * 0.625; y++) {
    for (let x = side * 0.375; x < side * 0.625; x++) {
      const cell = Math.floor(y) * side + Math.floor(x);
      mask[cell] = 1;
      chroma[cell] = -0.1;
      chroma[cells + cell] = 0.1;
    }
  }
  return { width: side, height: side, luma, chroma, mask };
}

function distanceWhereKnown({ chroma, mask }: Required<ColorizerInput>, output: ColorizerOutput): number {
  const cells = mask!.length;
  const known = Array.from({ length: 2 * cells }, (_, i) => i).filter(i => mask![i % cells] === 1);
  return meanDistance(
    known.map(i => chroma![i]!),
    known.map(i => output.chroma[i]!),
  );
}

function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

function refuse(id: string, why: string): never {
  throw new KinemacolorError('model', `Model "${id}" does not do what its card says: it gave ${why}; use another model.`);
}
