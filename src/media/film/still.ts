import type { IntegerSamples, Plane } from '../fields/plane.ts';

/** The containers of still pictures that we read and write. */
export type StillKind = 'jpeg' | 'png' | 'webp' | 'tiff';

/**
 * A still picture: a film of one frame that no time belongs to. Upright, as a viewer shows it. `luma`: Y' (BT.709) of its gamma-coded
 * sRGB, full range, rounded to its own depth; for a gray picture these are its samples. `alpha`: opacity as code values of that depth.
 */
export interface Still {
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly luma: Plane<IntegerSamples>;
  readonly alpha: IntegerSamples | undefined;
}

/** What each container holds: its usual endings (the first is the one we give), bits per sample, opacity, pixels of its longest side. */
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

/** The container that a file's ending asks for (`ending` with its dot, any case); undefined where it is none of ours. */
export function stillKindOf(ending: string): StillKind | undefined {
  const kinds = Object.keys(STILL_KINDS) as StillKind[];
  return kinds.find(kind => STILL_KINDS[kind].endings.includes(ending.toLowerCase()));
}

/** The same picture at 8 bit: 65535 becomes 255, what lies between is rounded. */
export function narrowed(still: Still): Still {
  if (still.depth === 8) return still;
  const narrow = (samples: IntegerSamples) => Uint8Array.from(samples, sample => Math.round(sample / 257));
  const luma = { ...still.luma, data: narrow(still.luma.data) };
  return { ...still, depth: 8, luma, alpha: still.alpha && narrow(still.alpha) };
}
