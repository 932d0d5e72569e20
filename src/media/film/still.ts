import type { IntegerSamples, Plane } from '../fields/plane.ts';

/** File formats of stills that can be read and written. */
export type StillKind = 'jpeg' | 'png' | 'webp' | 'tiff';

/** File formats of stills that can be read, and whose results are written in another one. */
export type ForeignKind = 'gif' | 'bmp' | 'jp2' | 'pnm' | 'avif' | 'heic';

/** A format that a still can come in. */
export type SourceKind = StillKind | ForeignKind;

/**
 * A still picture, upright. `luma`: Y' (BT.709) of its gamma-coded sRGB, full range, rounded to its own depth; for a gray picture
 * its samples. `alpha`: opacity in code values of that depth.
 */
export interface Still {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly luma: Plane<IntegerSamples>;
  readonly alpha: IntegerSamples | undefined;
}

/** Capabilities of each format: file extensions (the first is the default), bits per sample, alpha, maximum side in pixels. */
export const STILL_KINDS: Readonly<
  Record<
    StillKind,
    {
      readonly endings: readonly string[];
      readonly depth: 8 | 16;
      readonly alpha: 'kept' | 'none';
      readonly longest: number;
      readonly name: string;
    }
  >
> = {
  jpeg: { endings: ['.jpg', '.jpeg', '.jpe', '.jfif'], depth: 8, alpha: 'none', longest: 65_500, name: 'JPEG' },
  png: { endings: ['.png'], depth: 16, alpha: 'kept', longest: 2 ** 31 - 1, name: 'PNG' },
  webp: { endings: ['.webp'], depth: 8, alpha: 'kept', longest: 16_383, name: 'WebP' },
  tiff: { endings: ['.tif', '.tiff'], depth: 16, alpha: 'kept', longest: 2 ** 31 - 1, name: 'TIFF' },
};

/** File extensions of the formats that are read alone, and their names. */
export const FOREIGN_KINDS: Readonly<Record<ForeignKind, { readonly endings: readonly string[]; readonly name: string }>> = {
  gif: { endings: ['.gif'], name: 'GIF' },
  bmp: { endings: ['.bmp', '.dib'], name: 'BMP' },
  jp2: { endings: ['.jp2', '.j2k', '.j2c', '.jpf', '.jpx'], name: 'JPEG 2000' },
  pnm: { endings: ['.pgm', '.ppm', '.pbm', '.pnm'], name: 'PGM/PPM' },
  avif: { endings: ['.avif'], name: 'AVIF' },
  heic: { endings: ['.heic', '.heif', '.hif'], name: 'HEIC' },
};

/** Every format that a still can come in, in words. */
export const SOURCE_NAMES = 'JPEG, PNG, WebP, TIFF, GIF, BMP, JPEG 2000, PGM/PPM, AVIF or HEIC';

/** Whether results are written in this format, too. */
export const isStillKind = (kind: SourceKind): kind is StillKind => kind in STILL_KINDS;

/** Whether a file extension is that of a still that can be read. */
export function namesStill(ending: string): boolean {
  const lower = ending.toLowerCase();
  return stillKindOf(lower) !== undefined || Object.values(FOREIGN_KINDS).some(({ endings }) => endings.includes(lower));
}

/** Format for a file extension (`ending` with its dot, any case); undefined for others. */
export function stillKindOf(ending: string): StillKind | undefined {
  const kinds = Object.keys(STILL_KINDS) as StillKind[];
  return kinds.find(kind => STILL_KINDS[kind].endings.includes(ending.toLowerCase()));
}

/** The same picture at 8 bit: 65535 becomes 255, values in between are rounded. */
export function narrowed(still: Still): Still {
  if (still.depth === 8) return still;
  const narrow = (samples: IntegerSamples) => Uint8Array.from(samples, sample => Math.round(sample / 257));
  const luma = { ...still.luma, data: narrow(still.luma.data) };
  return { ...still, depth: 8, luma, alpha: still.alpha && narrow(still.alpha) };
}
