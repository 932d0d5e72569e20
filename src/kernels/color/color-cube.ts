/** A 3D lookup table of R'G'B', red varying fastest. `table`: `size`^3 triples. */
export interface ColorCube {
  /** Points along each side. */
  readonly size: number;
  /** Input values of the first and the last point, for red, green and blue. */
  readonly domain: { readonly min: readonly number[]; readonly max: readonly number[] };
  readonly table: Float32Array;
}

/** Points along each side of a cube that is accepted: graders export 17, 33 or 65. */
export const CUBE_SIZE = { least: 2, most: 65 } as const;

const DEFAULT_DOMAIN = { min: [0, 0, 0], max: [1, 1, 1] } as const;
/** Output values beyond this are a fault of the file, not a highlight. */
const MOST_OUTPUT = 16;

type Header = { size?: number; min?: readonly number[]; max?: readonly number[] };

/**
 * Reads the text of a .cube file (Adobe's format, with Resolve's LUT_3D_INPUT_RANGE). Throws RangeError with what is wrong, and
 * its line, as a part of a sentence.
 */
export function parseCube(text: string): ColorCube {
  const header: Header = {};
  const values: number[] = [];
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (/^[A-Z]/i.test(line) && !/^(?:nan|inf)/i.test(line)) readKeyword(line, at + 1, header);
    else {
      if (header.size === undefined) throw new RangeError(`line ${at + 1} holds numbers before LUT_3D_SIZE`);
      values.push(...triple(line.split(/\s+/), at + 1, MOST_OUTPUT));
      if (values.length > 3 * header.size ** 3)
        throw new RangeError(`it has more lines of numbers than the ${header.size ** 3} of its LUT_3D_SIZE ${header.size}`);
    }
  }
  const { size, min = DEFAULT_DOMAIN.min, max = DEFAULT_DOMAIN.max } = header;
  if (size === undefined) throw new RangeError('it has no LUT_3D_SIZE');
  if (values.length !== 3 * size ** 3)
    throw new RangeError(`it has ${values.length / 3} lines of numbers, and its LUT_3D_SIZE ${size} asks for ${size ** 3}`);
  if (min.some((value, channel) => value >= max[channel]!))
    throw new RangeError(`its domain ends (${max.join(' ')}) where it begins or before (${min.join(' ')})`);
  return { size, domain: { min, max }, table: Float32Array.from(values) };
}

function readKeyword(line: string, number: number, header: Header): void {
  const [keyword = '', ...words] = line.split(/\s+/);
  switch (keyword.toUpperCase()) {
    case 'TITLE':
      return;
    case 'LUT_3D_SIZE':
      header.size = Number(words[0]);
      if (words.length === 1 && Number.isInteger(header.size) && header.size >= CUBE_SIZE.least && header.size <= CUBE_SIZE.most)
        return;
      throw new RangeError(
        `line ${number} asks for a LUT_3D_SIZE of ${words.join(' ') || 'nothing'}, not of ${CUBE_SIZE.least} to ${CUBE_SIZE.most}`,
      );
    case 'LUT_1D_SIZE':
      throw new RangeError('it is a 1D table, which changes brightness and not colour; export a 3D one');
    case 'DOMAIN_MIN':
      header.min = triple(words, number);
      return;
    case 'DOMAIN_MAX':
      header.max = triple(words, number);
      return;
    case 'LUT_3D_INPUT_RANGE': {
      const [least, most] = triple([...words, '0'], number);
      header.min = [least!, least!, least!];
      header.max = [most!, most!, most!];
      return;
    }
    default:
      throw new RangeError(`line ${number} begins with the unknown word "${keyword.slice(0, 40)}"`);
  }
}

function triple(words: readonly string[], number: number, most = Number.MAX_VALUE): number[] {
  const values = words.map(Number);
  if (values.length === 3 && values.every(value => Math.abs(value) <= most)) return values;
  throw new RangeError(`line ${number} holds "${words.join(' ').slice(0, 60)}", not three numbers`);
}

/**
 * Looks up one colour by tetrahedral interpolation; grays of a cube that keeps grays stay gray. Inputs outside the domain count as
 * its ends. Writes R'G'B' into `out`.
 */
export function lookUp({ size, domain, table }: ColorCube, red: number, green: number, blue: number, out: Float32Array): void {
  const r = positionOf(red, domain.min[0]!, domain.max[0]!, size);
  const g = positionOf(green, domain.min[1]!, domain.max[1]!, size);
  const b = positionOf(blue, domain.min[2]!, domain.max[2]!, size);
  const [left, top, near] = [lowerOf(r, size), lowerOf(g, size), lowerOf(b, size)];
  const [x, y, z] = [r - left, g - top, b - near];
  const [dx, dy, dz] = [3, 3 * size, 3 * size * size];
  // From corner to corner along the axes, the largest share first.
  const first = x >= y ? (x >= z ? dx : dz) : y >= z ? dy : dz;
  const third = x >= y ? (y >= z ? dz : dy) : x >= z ? dz : dx;
  const [most, least] = [Math.max(x, y, z), Math.min(x, y, z)];
  const middle = Math.max(Math.min(x, y), Math.min(Math.max(x, y), z));
  const start = left * dx + top * dy + near * dz;
  const end = start + dx + dy + dz;
  for (let c = 0; c < 3; c++)
    out[c] =
      (1 - most) * table[start + c]! +
      (most - middle) * table[start + first + c]! +
      (middle - least) * table[end - third + c]! +
      least * table[end + c]!;
}

/** Where a value lies between the points of a side, 0 .. size - 1. */
function positionOf(value: number, min: number, max: number, size: number): number {
  return Math.min(1, Math.max(0, (value - min) / (max - min))) * (size - 1);
}

/** The point below a position that has one above it. */
function lowerOf(position: number, size: number): number {
  return Math.min(size - 2, Math.floor(position));
}
