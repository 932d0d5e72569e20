import type { QualityReport } from '../pipeline/measure/quality-report.ts';
import { colorRows, identityRows, measuredTitle, SHOT_COLUMNS, shotCells } from '../review/report/quality-rows.ts';

/** Shots listed on a terminal; the report has all. */
const MAX_SHOTS = 40;

/** A report as text for a terminal. */
export function qualityTable(report: QualityReport): string {
  const rows = [...identityRows(report), ...colorRows(report)];
  const figures = columns(rows.map(({ name, value, beside }) => [name, value, beside]));
  const shown = report.shots.slice(0, MAX_SHOTS).map(shotCells);
  const used = SHOT_COLUMNS.map((_, column) => column).filter(column => shown.some(cells => cells[column] !== '-'));
  const shots = columns([SHOT_COLUMNS, ...shown].map(cells => used.map(column => cells[column]!)));
  const more = report.shots.length > MAX_SHOTS ? [`... and ${report.shots.length - MAX_SHOTS} more shots`] : [];
  return `${[measuredTitle(report), '', ...figures, '', ...shots, ...more].join('\n')}\n`;
}

/** Rows of cells as lines, with aligned columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(cells => cells[column]!.length)));
  return rows.map(cells =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
