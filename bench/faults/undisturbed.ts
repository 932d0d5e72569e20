import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFilm } from './films.ts';
import { QUICK } from './part.ts';
import { makePlace, type Place, run } from './run.ts';

/** A film, and what a run that nothing happens to makes of it. */
export interface Undisturbed {
  readonly film: string;
  readonly result: Buffer;
  readonly seconds: number;
  /** Put the film into a place, under its name. */
  into(place: Place): Promise<string>;
  /** The arguments of the run, from within a place. */
  readonly args: readonly string[];
}

export const FILM = 'film.mp4';
export const RESULT = 'out.mp4';

/** `frames` of each of its two shots. In mp4, which holds nothing random: the same input gives the same bytes. */
export async function undisturbed(folder: string, frames: readonly [number, number]): Promise<Undisturbed> {
  const film = await makeFilm(folder, 'h264.mp4', frames);
  const place = await makePlace(join(folder, 'undisturbed'));
  const into = async (to: Place) => {
    await copyFile(film, to.at(FILM));
    return FILM;
  };
  await into(place);
  const args = ['colorize', FILM, '-o', RESULT, ...QUICK];
  const end = await run(args, place);
  if (end.code !== 0) throw new Error(`an undisturbed run fails: ${end.stderr}`);
  return { film, result: await readFile(place.at(RESULT)), seconds: end.seconds, into, args };
}

/** Is the result the undisturbed run's, byte for byte? */
export async function differs(place: Place, { result }: Undisturbed): Promise<string[]> {
  const made = await readFile(place.at(RESULT)).catch(() => undefined);
  return made?.equals(result) ? [] : [made ? 'the result differs from an undisturbed run' : 'no result'];
}
