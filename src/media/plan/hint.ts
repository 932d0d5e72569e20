import { z } from 'zod';

/** The colour of a hint: #rrggbb, sRGB. */
export const colorWord = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as #aa8866');

/**
 * A dot of known colour. `x`, `y`: centre, as shares of the picture's width and height, 0..1; `radius`: share of the shorter
 * side. Only the chroma of the colour is used; luma stays the film's.
 */
export const hintSchema = z.strictObject({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  color: colorWord,
  radius: z.number().positive().max(0.5),
});
export type Hint = z.output<typeof hintSchema>;

/** A named colour, and the positions that have it, in any shot (frame index; shares of the picture). */
export const paletteEntrySchema = z.strictObject({
  name: z.string().min(1).max(100),
  color: colorWord,
  places: z.array(z.strictObject({ index: z.int().min(0), x: z.number().min(0).max(1), y: z.number().min(0).max(1) })).max(1000),
});
export type PaletteEntry = z.output<typeof paletteEntrySchema>;

/** Radius of a palette dot, as a share of the shorter side: the width of a face in a long shot. */
const PALETTE_RADIUS = 0.03;

/** A palette's hints for one frame. */
export function paletteHints(palette: readonly PaletteEntry[] | undefined, index: number): Hint[] {
  return (palette ?? []).flatMap(({ color, places }) =>
    places.filter(place => place.index === index).map(({ x, y }) => ({ x, y, color, radius: PALETTE_RADIUS })),
  );
}
