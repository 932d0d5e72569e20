import { lumaWeights, rgbWeights } from '../color/color.ts';

/** Cells of the vectorscope across, over chroma -REACH..REACH of Cb and of Cr, and bins of the histogram of hues. */
export const SCOPE_CELLS = 64;
export const SCOPE_REACH = 0.25;
export const HUE_BINS = 60;

/** The hue on which skin of any shade lies: the angle of (Cb, Cr) in degrees, 0 along Cb. */
export const SKIN_LINE = 123;
/**
 * What may be skin: chroma within so many degrees of the skin line, neither gray nor garish, and neither black nor white (Y 0..1).
 * Wood, sand and brick are in there, too: nothing here knows what it sees.
 */
const LIKELY_SKIN = { degrees: 30, chroma: { least: 0.03, most: 0.22 }, luma: { least: 0.2, most: 0.9 } } as const;
/** Less than this share of the picture is no skin to speak of. */
const LEAST_SKIN = 0.01;

/** Chroma of one or more pictures. */
export interface HueScope {
  readonly pixels: number;
  /** Pixels by chroma, SCOPE_CELLS squared, the highest Cr and the lowest Cb first; what lies outside counts at the edge. */
  readonly cells: Float64Array;
  /** Sum of the chroma's length by hue, HUE_BINS bins from 0 degrees on. */
  readonly hues: Float64Array;
  /** What may be skin: pixels, and the sum of their chroma. */
  readonly skin: { readonly pixels: number; readonly cb: number; readonly cr: number };
}

/** The scope of a picture of R'G'B' and alpha, 8 bit each, by the matrix of BT.709. */
export function hueScope(rgba: ArrayLike<number>): HueScope {
  const [luma, weights] = [lumaWeights('bt709'), rgbWeights('bt709')];
  const green = 1 - luma.red - luma.blue;
  const cells = new Float64Array(SCOPE_CELLS * SCOPE_CELLS);
  const hues = new Float64Array(HUE_BINS);
  const skin = { pixels: 0, cb: 0, cr: 0 };
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [r, g, b] = [rgba[at]! / 255, rgba[at + 1]! / 255, rgba[at + 2]! / 255];
    const y = luma.red * r + green * g + luma.blue * b;
    const [cb, cr] = [(b - y) / weights.blue, (r - y) / weights.red];
    const [column, row] = [cellOf(cb), SCOPE_CELLS - 1 - cellOf(cr)];
    cells[row * SCOPE_CELLS + column]!++;
    const length = Math.hypot(cb, cr);
    const hue = hueOf(cb, cr);
    hues[Math.min(HUE_BINS - 1, Math.floor((hue / 360) * HUE_BINS))]! += length;
    if (!mayBeSkin(hue, length, y)) continue;
    skin.pixels++;
    skin.cb += cb;
    skin.cr += cr;
  }
  return { pixels: Math.floor(rgba.length / 4), cells, hues, skin };
}

/** The scope of several pictures together. */
export function joinScopes(scopes: readonly HueScope[]): HueScope {
  const sum = (one: Float64Array, other: Float64Array) => one.map((value, at) => value + other[at]!);
  return scopes.reduce(
    (one, other) => ({
      pixels: one.pixels + other.pixels,
      cells: sum(one.cells, other.cells),
      hues: sum(one.hues, other.hues),
      skin: {
        pixels: one.skin.pixels + other.skin.pixels,
        cb: one.skin.cb + other.skin.cb,
        cr: one.skin.cr + other.skin.cr,
      },
    }),
    hueScope([]),
  );
}

export interface SkinMeasure {
  /** The share of the picture that may be skin, 0..1. */
  readonly share: number;
  /** Its mean hue against the skin line, in degrees: positive toward yellow, negative toward red and magenta. */
  readonly off: number;
}

/** Where what may be skin lies; undefined where there is too little of it. Skin more than 30 degrees off is not found. */
export function skinMeasure({ pixels, skin }: HueScope): SkinMeasure | undefined {
  const share = pixels === 0 ? 0 : skin.pixels / pixels;
  if (share < LEAST_SKIN) return undefined;
  return { share, off: fromSkinLine(hueOf(skin.cb, skin.cr)) };
}

function mayBeSkin(hue: number, length: number, y: number): boolean {
  const { degrees, chroma, luma } = LIKELY_SKIN;
  const within = (value: number, { least, most }: { least: number; most: number }) => value >= least && value <= most;
  return Math.abs(fromSkinLine(hue)) <= degrees && within(length, chroma) && within(y, luma);
}

/** -180..180. */
const fromSkinLine = (hue: number) => ((hue - SKIN_LINE + 540) % 360) - 180;
/** 0..360. */
const hueOf = (cb: number, cr: number) => ((Math.atan2(cr, cb) * 180) / Math.PI + 360) % 360;

function cellOf(chroma: number): number {
  const share = (chroma + SCOPE_REACH) / (2 * SCOPE_REACH);
  return Math.max(0, Math.min(SCOPE_CELLS - 1, Math.floor(share * SCOPE_CELLS)));
}
