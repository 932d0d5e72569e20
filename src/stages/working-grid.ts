/**
 * The grid on which flow is searched and colour is carried: the picture divided by a whole factor, so that a cell is an exact box of
 * samples. The time a frame takes therefore hardly grows with the film's size.
 */
export interface WorkingGrid {
  readonly factor: number;
  readonly width: number;
  readonly height: number;
}

/** Most cells of a working grid: 480 x 270, where finer flow no longer pays for chroma that is stored at half size. */
const MOST_CELLS = 480 * 270;

export function workingGrid(width: number, height: number): WorkingGrid {
  const factor = Math.max(1, Math.ceil(Math.sqrt((width * height) / MOST_CELLS)));
  return { factor, width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
}
