import type { Shot, ShotKind } from '../../media/plan/shot.ts';
import type { SurveyFrame } from '../survey/survey.ts';
import { CutSearch } from './cut-search.ts';
import { sketchFrame } from './frame-sketch.ts';
import { type Gradual, GradualSearch } from './gradual-search.ts';

export { surveySize } from './frame-sketch.ts';

/** `worn`: scratched, flickering, dusty film, whose neighbouring frames are less alike. */
export type FilmCondition = 'clean' | 'worn';

export interface DetectShotsOptions {
  /** 0 (only the plainest cuts) .. 1 (rather one too many); 0.5 unless told. */
  readonly sensitivity?: number;
  /** `clean` unless told. */
  readonly film?: FilmCondition;
}

/** Share of the usual likeness of neighbours below which two frames belong to two takes, at sensitivity 0 and 1. */
const MIN_RATIO = { clean: 0.56, worn: 0.52 };
const MAX_RATIO = { clean: 0.86, worn: 0.82 };

/**
 * The shots of a film, in order, without gaps: the first starts at frame 0, each next where the last ended, the last ends at the
 * film's end; a film without frames has none. Looks at most about three seconds ahead and holds no more than that in memory.
 * What changes with the light alone (flicker, flashes, exposure), with motion, dust or weave is no cut. A dissolve or fade is a
 * shot of its own, from the last pure frame of what was before to the first pure frame of what comes.
 */
export async function* detectShots(frames: AsyncIterable<SurveyFrame>, options: DetectShotsOptions = {}): AsyncGenerator<Shot> {
  const { sensitivity = 0.5, film = 'clean' } = options;
  const ratio = MIN_RATIO[film] + (MAX_RATIO[film] - MIN_RATIO[film]) * Math.min(1, Math.max(0, sensitivity));
  const cuts = new CutSearch(ratio);
  const graduals = new GradualSearch();
  const joiner = new ShotJoiner();
  let count = 0;
  for await (const { gray } of frames) {
    const sketch = sketchFrame(count++, gray);
    const sure = cuts.push(sketch);
    joiner.add(sure, graduals.push(sketch, sure));
    yield* joiner.shotsBefore(Math.min(cuts.decided, graduals.decided));
  }
  const last = cuts.flush();
  joiner.add(last, graduals.flush(last));
  yield* joiner.shotsBefore(Number.POSITIVE_INFINITY);
  yield* joiner.rest(count);
}

/** A cut this many frames from a gradual transition is the same event, found twice. */
const EDGE = 1;

/** Joins what the two searches found into shots without gaps; a gradual transition swallows the cuts inside of it. */
class ShotJoiner {
  #cuts: number[] = [];
  #graduals: Gradual[] = [];
  #start = 0;

  add(cuts: readonly number[], graduals: readonly Gradual[]): void {
    this.#cuts.push(...cuts);
    this.#graduals.push(...graduals);
    this.#graduals.sort((a, b) => a.start - b.start);
  }

  /** The shots that are certain when all is known before frame `decided`. */
  *shotsBefore(decided: number): Generator<Shot> {
    for (;;) {
      const gradual = this.#graduals[0];
      const cut = this.#cuts[0] ?? Number.POSITIVE_INFINITY;
      if (gradual && gradual.start < decided && gradual.start <= cut) {
        this.#graduals.shift();
        yield* this.#closeAt(gradual.start, 'steady');
        yield* this.#closeAt(gradual.end, gradual.kind);
        this.#cuts = this.#cuts.filter(other => other > gradual.end + EDGE);
      } else if (cut + EDGE < decided) {
        this.#cuts.shift();
        if (!gradual || gradual.start > cut + EDGE) yield* this.#closeAt(cut, 'steady');
      } else return;
    }
  }

  *rest(end: number): Generator<Shot> {
    yield* this.#closeAt(end, 'steady');
  }

  *#closeAt(end: number, kind: ShotKind): Generator<Shot> {
    if (end <= this.#start) return;
    yield { start: this.#start, end, kind };
    this.#start = end;
  }
}
