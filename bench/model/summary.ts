/** Figures of one picture, by name. */
export type Figures = Readonly<Record<string, number>>;

/** The mean of every figure over the pictures. */
export function meanFigures<Row extends Figures>(rows: readonly Row[]): Row {
  const names = Object.keys(rows[0] ?? {});
  const mean = (name: string) => rows.reduce((sum, row) => sum + row[name]!, 0) / rows.length;
  return Object.fromEntries(names.map(name => [name, mean(name)])) as unknown as Row;
}
