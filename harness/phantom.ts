import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writePages } from '../src/adapters/pictures/metadata/tiff-writer.ts';
import type { Plan } from '../src/media/plan/plan.ts';
import { dice, smoothNoise } from './synthetic.ts';
import { decode } from './tiny-film.ts';

/**
 * A made stack of slices whose tissues are known: a body, an organ in it whose outline changes slowly, and a vessel that wanders through
 * both. 12 bits of data in 16, low in their range, with noise and an uneven field, as scanners give them.
 */
export interface Phantom {
  readonly width: number;
  readonly height: number;
  readonly slices: readonly Slice[];
}

export interface Slice {
  /** Code values. */
  readonly data: Uint16Array;
  /** 0 for air, else the tissue of each pixel, from 1. */
  readonly tissue: Uint8Array;
}

/** Mean code value of air and of each tissue, and the usual standard deviation of the noise. */
const MEANS = [300, 900, 1300, 1700] as const;
const NOISE = 70;
/** Black and white of what is shown: from air to above the brightest tissue. `option`: as center and width. */
export const PHANTOM_WINDOW = { low: 0, high: 2600, option: '1300,2600' } as const;
/** What each tissue is painted in, sRGB; air stays gray. */
export const TISSUE_COLORS = [
  [0, 0, 0],
  [190, 110, 100],
  [90, 150, 90],
  [110, 110, 190],
] as const;

/** Make the phantom; the same each time. */
export function makePhantom({ width = 160, height = 128, slices = 60, noise = NOISE } = {}): Phantom {
  const random = dice(7);
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const made = Array.from({ length: slices }, (_, z) => {
    const [data, tissue] = [new Uint16Array(width * height), new Uint8Array(width * height)];
    for (let i = 0; i < data.length; i++) {
      const x = (i % width) / height - width / height / 2;
      const y = Math.floor(i / width) / height - 0.5;
      tissue[i] = tissueAt(x, y, z / slices);
      const field = 1 + 0.1 * (smoothNoise(3 * x + 9, 3 * y + 9, 5) - 0.5);
      const grain = 60 * (smoothNoise(24 * x + 40, 24 * y + 40, 11 + tissue[i]!) - 0.5);
      data[i] = Math.max(0, Math.round(MEANS[tissue[i]!]! * field + (tissue[i] === 0 ? 0 : grain) + noise * gaussian()));
    }
    return { data, tissue };
  });
  return { width, height, slices: made };
}

/** `x`, `y`: from the middle, in heights; `z`: 0..1 through the stack. */
function tissueAt(x: number, y: number, z: number): number {
  const turn = Math.atan2(y, x);
  const body = Math.hypot(x / (0.52 + 0.05 * Math.sin(3 * z)), y / (0.42 + 0.03 * Math.cos(4 * z))) < 1;
  if (!body) return 0;
  const [vx, vy] = [x - 0.3 * Math.cos(1 + 3 * z), y - 0.22 * Math.sin(1 + 3 * z)];
  if (Math.hypot(vx, vy) < 0.08 + 0.02 * Math.sin(5 * z)) return 3;
  const [ox, oy] = [x + 0.12 - 0.1 * z, y - 0.05 + 0.08 * z];
  const reach = 0.2 + 0.03 * Math.sin(3 * turn + 2 * z) + 0.04 * Math.sin(4 * z);
  return Math.hypot(ox, oy) < reach ? 2 : 1;
}

/** Write all slices as the pages of one 16-bit TIFF. */
export async function writeStack({ width, height, slices }: Phantom, path: string): Promise<void> {
  async function* pages(): AsyncGenerator<Buffer> {
    for (const { data } of slices) yield Buffer.from(data.buffer);
  }
  await writePages(path, pages(), { width, height, channels: 1, depth: 16, tags: [] });
}

/** Write each slice as a 16-bit TIFF, `slice_000.tif` and so on. */
export async function writeSlices({ width, height, slices }: Phantom, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [z, { data }] of slices.entries())
    await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .tiff({ compression: 'lzw' })
      .toFile(join(folder, `slice_${String(z).padStart(3, '0')}.tif`));
}

