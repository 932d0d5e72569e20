import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';

/** Detects whether a film is in colour already, during a decoding that runs anyway. */
export interface ColorDetector {
  /** The extra output it needs from that decoding. */
  readonly job: SideOutput;
  /** Whether the pictures decoded so far are in colour. */
  colored(): boolean;
}

/**
 * Samples pairs of pictures across a film. Undefined for a film without chroma.
 * Chroma counts as colour if it varies among samples of similar luma (a tint does not), persists for some frames (tape noise does
 * not), and covers half of the picture (captions and channel logos are at the edges).
 */
export function detectColor(film: Film): ColorDetector | undefined {
  if (!film.storesChroma) return undefined;
  const deviation = Math.min(SAMPLE_INTERVAL, (film.statedSeconds ?? Number.POSITIVE_INFINITY) / MIN_SAMPLES).toFixed(3);
  const distance = Math.max(
    1,
    Math.min(PAIR_DISTANCE, Math.floor((film.statedFrames ?? Number.POSITIVE_INFINITY) / (2 * MIN_SAMPLES))),
  );
  // Two pictures per sample. Registers: 0, whether the second is wanted; 1 and 2, frame and time of the first.
  const second = `if(gte(n\\,ld(1)+${distance})\\,st(0\\,0)+1\\,0)`;
  const first = `if(isnan(prev_selected_t)+gte(t-ld(2)\\,${deviation})\\,st(0\\,1)+0*st(1\\,n)+0*st(2\\,t)\\,0)`;
  const counts = { job: 0, colored: 0, first: undefined as Uint8Array | undefined };
  const job = {
    filter: `select=if(ld(0)\\,${second}\\,${first}),scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv444p`,
    pixelFormat: 'yuv444p',
    pictureBytes: 3 * WIDTH * HEIGHT,
    take: (picture: Uint8Array) => {
      const { first } = counts;
      counts.first = first ? undefined : picture;
      if (!first) return;
      counts.job++;
      if (shareColor(first, picture)) counts.colored++;
    },
  };
  return { job, colored: () => counts.colored >= Math.max(MIN_COLORED, MIN_COLORED_SHARE * counts.job) };
}

/** Maximum seconds between samples, and the minimum number of samples for short films. */
const SAMPLE_INTERVAL = 10;
const MIN_SAMPLES = 10;
/** Frames between the two pictures of a sample. A codec may repeat noise for a few frames; objects hardly move in that time. */
const PAIR_DISTANCE = 5;
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
  return shareColor(picture, picture);
}

type Picture = Uint8Array | Uint8ClampedArray;

/** Whether two pictures of one scene (4:4:4 planes at the size of `SAMPLE_SIZE`) have the same colour over half of their area. */
function shareColor(one: Picture, other: Picture): boolean {
  const [a, b] = [chromaDeviation(one), chromaDeviation(other)];
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

/** Chroma of each sample minus the median of those with similar luma, which captions do not affect: all Cb, then all Cr. */
function chromaDeviation(samples: Picture): Float32Array {
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
