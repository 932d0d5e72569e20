import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plane } from '../../src/media/fields/plane.ts';
import { type Half, type LabelledFilm, seededRandom, type Wear } from './labelled-film.ts';
import { makeFilm } from './make-film.ts';
import { HEIGHT, readClip, WIDTH } from './read-clip.ts';
import { type Picture, wearFilm } from './wear.ts';

/** Real old film has wear of its own and sometimes cuts: it is looked at as it is, never mixed into the set. */
export const OLD = /^old_/;
const VIDEO = /\.(mp4|mkv|mov|webm)$/;
const FILMS_PER_HALF = 18;
const WEARS: readonly Wear[] = ['clean', 'flicker', 'worn'];

export interface SetOptions {
  /** Path of an ffmpeg. */
  readonly program: string;
  readonly seed: number;
}

/** Names of the videos in a folder, in the order of the alphabet. */
export function clipNames(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => VIDEO.test(name))
    .sort();
}

/**
 * The films of one half of the labelled set, one after the other. Every second clip of the folder by name is of the held-out half.
 * The same folder, ffmpeg and seed give the same films; a half does not depend on whether the other was made.
 */
export function* labelledSet(folder: string, half: Half, { program, seed }: SetOptions): Generator<LabelledFilm> {
  const names = clipNames(folder).filter(name => !OLD.test(name));
  const clips = names.filter((_, i) => i % 2 === (half === 'tune' ? 0 : 1)).map(name => readClip(program, join(folder, name)));
  if (clips.length < 2) throw new Error(`${folder}: expected at least four videos of one take each, found ${names.length}`);
  for (let n = 0; n < FILMS_PER_HALF; n++) {
    const random = seededRandom(1000 * seed + 2 * n + (half === 'tune' ? 0 : 1));
    const wear = WEARS[n % WEARS.length]!;
    const { pictures, ...labels } = makeFilm(clips, random);
    const frames = wearFilm(pictures, wear, random).map(surveyed);
    yield { name: `${half}-${String(n).padStart(2, '0')}-${wear}`, half, wear, frames, ...labels };
  }
}

/** The frame as the survey would give it: half the size by area, 8 bits. */
function surveyed(picture: Picture): Plane<Uint8Array> {
  const [width, height] = [WIDTH / 2, HEIGHT / 2];
  const data = new Uint8ClampedArray(width * height);
  const kept = Uint8ClampedArray.from(picture);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = 2 * y * WIDTH + 2 * x;
      data[i] = (kept[at]! + kept[at + 1]! + kept[at + WIDTH]! + kept[at + WIDTH + 1]!) / 4;
    }
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}