/** Paint every tenth slice by its tissues, as keyframe pictures. */
export async function paintSlices({ width, height, slices }: Phantom, folder: string, every = 10): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let z = 0; z < slices.length; z += every) {
    const { tissue } = slices[z]!;
    const painted = new Uint8Array(3 * tissue.length);
    for (let i = 0; i < tissue.length; i++) painted.set(TISSUE_COLORS[tissue[i]!]!, 3 * i);
    await sharp(painted, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${String(z).padStart(6, '0')}.png`));
  }
}

const RAYS = 72;

/**
 * Outline air and the tissues of a slice, as regions (`Hint`) that a person would draw: each covers what it shares with an earlier one.
 */
function outlineTissues({ width, height, slices }: Phantom, z: number) {
  const { tissue } = slices[z]!;
  const tissueUnder = (x: number, y: number) =>
    x < 0 || x >= width || y < 0 || y >= height ? 0 : tissue[Math.floor(y) * width + Math.floor(x)]!;
  const outline = (isInside: (found: number) => boolean) => {
    const inside = [...tissue.keys()].filter(i => isInside(tissue[i]!));
    const mean = (of: (i: number) => number) => inside.reduce((sum, i) => sum + of(i), 0) / inside.length + 0.5;
    const [x, y] = [mean(i => i % width), mean(i => Math.floor(i / width))];
    const polygon = Array.from({ length: RAYS }, (_, ray) => {
      const [dx, dy] = [Math.cos((2 * Math.PI * ray) / RAYS), Math.sin((2 * Math.PI * ray) / RAYS)];
      const steps = Array.from({ length: 4 * height }, (_, step) => step / 4);
      const edge = (steps.findLast(r => isInside(tissueUnder(x + r * dx, y + r * dy))) ?? 0) + 0.25;
      return [(x + edge * dx) / width, (y + edge * dy) / height] as const;
    });
    return { x: x / width, y: y / height, polygon };
  };
  const color = (number: number) => `#${TISSUE_COLORS[number]!.map(part => part.toString(16).padStart(2, '0')).join('')}`;
  const regions = [
    {
      x: 0.5,
      y: 0.5,
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      color: '#808080',
    },
    { ...outline(found => found > 0), color: color(1) },
    ...[2, 3].map(number => ({ ...outline(found => found === number), color: color(number) })),
  ];
  return regions.map(region => ({ ...region, radius: 0.02 }));
}

/** Replace the keyframes of a plan's one shot by every tenth slice, with its tissues outlined. */
export function withOutlines(plan: Plan, phantom: Phantom, every = 10): object {
  const [shot] = plan.shots;
  const keyframes = [...phantom.slices.keys()].filter(z => z % every === 0);
  const hinted = keyframes.map(index => ({ index, color: { kind: 'model' }, hints: outlineTissues(phantom, index) }));
  return { ...plan, shots: [{ ...shot, keyframes: hinted }] };
}

type Rgb = readonly [red: number, green: number, blue: number];
/** A code value through the window, 0..255. */
const shown = (code: number) => (255 * (code - PHANTOM_WINDOW.low)) / (PHANTOM_WINDOW.high - PHANTOM_WINDOW.low);

/** Cb and Cr (BT.709, -0.5..0.5) of a colour, 0..255. */
function chromaOf([r, g, b]: Rgb): readonly [number, number] {
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return [(b - y) / 1.8556 / 255, (r - y) / 1.5748 / 255];
}

/**
 * Of air and each tissue, the share of pixels whose chroma is nearer to their own paint than to that of another tissue, air included.
 * `rgb`: each slice in colour, 16 bit, interleaved, which is looked at through the phantom's window.
 */
export function tissueShares({ slices }: Phantom, rgb: readonly Uint16Array[]): readonly number[] {
  const paints = TISSUE_COLORS.map(chromaOf);
  const right = [0, 0, 0, 0];
  const all = [0, 0, 0, 0];
  for (const [z, { tissue }] of slices.slice(0, rgb.length).entries())
    for (let i = 0; i < tissue.length; i++) {
      const [cb, cr] = chromaOf(Array.from(rgb[z]!.subarray(3 * i, 3 * i + 3), shown) as unknown as Rgb);
      const far = paints.map(([u, v]) => Math.hypot(cb - u, cr - v));
      all[tissue[i]!]!++;
      if (far.indexOf(Math.min(...far)) === tissue[i]) right[tissue[i]!]!++;
    }
  return all.map((count, tissue) => right[tissue]! / count);
}

/** The pages of a TIFF in colour, 16 bit, interleaved. */
export async function readColorStack(path: string): Promise<Uint16Array[]> {
  const { pages = 1 } = await sharp(path).metadata();
  const read = async (page: number) => {
    const data = await sharp(path, { page }).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  };
  return Promise.all(Array.from({ length: pages }, (_, page) => read(page)));
}

/** A film's frames, 16 bit, interleaved. */
export async function readColorFilm(film: string, { width, height, slices }: Phantom): Promise<Uint16Array[]> {
  const bytes = await decode(film, ['scale=in_color_matrix=bt709'], 'rgb48le');
  const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return slices.map((_, z) => samples.subarray(z * width * height * 3, (z + 1) * width * height * 3));
}
