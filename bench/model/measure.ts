import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import { seededRandom } from '../shots/labelled-film.ts';
import { hintLaw } from './hint-law.ts';
import { accuracy, FARTHEST_SHIFT, steadiness, withoutModel } from './quality.ts';
import { readStill, spread } from './stills.ts';
import { meanFigures } from './summary.ts';

/** Hints, holes, shifts and grain are drawn anew for every picture, and are the same for every model and at every call. */
const SEED = 7;

export interface Sample {
  /** Encoded pictures. */
  readonly files: readonly Buffer[];
  readonly count: number;
  /** Side, in pixels. */
  readonly size: number;
  readonly meanColor: readonly [number, number] | undefined;
  /** Called after every picture. */
  readonly onPicture: (done: number) => void;
}

/** What a model makes of a sample. The names are those of models/training/evaluate.py, where it measures the same. */
export type ModelFigures = Awaited<ReturnType<typeof accuracy>> &
  Awaited<ReturnType<typeof steadiness>> &
  Awaited<ReturnType<typeof hintLaw>> & { readonly gainOfHints: number; readonly colourfulnessRatio: number };

/** The means over evenly spread pictures, but `offAtHint`, which is the worst; and what needs no model. */
export async function measureModels(models: readonly Colorizer[], sample: Sample) {
  const { files, count, size } = sample;
  const places = spread(files.length, count);
  const bare: ReturnType<typeof withoutModel>[] = [];
  const rows = models.map(() => [] as (Awaited<ReturnType<typeof accuracy>> & Awaited<ReturnType<typeof steadiness>>)[]);
  for (const [number, at] of places.entries()) {
    const still = await readStill(files[at]!, size);
    const whole = await readStill(files[at]!, size + FARTHEST_SHIFT);
    bare.push(withoutModel(still, sample.meanColor));
    for (const [which, model] of models.entries()) {
      const random = seededRandom(SEED + at);
      rows[which]!.push({ ...(await accuracy(model, still, random)), ...(await steadiness(model, whole, random)) });
    }
    sample.onPicture(number + 1);
  }
  const without = meanFigures(bare);
  const figures: ModelFigures[] = [];
  for (const [which, model] of models.entries()) {
    const mean = meanFigures(rows[which]!);
    figures.push({
      ...mean,
      ...(await hintLaw(model, SEED)),
      offAtHint: Math.max(...rows[which]!.map(row => row.offAtHint)),
      gainOfHints: mean.psnrTenHints - mean.psnr,
      colourfulnessRatio: mean.colourfulness / without.colourfulnessTruth,
    });
  }
  return { pictures: places.length, without, figures };
}
