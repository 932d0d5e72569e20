import { turned } from '../../media/film/shown-picture.ts';
import { hintIn } from '../../pipeline/shot/shot-hints.ts';
import type { HintTrack } from '../../stages/keyframes/follow-hints.ts';
import type { HintLanes } from '../contract.ts';

/** Digits of a place: finer than a pixel of the largest film. */
const PLACE_DIGITS = 1e4;

/** Where hints lie, upright. */
export function lanesView(tracks: readonly HintTrack[], start: number, rotation: number): HintLanes {
  const round = (share: number) => Math.round(share * PLACE_DIGITS) / PLACE_DIGITS;
  const lanes = tracks.map(track => ({
    index: track.index,
    ...laneName(track),
    places: Array.from(track.x, (_, place) => {
      const found = hintIn(track, place);
      if (!found) return null;
      const shown = turned(found, rotation);
      return [round(shown.x), round(shown.y)] as const;
    }),
  }));
  return { start, lanes };
}

function laneName({ hint }: HintTrack) {
  return {
    ...(hint.id !== undefined && { id: hint.id }),
    color: hint.color,
    ...(hint.name !== undefined && { name: hint.name }),
  };
}
