/**
 * Pixel formats by ffmpeg's names. Pictures are decoded only into planar little-endian formats, whose first width * height
 * samples are luma: `gray`, `gray9le`..`gray16le`, `yuv420p`, `yuv422p10le`, `yuvj444p` (8 bit, full range), ...
 */
export interface PixelLayout {
  /** Bits per luma sample. */
  readonly depth: number;
  /** Whether it has chroma. */
  readonly chroma: boolean;
  /** Bytes of the luma plane, unpadded. */
  lumaBytes(width: number, height: number): number;
  /** Bytes of all planes, unpadded. */
  pictureBytes(width: number, height: number): number;
}

/** Horizontal and vertical subsampling of chroma, as powers of two. */
const CHROMA_SHIFTS: Readonly<Record<string, readonly [number, number]>> = {
  '410': [2, 2],
  '411': [2, 0],
  '420': [1, 1],
  '422': [1, 0],
  '440': [0, 1],
  '444': [0, 0],
};

/** Layout of a planar format; undefined for formats that are not decoded into. */
export function pixelLayout(name: string): PixelLayout | undefined {
  const match = /^(?:gray|yuvj?(4[0-4][0-4])p)(?:(9|1[0-6])le)?$/.exec(name);
  if (!match) return undefined;
  const shifts = match[1] === undefined ? undefined : CHROMA_SHIFTS[match[1]];
  if (match[1] !== undefined && !shifts) return undefined;
  const depth = Number(match[2] ?? 8);
  const sampleBytes = depth > 8 ? 2 : 1;
  const lumaBytes = (width: number, height: number) => width * height * sampleBytes;
  const pictureBytes = (width: number, height: number) => {
    if (!shifts) return lumaBytes(width, height);
    const [right, down] = shifts;
    return lumaBytes(width, height) + 2 * lumaBytes(Math.ceil(width / 2 ** right), Math.ceil(height / 2 ** down));
  };
  return { depth, chroma: shifts !== undefined, lumaBytes, pictureBytes };
}

/**
 * The format a source's pixel format is decoded into. `kept`: unchanged. `reordered`: the same luma codes in a planar layout
 * (from packed, semi-planar, big-endian or alpha formats). `converted`: the source has no luma (RGB, palette, XYZ, black/white
 * bits), so it is computed.
 */
export interface DecodeFormat {
  readonly name: string;
  readonly how: 'kept' | 'reordered' | 'converted';
}

/** Packed and semi-planar formats, and the planar formats with the same samples. */
const SAME_SAMPLES: readonly (readonly [RegExp, string])[] = [
  [/^(nv12|nv21)$/, 'yuv420p'],
  [/^(nv16|yuyv422|uyvy422|yvyu422)$/, 'yuv422p'],
  [/^nv20[lb]e$/, 'yuv422p10le'],
  [/^(nv24|nv42)$/, 'yuv444p'],
  [/^uyyvyy411$/, 'yuv411p'],
  [/^p010[lb]e$/, 'yuv420p10le'],
  [/^p012[lb]e$/, 'yuv420p12le'],
  [/^p016[lb]e$/, 'yuv420p16le'],
  [/^(p210|y210)[lb]e$/, 'yuv422p10le'],
  [/^(p212|y212)[lb]e$/, 'yuv422p12le'],
  [/^(p410|xv30)[lb]e$/, 'yuv444p10le'],
  [/^(p412|xv36)[lb]e$/, 'yuv444p12le'],
  [/^ayuv64[lb]e$/, 'yuv444p16le'],
  [/^ya8$/, 'gray'],
  [/^ya16[lb]e$/, 'gray16le'],
];

/** The format to decode a pixel format into; undefined if unsupported. */
export function decodeFormat(source: string): DecodeFormat | undefined {
  if (pixelLayout(source)) return { name: source, how: 'kept' };
  const bare = source.replace(/^yuva/, 'yuv').replace(/be$/, 'le');
  if (pixelLayout(bare)) return { name: bare, how: 'reordered' };
  const same = SAME_SAMPLES.find(([pattern]) => pattern.test(source));
  if (same) return { name: same[1], how: 'reordered' };
  if (/^mono[wb]$/.test(source)) return { name: 'gray', how: 'converted' };
  if (!/rgb|bgr|gbr|^pal8$|^bayer_|^xyz12|^0|^x2/.test(source)) return undefined;
  const bits = Number(/(?:gbra?p|x2rgb|x2bgr)(9|1\d|f32)/.exec(source)?.[1]?.replace('f32', '16') ?? 0);
  if (bits === 9 || bits === 10) return { name: 'yuv444p10le', how: 'converted' };
  // Depths above 12 bits become 12: only FFV1 holds more, and the matrix conversion changes all code values anyway.
  const deep = bits > 10 || /48|64|xyz12|^bayer_\w+16/.test(source);
  return { name: deep ? 'yuv444p12le' : 'yuv444p', how: 'converted' };
}

/** Bits per sample of a pixel format with alpha: 8, 10, 12 or 16. Planar ones state it; `rgba64le` and `ya16be` count 16. */
export function codedDepth(source: string): number {
  const stated = Number(/^(?:yuva4\d\dp|gbrap)(\d+)/.exec(source)?.[1] ?? (/64|16/.test(source) ? 16 : 8));
  return [8, 10, 12, 16].find(depth => depth >= stated) ?? 16;
}

/** Whether a pixel format has alpha. A palette may have it for single colours only. */
export const holdsOpacity = (source: string): boolean => /^(yuva|ya\d|rgba|bgra|argb|abgr|gbrap|ayuv|vuya)/.test(source);
