import type { Shot } from '../../src/media/shot.ts';
import type { LabelledFilm, Stretch } from './labelled-film.ts';

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
  /** Flashes with a boundary of any kind at or in them. */
  readonly flashesTaken: number;
  /** What went wrong, for a person to look at. */
  readonly mistakes: readonly string[];
}

const LEAST_OVERLAP = 0.5;

export function countHits(film: LabelledFilm, shots: readonly Shot[]): FilmHits {
  const reported = shots.slice(1).filter((shot, i) => shot.kind === 'steady' && shots[i]!.kind === 'steady');
  const cuts = matchCuts(
    film.cuts,
    reported.map(({ start }) => start),
  );
  const kind = (name: string) => shots.filter(shot => shot.kind === name);
  const dissolves = matchStretches(film.dissolves, kind('dissolve'));
  const fades = matchStretches(film.fades, kind('fade'));
  const edges = shots.slice(1).map(({ start }) => start);
  const taken = film.flashes.filter(({ start, end }) => edges.some(edge => edge >= start && edge <= end));
  const mistakes = [...cuts.notes.map(note => `cut ${note}`), ...dissolves.notes.map(note => `dissolve ${note}`)];
  mistakes.push(...fades.notes.map(note => `fade ${note}`), ...taken.map(({ start, end }) => `flash taken ${start}-${end}`));
  return { cuts: cuts.hits, dissolves: dissolves.hits, fades: fades.hits, flashesTaken: taken.length, mistakes };
}

export function matchCuts(truth: readonly number[], found: readonly number[]): { hits: Hits; notes: string[] } {
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
    const match = [...free].find(other => sharedPart(stretch, other) >= LEAST_OVERLAP);
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

/** Harmonic mean of precision and recall; 1 where there was nothing to find and nothing was found. */
export function f1({ right, wrong, missed }: Hits): number {
  return right + wrong + missed === 0 ? 1 : (2 * right) / (2 * right + wrong + missed);
}
