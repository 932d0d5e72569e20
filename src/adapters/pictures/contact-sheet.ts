import { openSharp } from './open-sharp.ts';

/** A frame in gray and in colour, 8-bit RGB of one size, and its caption. */
export interface SheetTile {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

export interface SheetOptions {
  readonly columns: number;
  /** Width of each of a tile's two pictures, in pixels; their height follows from `aspect`, width over height. */
  readonly tileWidth: number;
  readonly aspect: number;
  /** Degrees clockwise that turn a picture upright; `aspect` is that of the upright picture. */
  readonly rotation: number;
}

/** Pixels between tiles, and height of the caption below a tile. */
const GAP = 12;
const TEXT = 22;
const PAPER = { r: 24, g: 24, b: 27 };

/** Arrange tiles on a sheet, before and after side by side, row by row. 8-bit RGB. */
export async function contactSheet(
  tiles: readonly SheetTile[],
  options: SheetOptions,
): Promise<{ rgb: Uint8Array; width: number; height: number }> {
  const columns = Math.min(options.columns, tiles.length);
  const across = options.tileWidth;
  const down = Math.round(across / options.aspect);
  const step = { x: 2 * across + GAP, y: down + TEXT + GAP };
  const width = columns * step.x + GAP;
  const height = Math.ceil(tiles.length / columns) * step.y + GAP;
  const sharp = await openSharp();
  const pieces = tiles.map(async (tile, place) => {
    const left = GAP + (place % columns) * step.x;
    const top = GAP + Math.floor(place / columns) * step.y;
    const shown = (rgb: Uint8Array) =>
      sharp(rgb, { raw: { width: tile.width, height: tile.height, channels: 3 } })
        .rotate(options.rotation)
        .resize(across, down, { fit: 'fill' })
        .png({ compressionLevel: 1 })
        .toBuffer();
    const text = `<svg width="${2 * across}" height="${TEXT}"><text x="0" y="16" font-family="sans-serif" font-size="14" fill="#d4d4d8">${tile.label}</text></svg>`;
    return [
      { input: await shown(tile.before), left, top },
      { input: await shown(tile.after), left: left + across, top },
      { input: Buffer.from(text), left, top: top + down + 2 },
    ];
  });
  const paper = sharp({ create: { width, height, channels: 3, background: PAPER } });
  const rgb = await paper
    .composite((await Promise.all(pieces)).flat())
    .removeAlpha()
    .raw()
    .toBuffer();
  return { rgb, width, height };
}
