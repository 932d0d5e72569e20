import type { Shot, ShotKind } from '../../media/plan/shot.ts';
import type { SurveyFrame } from '../survey/survey.ts';
import { CutSearch } from './cut-search.ts';
import { type FrameSketch, sketchFrame } from './frame-sketch.ts';
import { GradualSearch, type GradualTransition } from './gradual-search.ts';

export { surveySize } from './frame-sketch.ts';

/** `worn`: scratched, flickering, dusty film, whose consecutive frames are less similar. */
export type FilmCondition = 'clean' | 'worn';

export interface DetectShotsOptions {
  /** 0 (only obvious cuts) .. 1 (rather too many); default 0.5. */
  readonly sensitivity?: number;
  /** Default `clean`. */
  readonly film?: FilmCondition;
  /** Takes the sketch of every frame, in order. */
  readonly observe?: ((sketch: FrameSketch) => void) | undefined;
}

/** Share of the usual similarity below which there is a cut, at sensitivity 0 and 1. */
const MIN_RATIO = { clean: 0.56, worn: 0.52 };
const MAX_RATIO = { clean: 0.86, worn: 0.82 };

/**
 * Detects the shots of a film, in order, without gaps, from frame 0 to the film's end; none if there are no frames. Looks ahead,
 * and buffers, about three seconds at most.
 * Changes of light (flicker, flashes, exposure), motion, dust and gate weave are no cuts. A dissolve or fade is a shot of its
 * own, from the last unmixed frame before it to the first after it.
 */
export async function* detectShots(frames: AsyncIterable<SurveyFrame>, options: DetectShotsOptions = {}): AsyncGenerator<Shot> {
  const { sensitivity = 0.5, film = 'clean', observe } = options;
  const ratio = MIN_RATIO[film] + (MAX_RATIO[film] - MIN_RATIO[film]) * Math.min(1, Math.max(0, sensitivity));
  const cuts = new CutSearch(ratio);
  const graduals = new GradualSearch();
  const joiner = new ShotJoiner();
  let count = 0;
  for await (const { gray } of frames) {
    const sketch = sketchFrame(count++, gray);
    observe?.(sketch);
    const sure = cuts.push(sketch);
    joiner.add(sure, graduals.push(sketch, sure));
    yield* joiner.shotsBefore(Math.min(cuts.decided, graduals.decided));
  }
  const last = cuts.flush();
  joiner.add(last, graduals.flush(last));
  yield* joiner.shotsBefore(Number.POSITIVE_INFINITY);
  yield* joiner.rest(count);
}

/** A cut within this many frames of a gradual transition is the same event. */
const EDGE = 1;

/** Merges the results of both searches into shots without gaps. A gradual transition absorbs cuts inside it. */
class ShotJoiner {
  #cuts: number[] = [];
  #graduals: GradualTransition[] = [];
  #start = 0;

  add(cuts: readonly number[], graduals: readonly GradualTransition[]): void {
    this.#cuts.push(...cuts);
    this.#graduals.push(...graduals);
    this.#graduals.sort((a, b) => a.start - b.start);
  }

  /** The shots that are certain once all frames before `decided` are decided. */
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
