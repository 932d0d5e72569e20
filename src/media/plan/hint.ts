import { z } from 'zod';

/** The colour of a hint: #rrggbb, sRGB. */
export const colorWord = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as #aa8866');

const share = z.number().min(0).max(1);
const placeSchema = z.tuple([share, share]);
/** Maximum points of a stroke: ten seconds at sixty points per second. */
const MAX_POINTS = 600;

/** Maximum vertices of a polygon, and corrections of a region. */
const MAX_VERTICES = 200;
export const MAX_CORRECTIONS = 40;

const radius = z.number().positive().max(0.5);
const placesSchema = z.array(placeSchema);

/** A stroke that adds its cells to a region or subtracts them. `radius`: share of the shorter side. */
export const correctionSchema = z.strictObject({
  kind: z.enum(['add', 'subtract']),
  radius,
  path: placesSchema.min(1).max(MAX_POINTS),
});
export type Correction = z.output<typeof correctionSchema>;

/** Fields of a hint that can be edited. */
const hintFields = {
  x: share,
  y: share,
  color: colorWord,
  radius,
  /** Name of the object. */
  name: z.string().min(1).max(60).optional(),
  /** A stroke through these positions (shares of the picture), with the hint's radius. It starts at (x, y). */
  path: placesSchema.max(MAX_POINTS).optional(),
  /** Fills the object under the hint up to its edges. Tolerance for luma: 0 (none) .. 1 (everything). */
  fill: z.number().min(0).max(1).optional(),
  /** Vertices of a polygon, closed: its inside is coloured. The hint's position lies inside. */
  polygon: placesSchema.min(3).max(MAX_VERTICES).optional(),
  /** Corrections of what a fill or a polygon covers, applied in order. */
  corrections: z.array(correctionSchema).max(MAX_CORRECTIONS).optional(),
};

/**
 * A dot of known colour. `x`, `y`: centre, as shares of the picture's width and height, 0..1; `radius`: share of the shorter
 * side. Only the chroma of the colour is used; luma stays the film's. `id`: assigned by the project, which identifies the hint by
 * it.
 */
export const hintSchema = z.strictObject({ id: z.string().min(1).max(40).optional(), ...hintFields });
export type Hint = z.output<typeof hintSchema>;

/** Whether a hint colours an area, a fill or a polygon, instead of what lies under a dot or a stroke. */
export function isRegion({ fill, polygon }: Pick<Hint, 'fill' | 'polygon'>): boolean {
  return fill !== undefined || polygon !== undefined;
}

/**
 * Each field given replaces the previous value; null removes it. A new position moves all that belongs to the hint, unless given
 * too.
 */
export const hintChangeSchema = z.strictObject({
  x: hintFields.x.optional(),
  y: hintFields.y.optional(),
  color: hintFields.color.optional(),
  radius: hintFields.radius.optional(),
  name: hintFields.name.nullable(),
  path: hintFields.path.nullable(),
  fill: hintFields.fill.nullable(),
  polygon: hintFields.polygon.nullable(),
  corrections: hintFields.corrections.nullable(),
});
export type HintChange = z.output<typeof hintChangeSchema>;

interface Position {
  readonly x: number;
  readonly y: number;
}
type Places = readonly (readonly [x: number, y: number])[];

/** What of a hint, or of its change, lies somewhere. */
interface Placed {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly path?: Hint['path'] | null;
  readonly polygon?: Hint['polygon'] | null;
  readonly corrections?: Hint['corrections'] | null;
}

/** Applies a mapping to every position of a hint: its own, and those of its stroke, polygon and corrections. */
export function mapPlaces<Some extends Placed>(hint: Some, move: (place: Position) => Position): Some {
  const { x, y, path, polygon, corrections } = hint;
  const moved = x === undefined || y === undefined ? {} : move({ x, y });
  const all = (places: Places) => places.map(([x, y]) => asPlace(move({ x, y })));
  return {
    ...hint,
    ...moved,
    ...(path && { path: all(path) }),
    ...(polygon && { polygon: all(polygon) }),
    ...(corrections && { corrections: corrections.map(one => ({ ...one, path: all(one.path) })) }),
  };
}

const asPlace = ({ x, y }: Position): [number, number] => [x, y];

/** Moves a hint, with all that belongs to it, to a position. */
export function hintAt(hint: Hint, to: Position): Hint {
  const by = { x: to.x - hint.x, y: to.y - hint.y };
  return { ...mapPlaces(hint, ({ x, y }) => ({ x: within(x + by.x), y: within(y + by.y) })), x: to.x, y: to.y };
}

const within = (value: number) => Math.max(0, Math.min(1, value));

/** A position with a palette's colour: frame index, and shares of the picture; a region with `fill`, as that of a hint. */
export const palettePlaceSchema = z.strictObject({
  index: z.int().min(0),
  x: share,
  y: share,
  fill: hintFields.fill,
});
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
    places
      .filter(place => place.index === index)
      .map(({ index: _, ...place }) => ({ ...place, color, radius: PALETTE_RADIUS, name })),
  );
}
