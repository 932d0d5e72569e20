import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';

/** Detects whether a film, or a shot of it, is in colour already, during a decoding that runs anyway. */
export interface ColorDetector {
  /** The extra output it needs from that decoding. */
  readonly job: SideOutput;
  /** Whether the pictures decoded so far are in colour. */
  colored(): boolean;
  /** Whether frames start <= index < end are, of which all samples must have arrived. */
  coloredIn(stretch: { readonly start: number; readonly end: number }): boolean;
  /** Whether all samples up to this frame have arrived, if the film has as many frames. */
  holds(index: number): boolean;
}

/**
 * Samples pairs of pictures across a film. Undefined for a film without chroma.
 * Chroma counts as colour if it varies among samples of similar luma (a tint does not), persists for some frames (tape noise does
 * not), and covers half of the picture (captions and channel logos are at the edges).
 */
export function detectColor(film: Film): ColorDetector | undefined {
  if (!film.storesChroma) return undefined;
  const { every, distance } = spacing(film.statedFrames);
  const samples: Sample[] = [];
  const state = { pictures: 0, first: undefined as Float32Array | undefined };
  const job = {
    filter: `select=not(mod(n\\,${every}))+not(mod(n-${distance}\\,${every})),scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv444p`,
    pixelFormat: 'yuv444p',
    pictureBytes: 3 * WIDTH * HEIGHT,
    take: (picture: Uint8Array) => {
      const deviation = chromaDeviation(picture);
      const index = Math.floor(state.pictures / 2) * every;
      if (state.pictures++ % 2 === 0) {
        state.first = deviation;
        samples.push({ first: index, last: index, colored: shareColor(deviation, deviation) });
      } else samples[samples.length - 1] = { first: index, last: index + distance, colored: shareColor(state.first!, deviation) };
    },
  };
  const pairs = () => samples.filter(({ first, last }) => last > first);
  return {
    job,
    colored: () => {
      const colored = pairs().filter(({ colored }) => colored).length;
      return colored >= Math.max(MIN_COLORED, MIN_COLORED_SHARE * pairs().length);
    },
    coloredIn: ({ start, end }) => {
      const inside = samples.filter(({ first, last }) => first >= start && last < end);
      return inside.length > 0 && inside.filter(({ colored }) => colored).length > inside.length / 2;
    },
    holds: index => Math.floor(state.pictures / 2) * every > index,
  };
}

/** Two pictures near each other, or, at the film's end, a single one: their frames, and whether they share their colour. */
interface Sample {
  readonly first: number;
  readonly last: number;
  readonly colored: boolean;
}

/** Frames between samples, and the minimum number of samples for short films. */
const SAMPLE_INTERVAL = 12;
const MIN_SAMPLES = 4;
/** Frames between the two pictures of a sample. A codec may repeat noise for a few frames; objects hardly move in that time. */
const PAIR_DISTANCE = 5;

function spacing(frames = Number.POSITIVE_INFINITY): { every: number; distance: number } {
  const every = Math.max(2, Math.min(SAMPLE_INTERVAL, Math.floor(frames / MIN_SAMPLES)));
  return { every, distance: Math.min(PAIR_DISTANCE, Math.floor(every / 2)) };
}

/** Number and share of samples that must show colour. A film with one tinted or damaged picture is still gray. */
const MIN_COLORED = 2;
const MIN_COLORED_SHARE = 0.2;

/**
 * Spread of chroma in 8-bit code values. A strong sepia stays near 1.6 (its curve bends); muted colour film starts at about 2.5.
 * Required, slightly relaxed, in half of the picture's parts. Captions and a logo reach five of the twelve.
 */
const COLOR_SPREAD = 2.2;
const PART_SPREAD = 1.8;
const PARTS = { across: 4, down: 3 } as const;
const COLORED_PARTS = 6;
/** Samples are compared within this many equally large groups of similar luma. */
const LUMA_GROUPS = 12;

/** Size of the reduced picture. Area averaging removes film grain and chroma coding noise. */
const WIDTH = 64;
const HEIGHT = 36;

/** Size at which pictures are examined. */
export const SAMPLE_SIZE = { width: WIDTH, height: HEIGHT } as const;

/**
 * Whether a still is in colour already. `rgb`: the whole picture as 8-bit sRGB, interleaved, at the size of `SAMPLE_SIZE`. A tint
 * does not count.
 */
export function isPictureColored(rgb: Uint8Array): boolean {
  const { cb, cr } = rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });
  const luma = rgbToLuma(rgb, SAMPLE_SIZE, { matrix: 'bt709', depth: 8, step: 3 });
  const codes = (plane: Float32Array) => Array.from(plane, value => Math.round(128 + 255 * value));
  const picture = Uint8ClampedArray.from([...luma.data, ...codes(cb.data), ...codes(cr.data)]);
  const deviation = chromaDeviation(picture);
  return shareColor(deviation, deviation);
}

type Picture = Uint8Array | Uint8ClampedArray;

/** Whether two pictures of one scene, by their `chromaDeviation`, have the same colour over half of their area. */
function shareColor(a: Float32Array, b: Float32Array): boolean {
  const parts = new Float64Array(PARTS.across * PARTS.down);
  for (let i = 0; i < CELLS; i++) {
    const part = Math.floor((Math.floor(i / WIDTH) * PARTS.down) / HEIGHT) * PARTS.across;
    parts[part + Math.floor(((i % WIDTH) * PARTS.across) / WIDTH)]! += a[i]! * b[i]! + a[CELLS + i]! * b[CELLS + i]!;
  }
  const spread = (product: number, cells: number) => Math.sqrt(Math.max(0, product) / cells);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const colored = parts.filter(part => spread(part, CELLS / parts.length) > PART_SPREAD).length;
  return spread(total, CELLS) > COLOR_SPREAD && colored >= COLORED_PARTS;
}

const CELLS = WIDTH * HEIGHT;
const NEUTRAL = 128;

/**
 * Of 4:4:4 planes at the size of `SAMPLE_SIZE`: chroma of each sample minus the median of those with similar luma, which captions
 * do not affect: all Cb, then all Cr.
 */
function chromaDeviation(samples: Picture): Float32Array {
  if (samples.subarray(CELLS).every(code => code === NEUTRAL)) return new Float32Array(2 * CELLS);
  const order = Array.from({ length: CELLS }, (_, i) => i).sort((i, j) => samples[i]! - samples[j]! || i - j);
  const deviation = new Float32Array(2 * CELLS);
  for (let group = 0; group < LUMA_GROUPS; group++) {
    const members = order.slice((group * CELLS) / LUMA_GROUPS, ((group + 1) * CELLS) / LUMA_GROUPS);
    for (const plane of [0, CELLS]) {
      const values = members.map(i => samples[CELLS + plane + i]!).sort((x, y) => x - y);
      const median = values[values.length >> 1]!;
      for (const i of members) deviation[plane + i] = samples[CELLS + plane + i]! - median;
    }
  }
  return deviation;
}
