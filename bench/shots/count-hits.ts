import type { Shot } from '../../src/media/plan/shot.ts';
import type { Labels, Stretch } from './labelled-film.ts';

/** Right finds, finds of nothing, and what was not found. */
export interface Hits {
  right: number;
  wrong: number;
  missed: number;
}

export interface FilmHits {
  /** Boundaries between two steady shots, on the exact frame. */
  readonly cuts: Hits;
  /** Shots of that kind that share at least half of the union with a labelled one. */
  readonly dissolves: Hits;
  readonly fades: Hits;
  /** Flashes in all, and those with a boundary of any kind at or in them. */
  readonly flashes: number;
  readonly flashesTaken: number;
  /** What went wrong, for a person to look at. */
  readonly mistakes: readonly string[];
}

const MIN_OVERLAP = 0.5;

/** Hits of the detector. A cut reported inside a dissolve is a false positive. */
export function countHits(labels: Labels, shots: readonly Shot[]): FilmHits {
  const reported = shots.slice(1).filter((shot, i) => shot.kind === 'steady' && shots[i]!.kind === 'steady');
  const cuts = matchCuts(
    labels.cuts,
    reported.map(({ start }) => start),
  );
  const kind = (name: string) => shots.filter(shot => shot.kind === name);
  const dissolves = matchStretches(labels.dissolves, kind('dissolve'));
  const fades = matchStretches(labels.fades, kind('fade'));
  const edges = shots.slice(1).map(({ start }) => start);
  const taken = labels.flashes.filter(flash => edges.some(edge => touches(flash, edge)));
  const mistakes = [
    ...cuts.notes.map(note => `cut ${note}`),
    ...dissolves.notes.map(note => `dissolve ${note}`),
    ...fades.notes.map(note => `fade ${note}`),
    ...taken.map(({ start, end }) => `flash taken ${start}-${end}`),
  ];
  const counts = { flashes: labels.flashes.length, flashesTaken: taken.length };
  return { cuts: cuts.hits, dissolves: dissolves.hits, fades: fades.hits, ...counts, mistakes };
}

/**
 * Hits of a filter that only says on which frames something changed, counted in its favour: one report within a dissolve or fade
 * finds it, more of them are not wrong. A report elsewhere must be a cut on its exact frame; if not, it is wrong for every kind.
 */
export function countReports(labels: Labels, reports: readonly number[]): FilmHits {
  const gradual = [...labels.dissolves, ...labels.fades];
  const plain = reports.filter(frame => !gradual.some(stretch => touches(stretch, frame)));
  const { hits: cuts, notes } = matchCuts(labels.cuts, plain);
  const within = (stretches: readonly Stretch[]) => {
    const right = stretches.filter(stretch => reports.some(frame => touches(stretch, frame))).length;
    return { right, wrong: cuts.wrong, missed: stretches.length - right };
  };
  const flashesTaken = labels.flashes.filter(flash => reports.some(frame => touches(flash, frame))).length;
  const counts = { flashes: labels.flashes.length, flashesTaken };
  return { cuts, dissolves: within(labels.dissolves), fades: within(labels.fades), ...counts, mistakes: notes };
}

export function addHits(films: readonly FilmHits[]): FilmHits {
  const sum = (pick: (film: FilmHits) => number) => films.reduce((total, film) => total + pick(film), 0);
  const hits = (pick: (film: FilmHits) => Hits): Hits => ({
    right: sum(film => pick(film).right),
    wrong: sum(film => pick(film).wrong),
    missed: sum(film => pick(film).missed),
  });
  return {
    cuts: hits(film => film.cuts),
    dissolves: hits(film => film.dissolves),
    fades: hits(film => film.fades),
    flashes: sum(film => film.flashes),
    flashesTaken: sum(film => film.flashesTaken),
    mistakes: films.flatMap(({ mistakes }) => mistakes),
  };
}

/** A boundary on the first frame behind a flash is the flash's, too. */
function touches({ start, end }: Stretch, frame: number): boolean {
  return frame >= start && frame <= end;
}

function matchCuts(truth: readonly number[], found: readonly number[]): { hits: Hits; notes: string[] } {
  const wrong = found.filter(frame => !truth.includes(frame));
  const missed = truth.filter(frame => !found.includes(frame));
  const hits = { right: truth.length - missed.length, wrong: wrong.length, missed: missed.length };
  return { hits, notes: [...wrong.map(frame => `false ${frame}`), ...missed.map(frame => `missed ${frame}`)] };
}

function matchStretches(truth: readonly Stretch[], found: readonly Stretch[]): { hits: Hits; notes: string[] } {
  const free = new Set(found);
  const notes: string[] = [];
  let right = 0;
  for (const stretch of truth) {
    const match = [...free].find(other => sharedPart(stretch, other) >= MIN_OVERLAP);
    if (match) {
      free.delete(match);
      right++;
    } else notes.push(`missed ${stretch.start}-${stretch.end}`);
  }
  for (const { start, end } of free) notes.push(`false ${start}-${end}`);
  return { hits: { right, wrong: free.size, missed: truth.length - right }, notes };
}

function sharedPart(a: Stretch, b: Stretch): number {
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return shared / (Math.max(a.end, b.end) - Math.min(a.start, b.start));
}

export function precision({ right, wrong }: Hits): number {
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

export function recall({ right, missed }: Hits): number {
  return right + missed === 0 ? 1 : right / (right + missed);
}

/** Harmonic mean of precision and recall; 1 where there was nothing to find and nothing was found. */
export function f1({ right, wrong, missed }: Hits): number {
  return right + wrong + missed === 0 ? 1 : (2 * right) / (2 * right + wrong + missed);
}
