import type { IntegerSamples } from '../../media/fields/plane.ts';

/**
 * ICC profiles of gray pictures (ICC.1:2022). libvips converts 8-bit gray by its profile but ignores the profile of 16-bit
 * gray, so gray is converted here, in the same way at both depths: the profile's curve gives light, and sRGB (IEC 61966-2-1)
 * its code value.
 */

/** Offset of the tag table, and length of one row: signature, offset, length. */
const TABLE = 128;
const ROW = 12;

/** Is it the profile of sRGB, by its description? Then nothing is converted. */
export function isSrgb(profile: Buffer): boolean {
  return (tagOf(profile, 'desc')?.toString('latin1').replaceAll('\0', '') ?? '').includes('sRGB');
}

/** The sRGB code of every gray code at `depth`, by the curve of a gray profile; undefined where it has no supported curve. */
export function grayCodes(profile: Buffer, depth: 8 | 16): IntegerSamples | undefined {
  const curve = curveOf(profile);
  if (profile.toString('latin1', 16, 20) !== 'GRAY' || !curve) return undefined;
  const lightOf = profile.toString('latin1', 20, 24) === 'Lab ' ? lightOfLightness : (value: number) => value;
  const white = 2 ** depth - 1;
  const codes = depth === 8 ? new Uint8Array(white + 1) : new Uint16Array(white + 1);
  for (let code = 0; code <= white; code++) {
    const light = Math.min(1, Math.max(0, lightOf(curve(code / white))));
    codes[code] = Math.round(white * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
  }
  return codes;
}

/** Convert L* / 100 to light (CIE 15). */
function lightOfLightness(value: number): number {
  const root = (100 * value + 16) / 116;
  return root > 6 / 29 ? root ** 3 : 3 * (6 / 29) ** 2 * (root - 4 / 29);
}

function tagOf(profile: Buffer, signature: string): Buffer | undefined {
  if (profile.length < TABLE + 4) return undefined;
  const count = Math.min(profile.readUInt32BE(TABLE), Math.floor((profile.length - TABLE - 4) / ROW));
  for (let i = 0; i < count; i++) {
    const row = TABLE + 4 + ROW * i;
    if (profile.toString('latin1', row, row + 4) !== signature) continue;
    const start = profile.readUInt32BE(row + 4);
    return profile.subarray(start, start + profile.readUInt32BE(row + 8));
  }
  return undefined;
}

type Curve = (value: number) => number;

function curveOf(profile: Buffer): Curve | undefined {
  const tag = tagOf(profile, 'kTRC');
  const kind = tag?.toString('latin1', 0, 4);
  if (!tag || tag.length < 12) return undefined;
  if (kind === 'curv') return sampledCurve(tag);
  return kind === 'para' ? formulaCurve(tag) : undefined;
}

/** `curv`: no value is the identity, one is a gamma in 1/256, more are equidistant samples with linear interpolation. */
function sampledCurve(tag: Buffer): Curve | undefined {
  const count = tag.readUInt32BE(8);
  if (tag.length < 12 + 2 * count) return undefined;
  if (count === 0) return value => value;
  if (count === 1) return value => value ** (tag.readUInt16BE(12) / 256);
  const sample = (i: number) => tag.readUInt16BE(12 + 2 * i) / 65535;
  return value => {
    const place = value * (count - 1);
    const left = Math.min(Math.floor(place), count - 2);
    return sample(left) + (place - left) * (sample(left + 1) - sample(left));
  };
}

/** The number of parameters of each kind of formula: g, a, b, c, d, e, f. */
const PARAMETERS = [1, 3, 4, 5, 7];

function formulaCurve(tag: Buffer): Curve | undefined {
  const kind = tag.readUInt16BE(8);
  const count = PARAMETERS[kind];
  if (count === undefined || tag.length < 12 + 4 * count) return undefined;
  const given = Array.from({ length: count }, (_, i) => tag.readInt32BE(12 + 4 * i) / 65536);
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = given;
  const power = (value: number) => Math.max(0, a * value + b) ** g;
  if (kind === 0) return power;
  if (kind === 1) return value => (value >= -b / a ? power(value) : 0);
  if (kind === 2) return value => (value >= -b / a ? power(value) + c : c);
  return value => (value >= d ? power(value) + e : c * value + f);
}
