import type { SideOutput } from '../../adapters/ffmpeg/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';

/** Detects whether a film is in colour already, during a decoding that runs anyway. */
export interface ColorWatch {
  /** The extra output it needs from that decoding. */
  readonly looks: SideOutput;
  /** Whether the pictures decoded so far are in colour. */
  colored(): boolean;
}

/**
 * Samples pairs of pictures across a film. Undefined for a film without chroma.
 * Chroma counts as colour if it varies among samples of similar luma (a tint does not), persists for some frames (tape noise does
 * not), and covers half of the picture (captions and channel logos are at the edges).
 */
export function detectColor(film: Film): ColorWatch | undefined {
  if (!film.storesChroma) return undefined;
  const apart = Math.min(FARTHEST_APART, (film.statedSeconds ?? Number.POSITIVE_INFINITY) / MIN_LOOKS).toFixed(3);
  const later = Math.max(1, Math.min(LATER, Math.floor((film.statedFrames ?? Number.POSITIVE_INFINITY) / (2 * MIN_LOOKS))));
  // Two pictures per sample. Registers: 0, whether the second is wanted; 1 and 2, frame and time of the first.
  const second = `if(gte(n\\,ld(1)+${later})\\,st(0\\,0)+1\\,0)`;
  const first = `if(isnan(prev_selected_t)+gte(t-ld(2)\\,${apart})\\,st(0\\,1)+0*st(1\\,n)+0*st(2\\,t)\\,0)`;
  const met = { looks: 0, colored: 0, first: undefined as Uint8Array | undefined };
  const looks = {
    filter: `select=if(ld(0)\\,${second}\\,${first}),scale=${WIDTH}:${HEIGHT}:flags=area,format=yuv444p`,
    pixelFormat: 'yuv444p',
    pictureBytes: 3 * WIDTH * HEIGHT,
    take: (picture: Uint8Array) => {
      const { first } = met;
      met.first = first ? undefined : picture;
      if (!first) return;
      met.looks++;
      if (holdColor(first, picture)) met.colored++;
    },
  };
  return { looks, colored: () => met.colored >= Math.max(ENOUGH, ENOUGH_SHARE * met.looks) };
}

/** Maximum seconds between samples, and the minimum number of samples for short films. */
const FARTHEST_APART = 10;
const MIN_LOOKS = 10;
/** Frames between the two pictures of a sample. A codec may repeat noise for a few frames; objects hardly move in that time. */
const LATER = 5;
/** Number and share of samples that must show colour. A film with one tinted or damaged picture is still gray. */
const ENOUGH = 2;
const ENOUGH_SHARE = 0.2;

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
export const LOOK = { width: WIDTH, height: HEIGHT } as const;

/**
 * Whether a still is in colour already. `rgb`: the whole picture as 8-bit sRGB, interleaved, at the size of `LOOK`. A tint does
 * not count.
 */
export function isPictureColored(rgb: Uint8Array): boolean {
  const { cb, cr } = rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });
  const luma = rgbToLuma(rgb, LOOK, { matrix: 'bt709', depth: 8, step: 3 });
  const codes = (plane: Float32Array) => Array.from(plane, value => Math.round(128 + 255 * value));
  const picture = Uint8ClampedArray.from([...luma.data, ...codes(cb.data), ...codes(cr.data)]);
  return holdColor(picture, picture);
}

type Picture = Uint8Array | Uint8ClampedArray;

/** Whether two pictures of one scene (4:4:4 planes at the size of `LOOK`) have the same colour over half of their area. */
function holdColor(one: Picture, other: Picture): boolean {
  const [a, b] = [chromaApart(one), chromaApart(other)];
  const parts = new Float64Array(PARTS.across * PARTS.down);
  for (let i = 0; i < CELLS; i++) {
    const part = Math.floor((Math.floor(i / WIDTH) * PARTS.down) / HEIGHT) * PARTS.across;
    parts[part + Math.floor(((i % WIDTH) * PARTS.across) / WIDTH)]! += a[i]! * b[i]! + a[CELLS + i]! * b[CELLS + i]!;
  }
  const spread = (product: number, cells: number) => Math.sqrt(Math.max(0, product) / cells);
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const colored = parts.filter(part => spread(part, CELLS / parts.length) > PART_SPREAD).length;
  return spread(whole, CELLS) > COLOR_SPREAD && colored >= COLORED_PARTS;
}

const CELLS = WIDTH * HEIGHT;

/** Chroma of each sample minus the median of those with similar luma, which captions do not affect: all Cb, then all Cr. */
function chromaApart(samples: Picture): Float32Array {
  const order = Array.from({ length: CELLS }, (_, i) => i).sort((i, j) => samples[i]! - samples[j]! || i - j);
  const apart = new Float32Array(2 * CELLS);
  for (let group = 0; group < LUMA_GROUPS; group++) {
    const members = order.slice((group * CELLS) / LUMA_GROUPS, ((group + 1) * CELLS) / LUMA_GROUPS);
    for (const plane of [0, CELLS]) {
      const values = members.map(i => samples[CELLS + plane + i]!).sort((x, y) => x - y);
      const median = values[values.length >> 1]!;
      for (const i of members) apart[plane + i] = samples[CELLS + plane + i]! - median;
    }
  }
  return apart;
}
