import type { LOOKS } from '../../options.ts';
import { lumaWeights, rgbWeights } from './color.ts';
import type { ColorCube } from './color-cube.ts';

type Chroma = readonly [cb: number, cr: number];

/** How a look treats the hues, and what it adds to grays. */
interface LookRecipe {
  /**
   * For red, yellow, green, cyan, blue, magenta: a rotation of hue in degrees (positive: toward the next in this list, which
   * follows the circle), and a factor for saturation. In between they are interpolated.
   */
  readonly hues: readonly (readonly [turn: number, saturation: number])[];
  /** Chroma added at black and at white. */
  readonly shadows?: Chroma;
  readonly highlights?: Chroma;
  /** Colour as washes of one strength: chroma toward which all that is coloured is moved. */
  readonly wash?: number;
}

/**
 * Technicolor: dyes of high purity, reds and blues that stand out. Kodachrome: warm reds and golds, deep blue skies, sober greens.
 * Autochrome: pastel, warm lights over cool olive shadows, greens and blues pale. Hand-tinted: thin washes of even strength, pale
 * in the lights and absent from the darks; what is nearly gray stays unpainted.
 */
const RECIPES: Readonly<Record<(typeof LOOKS)[number], LookRecipe>> = {
  technicolor: {
    hues: [
      [-4, 1.65],
      [-8, 1.4],
      [10, 1.35],
      [8, 1.5],
      [-6, 1.6],
      [8, 1.4],
    ],
  },
  kodachrome: {
    hues: [
      [3, 1.35],
      [-12, 1.3],
      [-14, 0.85],
      [12, 1.2],
      [4, 1.35],
      [12, 1],
    ],
    shadows: [0.004, -0.001],
    highlights: [-0.014, 0.007],
  },
  autochrome: {
    hues: [
      [-6, 0.75],
      [-6, 0.65],
      [-10, 0.55],
      [14, 0.5],
      [16, 0.7],
      [6, 0.7],
    ],
    shadows: [-0.01, -0.008],
    highlights: [-0.036, 0.022],
  },
  'hand-tinted': {
    hues: [
      [0, 1],
      [-6, 1],
      [6, 1],
      [12, 1],
      [-8, 1],
      [14, 1],
    ],
    wash: 0.085,
  },
};

/** Angles of (Cb, Cr) of the full colours in BT.709, in degrees: red, yellow, green, cyan, blue, magenta. */
export const HUE_ANGLES = [103, 175, 230, 283, 355, 410] as const;
const DEGREE = Math.PI / 180;
/** Points along each side of a named look's table. */
const SIZE = 33;
/** Chroma at which a factor for saturation no longer raises it: colour that is strong already stays as it is. */
const FULL_CHROMA = 0.32;
/** Chroma between which a hand begins to paint: below it a thing is gray. */
const PAINTED = { from: 0.02, to: 0.06 } as const;
/** Share of its own strength that a wash leaves to a colour. */
const OWN_STRENGTH = 0.15;
/** Luma up to which washes fade to nothing in the darks. */
const PAINTED_LUMA = 0.3;

/** The table of a named look. Its luma is that of the input; only chroma differs. */
export function namedLook(name: (typeof LOOKS)[number]): ColorCube {
  const recipe = RECIPES[name];
  const [luma, weights] = [lumaWeights('bt709'), rgbWeights('bt709')];
  const table = new Float32Array(3 * SIZE ** 3);
  for (let i = 0; i < SIZE ** 3; i++) {
    const [r, g, b] = [i % SIZE, Math.floor(i / SIZE) % SIZE, Math.floor(i / SIZE ** 2)].map(at => at / (SIZE - 1)) as [
      number,
      number,
      number,
    ];
    const y = luma.red * r + (1 - luma.red - luma.blue) * g + luma.blue * b;
    const [cb, cr] = shaded(recipe, y, [(b - y) / weights.blue, (r - y) / weights.red]);
    table.set([y + weights.red * cr, y + weights.greenCb * cb + weights.greenCr * cr, y + weights.blue * cb], 3 * i);
  }
  return { size: SIZE, domain: { min: [0, 0, 0], max: [1, 1, 1] }, table };
}

function shaded({ hues, shadows = [0, 0], highlights = [0, 0], wash }: LookRecipe, y: number, [cb, cr]: Chroma): Chroma {
  const strength = Math.hypot(cb, cr);
  const angle = Math.atan2(cr, cb) / DEGREE;
  const { turn, saturation } = at(hues, angle);
  const raised = strength * Math.max(Math.min(1, saturation), saturation - ((saturation - 1) * strength) / FULL_CHROMA);
  const radius = wash === undefined ? raised : washed(strength, wash, y);
  const tint = (place: 0 | 1) => (1 - y) * shadows[place] + y * highlights[place];
  // Black and white themselves hold no chroma.
  const room = 4 * y * (1 - y);
  const turned = (angle + turn) * DEGREE;
  return [radius * Math.cos(turned) + room * tint(0), radius * Math.sin(turned) + room * tint(1)];
}

/** Strength of a wash: even where there is colour, thin in the darks. */
function washed(strength: number, wash: number, y: number): number {
  const painted = smooth((strength - PAINTED.from) / (PAINTED.to - PAINTED.from)) * smooth(y / PAINTED_LUMA);
  return painted * (wash + OWN_STRENGTH * Math.min(strength, FULL_CHROMA));
}

function at(hues: LookRecipe['hues'], angle: number): { turn: number; saturation: number } {
  const past = (((angle - HUE_ANGLES[0]) % 360) + 360) % 360;
  const next = HUE_ANGLES.findIndex(hue => hue - HUE_ANGLES[0] > past);
  const place = next < 0 ? HUE_ANGLES.length - 1 : next - 1;
  const from = HUE_ANGLES[place]! - HUE_ANGLES[0];
  const to = next < 0 ? 360 : HUE_ANGLES[next]! - HUE_ANGLES[0];
  const share = (past - from) / (to - from);
  const [one, other] = [hues[place]!, hues[(place + 1) % hues.length]!];
  return { turn: one[0] + share * (other[0] - one[0]), saturation: one[1] + share * (other[1] - one[1]) };
}

/** 0 up to 0, 1 from 1 on, smooth in between. */
export function smooth(share: number): number {
  const x = Math.min(1, Math.max(0, share));
  return x * x * (3 - 2 * x);
}
