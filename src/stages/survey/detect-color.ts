import type { BesideJob } from '../../adapters/ffmpeg/raw-video.ts';
import { rgbToChroma, rgbToLuma } from '../../kernels/color/color.ts';
import type { Film } from '../../media/film/film.ts';

/** Looks for colour while a film is decoded for something else. */
export interface ColorWatch {
  /** The pictures that it wants of the decoding. */
  readonly looks: BesideJob;
  /** Did what has been decoded so far hold colour already? */
  colored(): boolean;
}

/**
 * A watch over pictures spread over a film. What counts as colour is chroma that differs among samples of like luma (a tint gives every
 * one the same), that is there some frames later, too (the noise of a tape is fresh in each frame), and that fills half of the picture (captions
 * and a channel's emblem stand at its edges). undefined for a film that stores no chroma.
 */
export function detectColor(film: Film): ColorWatch | undefined {
  if (!film.storesChroma) return undefined;
  const apart = Math.min(FARTHEST_APART, (film.statedSeconds ?? Number.POSITIVE_INFINITY) / MIN_LOOKS).toFixed(3);
  const later = Math.max(1, Math.min(LATER, Math.floor((film.statedFrames ?? Number.POSITIVE_INFINITY) / (2 * MIN_LOOKS))));
  // Two pictures for each look. Registers: 0, is the second one wanted; 1 and 2, frame and time of the first.
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

/** Seconds between two looks at most; a short film gets at least so many looks. */
const FARTHEST_APART = 10;
const MIN_LOOKS = 10;
/** Frames between the two pictures of a look: a coder may carry noise over for a few, and what moves is still nearly in its place. */
const LATER = 5;
/** How many looks must show colour, and which share of them: a film with a tinted or damaged picture is still gray. */
const ENOUGH = 2;
const ENOUGH_SHARE = 0.2;

/**
 * 8-bit code values. In the whole picture a strong sepia stays near 1.6 (its curve bends), a film in muted colour begins at about 2.5; that much,
 * or nearly, is found in half of the parts. Captions and an emblem reach five of the twelve.
 */
const COLOR_SPREAD = 2.2;
const PART_SPREAD = 1.8;
const PARTS = { across: 4, down: 3 } as const;
const COLORED_PARTS = 6;
/** Samples are held against those of like luma in so many groups of the same size. */
const LUMA_GROUPS = 12;

/** Size of the small picture: area averages take the noise of film grain and of chroma coding away. */
const WIDTH = 64;
const HEIGHT = 36;

/** The size at which a picture is looked at. */
export const LOOK = { width: WIDTH, height: HEIGHT } as const;

/** Does a still hold colour already? `rgb`: the whole picture as 8-bit sRGB, interleaved, at the size of `LOOK`. A tint is no colour. */
export function isPictureColored(rgb: Uint8Array): boolean {
  const { cb, cr } = rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });
  const luma = rgbToLuma(rgb, LOOK, { matrix: 'bt709', depth: 8, step: 3 });
  const codes = (plane: Float32Array) => Array.from(plane, value => Math.round(128 + 255 * value));
  const picture = Uint8ClampedArray.from([...luma.data, ...codes(cb.data), ...codes(cr.data)]);
  return holdColor(picture, picture);
}

type Picture = Uint8Array | Uint8ClampedArray;

/** Do two pictures of one scene, planes of 4:4:4 at the size of `LOOK`, hold the same colour over half of their area? */
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

/** Each sample's chroma less the median of those of like luma, which a caption does not move: Cb of all, then Cr of all. */
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
