import { FigureGatherer, type Figures } from '../../stages/measure/gather-figures.ts';
import { type KeyframeJumps, keyframeJumps } from '../../stages/measure/keyframe-jumps.ts';
import type { FrameMeasures } from '../../stages/measure/measure-frames.ts';
import type { KnownShot } from '../plan/known-shots.ts';
import type { LumaIdentity, QualityCurves, QualityReport, ShotQuality } from './quality-report.ts';

/** Most points of a curve: more than a screen is wide. */
const MAX_POINTS = 800;

/** Accumulates measurements frame by frame, for the film and for each shot. Keeps a few numbers per frame. */
export class FilmTally {
  readonly #shots: readonly KnownShot[];
  readonly #given: ReadonlySet<number>;
  readonly #film = new FigureGatherer();
  readonly #inside = new FigureGatherer();
  readonly #byShot: FigureGatherer[];
  readonly #course = { cb: [] as number[], cr: [] as number[] };
  readonly #flicker: (number | undefined)[] = [];
  readonly #flickerTruth: (number | undefined)[] = [];
  readonly #colorfulness: number[] = [];
  readonly #colorfulnessTruth: (number | undefined)[] = [];
  readonly #psnr: (number | undefined)[] = [];
  #luma = { max: 0, sum: 0, frames: 0 };
  #shot = 0;

  /** Shots in order. The first frame added is the first shot's first. */
  constructor(shots: readonly KnownShot[], given: readonly number[]) {
    this.#shots = shots;
    this.#given = new Set(given);
    this.#byShot = shots.map(() => new FigureGatherer());
  }

  get frames(): number {
    return this.#colorfulness.length;
  }

  /** The index, in the source, of the next frame. */
  get next(): number {
    return (this.#shots[0]?.start ?? 0) + this.frames;
  }

  add(measures: FrameMeasures): void {
    const index = this.next;
    const color = this.#given.has(index) ? 'given' : 'made';
    while (this.#shot < this.#shots.length - 1 && index >= this.#shots[this.#shot]!.end) this.#shot++;
    const before = index - this.#shots[this.#shot]!.start;
    this.#film.add(measures, { before: this.frames, color });
    this.#inside.add(measures, { before, color });
    this.#byShot[this.#shot]!.add(measures, { before, color });
    this.#remember(measures);
  }

  #remember({ picture, pair }: FrameMeasures): void {
    const { result, truth, luma } = picture;
    this.#course.cb.push(result.mean.cb);
    this.#course.cr.push(result.mean.cr);
    this.#flicker.push(pair?.result.all);
    this.#flickerTruth.push(pair?.truth?.all);
    this.#colorfulness.push(result.colorfulness);
    this.#colorfulnessTruth.push(truth?.colorfulness);
    this.#psnr.push(truth?.psnr);
    if (!luma) return;
    const { max, sum, frames } = this.#luma;
    this.#luma = { max: Math.max(max, luma.max), sum: sum + luma.mean, frames: frames + (luma.max > 0 ? 1 : 0) };
  }

  luma(depth: number): LumaIdentity {
    const { max, sum, frames } = this.#luma;
    return { max, mean: sum / Math.max(1, this.frames), frames, depth };
  }

  /** The shots of the frames so far. */
  shots(): ShotQuality[] {
    const first = this.#shots[0]!.start;
    return this.#shots.slice(0, this.#shot + 1).map((known, shot) => {
      const { start, kind, trust, unseen, keyframes } = known;
      const end = Math.min(known.end, this.next);
      const course = {
        cb: this.#course.cb.slice(start - first, end - first),
        cr: this.#course.cr.slice(start - first, end - first),
      };
      const drift = keyframeJumps(
        course,
        keyframes.map(index => index - start),
      );
      const placed = drift && { ...drift, worst: { ...drift.worst, frame: start + drift.worst.frame } };
      return { shot, kind, start, end, ...this.#byShot[shot]!.figures(), handOvers: placed, trust, unseen };
    });
  }

  film(shots: readonly ShotQuality[]): QualityReport['film'] {
    return {
      ...this.#film.figures(),
      handOvers: joined(shots.flatMap(shot => shot.handOvers ?? [])),
      trust: weighted(shots, ({ trust }) => trust),
      unseen: weighted(shots, ({ unseen }) => unseen),
    };
  }

  insideShots(): QualityReport['insideShots'] {
    const { flicker, flickerInside, flickerTruth, cdc, cdcLuma, cdcTruth }: Figures = this.#inside.figures();
    return { flicker, flickerInside, flickerTruth, cdc, cdcLuma, cdcTruth };
  }

  curves(): QualityCurves {
    const framesPerPoint = Math.max(1, Math.ceil(this.frames / MAX_POINTS));
    const points = Array.from({ length: Math.ceil(this.frames / framesPerPoint) }, (_, i) => i * framesPerPoint);
    const pick = (values: readonly (number | undefined)[], choose: (...values: number[]) => number) =>
      points.map(at => {
        const known = values.slice(at, at + framesPerPoint).filter(value => value !== undefined);
        return known.length === 0 ? undefined : choose(...known);
      });
    const first = (value?: number) => value!;
    return {
      framesPerPoint,
      flicker: pick(this.#flicker, Math.max),
      flickerTruth: pick(this.#flickerTruth, Math.max),
      colorfulness: pick(this.#colorfulness, Math.max),
      colorfulnessTruth: pick(this.#colorfulnessTruth, Math.max),
      cb: pick(this.#course.cb, first),
      cr: pick(this.#course.cr, first),
      psnr: pick(this.#psnr, Math.min),
    };
  }
}

function joined(all: readonly KeyframeJumps[]): KeyframeJumps | undefined {
  const count = all.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return undefined;
  const mean = (of: (one: KeyframeJumps) => number) => all.reduce((sum, one) => sum + one.count * of(one), 0) / count;
  return {
    count,
    jump: mean(({ jump }) => jump),
    typical: mean(({ typical }) => typical),
    worst: all.map(({ worst }) => worst).reduce((worst, one) => (one.jump > worst.jump ? one : worst)),
  };
}

/** Mean over frames, of the shots that have the value. */
function weighted(shots: readonly ShotQuality[], of: (shot: ShotQuality) => number | undefined): number | undefined {
  const known = shots.flatMap(shot => {
    const value = of(shot);
    return value === undefined ? [] : [{ frames: shot.frames, value }];
  });
  const frames = known.reduce((sum, one) => sum + one.frames, 0);
  return frames === 0 ? undefined : known.reduce((sum, one) => sum + one.frames * one.value, 0) / frames;
}
