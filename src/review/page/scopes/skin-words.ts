import type { SkinMeasure } from '../../../kernels/measures/hue-scope.ts';

/** Degrees off its line from which skin is warned of. */
const WARNED = 10;

/** A frame, and where what may be skin lies in it. */
export interface FrameSkin {
  readonly frame: number;
  readonly skin: SkinMeasure | undefined;
}

export interface SkinWords {
  readonly kind: 'warning' | 'fine' | 'none';
  readonly text: string;
  /** The frames that are warned of. */
  readonly frames: readonly number[];
}

/** What is to be said of skin in some frames. It says what was measured: colours, not what they belong to. */
export function skinInWords(frames: readonly FrameSkin[]): SkinWords {
  const found = frames.flatMap(({ frame, skin }) => (skin ? [{ frame, skin }] : []));
  if (found.length === 0) return { kind: 'none', text: 'No colour near the skin line to speak of.', frames: [] };
  const off = found.filter(({ skin }) => Math.abs(skin.off) > WARNED);
  const farthest = (off.length > 0 ? off : found).reduce((one, other) =>
    Math.abs(other.skin.off) > Math.abs(one.skin.off) ? other : one,
  );
  const degrees = `${Math.abs(Math.round(farthest.skin.off))}°`;
  if (off.length === 0)
    return { kind: 'fine', text: `Colours that may be skin lie within ${degrees} of the skin line.`, frames: [] };
  const toward = farthest.skin.off > 0 ? 'yellow' : 'red';
  return {
    kind: 'warning',
    text: `Colours that may be skin lie up to ${degrees} off the skin line, toward ${toward} (more than ${WARNED}° is warned of). Wood, sand and brick look alike: see what it is.`,
    frames: off.map(({ frame }) => frame),
  };
}
