import type { ColorFrame, Frame } from '../../media/film/frame.ts';
import type { DecodeEnd } from '../decode/decode-end.ts';
import type { ComparedFrame } from './measure-frames.ts';

/** Films decoded in parallel. */
export interface DecodedFilms {
  readonly result: AsyncGenerator<ColorFrame, DecodeEnd>;
  readonly source: AsyncGenerator<Frame, DecodeEnd> | undefined;
  readonly truth: AsyncGenerator<ColorFrame, DecodeEnd> | undefined;
}

/** Frame count of each film, to its own end, and how its decoding ended. */
export type FilmEnds = Partial<Record<keyof DecodedFilms, DecodeEnd>>;

/** Yields frames of all films in step while all have frames, then reads each to its end to count. Fills `ends` at the end. */
export async function* compareFilms(films: DecodedFilms, ends: FilmEnds): AsyncGenerator<ComparedFrame> {
  const names = (['result', 'source', 'truth'] as const).filter(name => films[name] !== undefined);
  const next = (name: keyof DecodedFilms) => films[name]!.next() as Promise<IteratorResult<Frame, DecodeEnd>>;
  try {
    while (Object.keys(ends).length === 0) {
      const frames: Partial<Record<keyof DecodedFilms, Frame>> = {};
      for (const name of names) {
        const step = await next(name);
        if (step.done) ends[name] = step.value;
        else frames[name] = step.value;
      }
      if (Object.keys(ends).length > 0) break;
      yield { result: frames.result as ColorFrame, source: frames.source, truth: frames.truth as ColorFrame | undefined };
    }
    for (const name of names) {
      while (!ends[name]) {
        const step = await next(name);
        if (step.done) ends[name] = step.value;
      }
    }
  } finally {
    await Promise.all(names.map(name => films[name]!.return({ frames: 0, damage: 'none' })));
  }
}
