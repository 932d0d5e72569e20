import { basename } from 'node:path';
import type { FilmReport } from './films.ts';
import type { NaturalFigures, PictureReport } from './pictures.ts';

/** Width of the first column and of the others, in letters. */
const NAME = 46;
const CELL = 12;

const line = (name: string, cells: readonly string[]) => name.padEnd(NAME) + cells.map(cell => cell.padStart(CELL)).join('');
const named = (count: number) => Array.from({ length: count }, (_, at) => `model ${at + 1}`);
const share = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(3));

/** A row a figure, a column for gray, every model, and the truth. */
export function pictureTable({ pictures, labelled, size, gray, models, truth }: PictureReport): string {
  const row = (name: string, of: (figures: NaturalFigures) => string) => line(name, [gray, ...models, truth].map(of));
  const rows = [
    `${pictures} pictures, ${size}x${size}`,
    line('', ['gray', ...named(models.length), 'truth']),
    row('PSNR, dB', figures => (figures === truth ? '' : figures.psnr.toFixed(2))),
    row('  above gray', figures => (figures === gray || figures === truth ? '' : (figures.psnr - gray.psnr).toFixed(2))),
    row("colourfulness, share of the truth's", figures => share(figures.colourfulnessRatio)),
    row('Fréchet distance to the truth', figures => figures.frechet.toFixed(1)),
    row("  share of gray's", figures => share(figures.frechet / gray.frechet)),
    row('judge sees what it sees in the truth', figures => share(figures.seenAsTruth)),
    row('hue distance (0 same, 1 disjoint)', figures => share(figures.hueDistance)),
    row('pixels near gray', figures => share(figures.nearGray)),
    row('yellow-orange, of the others', figures => (figures === gray ? '' : share(figures.yellowOrange))),
    row('mean chroma', figures => share(figures.meanChroma)),
  ];
  if (labelled > 0) rows.push(row(`recognised (top-1; ${labelled} with labels)`, figures => share(figures.recognised!)));
  return rows.join('\n');
}

/** A row a film and model. */
export function filmTable(films: readonly FilmReport[]): string {
  const count = films[0]!.models.length;
  const rows = [line('frames of films', ['', 'near gray', 'yellow-or.', 'mean chroma'])];
  const cells = (of: 'nearGray' | 'yellowOrange' | 'meanChroma', at: number) => films.map(({ models }) => models[at]![of]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const [at, model] of named(count).entries()) {
    for (const { path, frames, models } of films) {
      const { nearGray, yellowOrange, meanChroma } = models[at]!;
      rows.push(line(`${basename(path)} (${frames})`, [model, share(nearGray), share(yellowOrange), share(meanChroma)]));
    }
    const means = (['nearGray', 'yellowOrange', 'meanChroma'] as const).map(of => share(mean(cells(of, at))));
    rows.push(line('mean of the films', [model, ...means]));
  }
  return rows.join('\n');
}
