import { z } from 'zod';

/** The colour of a hint: #rrggbb, sRGB. */
export const colorWord = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as #aa8866');

const share = z.number().min(0).max(1);
const placeSchema = z.tuple([share, share]);
/** Points of a stroke: a person's hand at sixty a second, for some ten seconds. */
const MOST_POINTS = 600;

/** What of a hint can be changed afterwards. */
const hintFields = {
  x: share,
  y: share,
  color: colorWord,
  radius: z.number().positive().max(0.5),
  /** What the thing is called. */
  name: z.string().min(1).max(60).optional(),
  /** A stroke through these places (shares of the picture), of the hint's radius, which begins at (x, y). */
  path: z.array(placeSchema).max(MOST_POINTS).optional(),
  /** The colour fills the thing under the hint up to its edges: how far luma may differ within it, 0 (not at all) .. 1 (everything). */
  fill: z.number().min(0).max(1).optional(),
};

/**
 * A dot of known colour. `x`, `y`: its centre, shares of the picture's width and height, 0..1; `radius`: share of the shorter side.
 * Only the colour's chroma counts; the luma stays the film's. `id`: given by the project, which knows it by that from then on.
 */
export const hintSchema = z.strictObject({ id: z.string().min(1).max(40).optional(), ...hintFields });
export type Hint = z.output<typeof hintSchema>;

/** Each field that is there takes the place of the one before; null takes it away. */
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

/** Every place of a hint, brought elsewhere. */
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

/** A hint whose beginning is brought to a place, and its stroke with it. */
export function hintAt(hint: Hint, to: { readonly x: number; readonly y: number }): Hint {
  const by = { x: to.x - hint.x, y: to.y - hint.y };
  return { ...mapPlaces(hint, ({ x, y }) => ({ x: within(x + by.x), y: within(y + by.y) })), x: to.x, y: to.y };
}

const within = (value: number) => Math.max(0, Math.min(1, value));

/** A place of a palette's colour: in a frame, in shares of the picture. */
export const palettePlaceSchema = z.strictObject({ index: z.int().min(0), x: share, y: share });
export type PalettePlace = z.output<typeof palettePlaceSchema>;
export const paletteName = z.string().min(1).max(100);
export const MOST_PLACES = 1000;

/** A colour with a name, and the places that have it, in whichever shots they lie. */
export const paletteEntrySchema = z.strictObject({
  name: paletteName,
  color: colorWord,
  places: z.array(palettePlaceSchema).max(MOST_PLACES),
});
export type PaletteEntry = z.output<typeof paletteEntrySchema>;

/** Radius of a palette's dot, as a share of the shorter side: the width of a face in a long shot. */
const PALETTE_RADIUS = 0.03;

/** The hints that a palette gives to one frame. */
export function paletteHints(palette: readonly PaletteEntry[] | undefined, index: number): Hint[] {
  return (palette ?? []).flatMap(({ name, color, places }) =>
    places.filter(place => place.index === index).map(({ x, y }) => ({ x, y, color, radius: PALETTE_RADIUS, name })),
  );
}
