/**
 * Cells of a grid whose centre lies within `reach` cells of a position (shares of the picture), and at least the cell at the
 * position. Ascending.
 */
export function nearCells(
  { width, height }: { readonly width: number; readonly height: number },
  { x, y }: { readonly x: number; readonly y: number },
  reach: number,
): number[] {
  const [left, top] = [x * width, y * height];
  const [column, row] = [Math.min(width - 1, Math.floor(left)), Math.min(height - 1, Math.floor(top))];
  const [lastColumn, lastRow] = [Math.min(width - 1, Math.floor(left + reach)), Math.min(height - 1, Math.floor(top + reach))];
  const cells: number[] = [];
  for (let j = Math.max(0, Math.min(row, Math.floor(top - reach))); j <= lastRow; j++)
    for (let i = Math.max(0, Math.min(column, Math.floor(left - reach))); i <= lastColumn; i++)
      if ((i === column && j === row) || Math.hypot(i + 0.5 - left, j + 0.5 - top) <= reach) cells.push(j * width + i);
  return cells;
}
