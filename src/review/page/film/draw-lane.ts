import type { LaneColumn, LaneState } from './film-lane.ts';

/** Rows of the lane, in shares of its height: whether a shot is rendered, above what a person said of it. */
const ROWS = { state: { top: 0, height: 0.5 }, verdict: { top: 0.56, height: 0.44 } } as const;
const COLORS: Readonly<Record<LaneState, string>> = {
  rendered: '#8a8a8a',
  stale: '#5c4a2c',
  rendering: '#e6b566',
  none: '#333333',
  approved: '#5f9e6e',
  outdated: '#43604a',
  'needs-work': '#d9694f',
};

export function drawLane(canvas: HTMLCanvasElement, columns: readonly LaneColumn[]): void {
  const pen = canvas.getContext('2d')!;
  const { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  const bordered = columns.filter(({ begins }) => begins).length < width / 4;
  for (const [x, { sought, begins, ...rows }] of columns.entries()) {
    if (bordered && begins) continue;
    pen.globalAlpha = sought ? 1 : 0.25;
    for (const row of ['state', 'verdict'] as const) {
      const { top, height: share } = ROWS[row];
      pen.fillStyle = COLORS[rows[row]];
      pen.fillRect(x, Math.round(top * height), 1, Math.round(share * height));
    }
  }
  pen.globalAlpha = 1;
}
