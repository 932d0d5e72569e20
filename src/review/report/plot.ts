/** One line of a plot: a value for each point, undefined where there is none. */
export interface PlotLine {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | undefined)[];
}

export interface PlotOptions {
  readonly title: string;
  /** What the values are counted in. */
  readonly unit: string;
  readonly framesPerPoint: number;
  /** Number of the first frame, and the frames at which shots begin. */
  readonly firstFrame: number;
  readonly cuts: readonly number[];
}

/** In the drawing's own units; it is scaled to the page's width. */
const SIZE = { width: 900, height: 180 } as const;
const MARGIN = { left: 48, right: 8, top: 8, bottom: 22 } as const;
const INNER = { width: SIZE.width - MARGIN.left - MARGIN.right, height: SIZE.height - MARGIN.top - MARGIN.bottom } as const;
/** More cuts than this would be a gray surface. */
const MAX_CUTS = 120;

/** A plot over the frames of a film as inline SVG. Empty where no line has a value. */
export function plot(lines: readonly PlotLine[], options: PlotOptions): string {
  const drawn = lines.filter(({ values }) => values.some(value => value !== undefined));
  if (drawn.length === 0) return '';
  const { title, unit, framesPerPoint, firstFrame, cuts } = options;
  const points = Math.max(...drawn.map(({ values }) => values.length));
  const { low, high } = rangeOf(drawn);
  const x = (point: number) => MARGIN.left + (INNER.width * point) / Math.max(1, points - 1);
  const y = (value: number) => MARGIN.top + INNER.height * (1 - (value - low) / (high - low));
  const atCut = (frame: number) => x((frame - firstFrame) / framesPerPoint).toFixed(1);
  const foot = SIZE.height - MARGIN.bottom;
  const marks = cuts
    .slice(0, MAX_CUTS)
    .map(frame => `<line class="cut" x1="${atCut(frame)}" x2="${atCut(frame)}" y1="${MARGIN.top}" y2="${foot}"/>`);
  const levels = [low, (low + high) / 2, high].map(
    value =>
      `<line class="grid" x1="${MARGIN.left}" x2="${SIZE.width - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>` +
      `<text x="${MARGIN.left - 4}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${shortNumber(value)}</text>`,
  );
  const ends = [
    `<text x="${MARGIN.left}" y="${SIZE.height - 6}">frame ${firstFrame}</text>`,
    `<text x="${SIZE.width - MARGIN.right}" y="${SIZE.height - 6}" text-anchor="end">${firstFrame + points * framesPerPoint - 1}</text>`,
  ];
  const paths = drawn.map(({ color, values }) => `<path d="${pathOf(values, x, y)}" stroke="${color}"/>`);
  const legend = drawn.map(({ name, color }) => `<span><i style="background:${color}"></i>${escapeHtml(name)}</span>`);
  return [
    `<figure><figcaption>${escapeHtml(title)}, ${escapeHtml(unit)} ${legend.join(' ')}</figcaption>`,
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...[...marks, ...levels, ...ends, ...paths],
    '</svg></figure>',
  ].join('\n');
}

function rangeOf(lines: readonly PlotLine[]): { low: number; high: number } {
  const values = lines.flatMap(line => line.values.filter(value => value !== undefined));
  const low = Math.min(0, ...values);
  const high = Math.max(...values);
  return high > low ? { low, high } : { low, high: low + 1 };
}

/** Lines break where a value is missing. */
function pathOf(values: readonly (number | undefined)[], x: (point: number) => number, y: (value: number) => number): string {
  let pen = 'M';
  const parts: string[] = [];
  for (const [point, value] of values.entries()) {
    if (value !== undefined) parts.push(`${pen}${x(point).toFixed(1)} ${y(value).toFixed(1)}`);
    pen = value === undefined ? 'M' : 'L';
  }
  return parts.join('');
}

/** A number in at most four digits. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.01) return value.toFixed(5);
  if (size < 10) return value.toFixed(2);
  return value.toFixed(size < 100 ? 1 : 0);
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
