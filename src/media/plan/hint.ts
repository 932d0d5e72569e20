import { z } from 'zod';

/** The colour of a hint: #rrggbb, sRGB. */
export const colorWord = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as #aa8866');

const share = z.number().min(0).max(1);
const placeSchema = z.tuple([share, share]);
/** Maximum points of a stroke: ten seconds at sixty points per second. */
const MAX_POINTS = 600;

/** Fields of a hint that can be edited. */
const hintFields = {
  x: share,
  y: share,
  color: colorWord,
  radius: z.number().positive().max(0.5),
  /** Name of the object. */
  name: z.string().min(1).max(60).optional(),
  /** A stroke through these positions (shares of the picture), with the hint's radius. It starts at (x, y). */
  path: z.array(placeSchema).max(MAX_POINTS).optional(),
  /** Fills the object under the hint up to its edges. Tolerance for luma: 0 (none) .. 1 (everything). */
  fill: z.number().min(0).max(1).optional(),
};

/**
 * A dot of known colour. `x`, `y`: centre, as shares of the picture's width and height, 0..1; `radius`: share of the shorter
 * side. Only the chroma of the colour is used; luma stays the film's. `id`: assigned by the project, which identifies the hint by
 * it.
 */
export const hintSchema = z.strictObject({ id: z.string().min(1).max(40).optional(), ...hintFields });
export type Hint = z.output<typeof hintSchema>;

/** Each field given replaces the previous value; null removes it. */
export const hintChangeSchema = z.strictObject({
  x: hintFields.x.optional(),
  y: hintFields.y.optional(),
  color: hintFields.color.optional(),
  radius: hintFields.radius.optional(),
  name: hintFields.name.nullable(),
  path: hintFields.path.nullable(),
  fill: hintFields.fill.nullable(),
});
export type HintChange = z.output<typeof hintChangeSchema>;

/** Applies a mapping to every position of a hint, those of its stroke included. */
export function mapPlaces<
  Some extends { readonly x?: number | undefined; readonly y?: number | undefined; readonly path?: Hint['path'] | null },
>(hint: Some, move: (place: { x: number; y: number }) => { x: number; y: number }): Some {
  const { x, y, path } = hint;
  const moved = x === undefined || y === undefined ? {} : move({ x, y });
  const points = path?.map(([x, y]) => {
    const to = move({ x, y });
    return [to.x, to.y] as [number, number];
  });
  return { ...hint, ...moved, ...(points && { path: points }) };
}

/** Moves a hint, including its stroke, so that it starts at a position. */
export function hintAt(hint: Hint, to: { readonly x: number; readonly y: number }): Hint {
  const by = { x: to.x - hint.x, y: to.y - hint.y };
  return { ...mapPlaces(hint, ({ x, y }) => ({ x: within(x + by.x), y: within(y + by.y) })), x: to.x, y: to.y };
}

const within = (value: number) => Math.max(0, Math.min(1, value));

/** A position with a palette's colour: frame index, and shares of the picture. */
export const palettePlaceSchema = z.strictObject({ index: z.int().min(0), x: share, y: share });
export type PalettePlace = z.output<typeof palettePlaceSchema>;
export const paletteName = z.string().min(1).max(100);
export const MAX_PLACES = 1000;

/** A named colour, and the positions that have it, in any shot. */
export const paletteEntrySchema = z.strictObject({
  name: paletteName,
  color: colorWord,
  places: z.array(palettePlaceSchema).max(MAX_PLACES),
});
export type PaletteEntry = z.output<typeof paletteEntrySchema>;

/** Radius of a palette dot, as a share of the shorter side: the width of a face in a long shot. */
const PALETTE_RADIUS = 0.03;

/** A palette's hints for one frame. */
export function paletteHints(palette: readonly PaletteEntry[] | undefined, index: number): Hint[] {
  return (palette ?? []).flatMap(({ name, color, places }) =>
    places.filter(place => place.index === index).map(({ x, y }) => ({ x, y, color, radius: PALETTE_RADIUS, name })),
  );
}
