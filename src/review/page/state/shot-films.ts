import type { Playable, ShotView } from '../../contract.ts';
import { addressOf } from '../../routes.ts';
import { fetchPlayable, withToken } from './api.ts';
import { whenQuiet } from './pictures.ts';
import { state, update } from './store.ts';

/** Shots that are held ready to be played. */
const MAX_FILMS = 3;

/** A finished shot as a film: before above after, with sound. */
export interface ShotFilm extends Playable {
  readonly start: number;
  readonly video: HTMLVideoElement;
}

const films = new Map<string, Promise<ShotFilm | undefined>>();
const ready = new Map<string, ShotFilm>();

/** The film of what is shown of a shot, where it is ready. */
export function filmOf({ shown }: ShotView): ShotFilm | undefined {
  return shown === null ? undefined : ready.get(shown);
}

/** Have a shot's film made, after the pictures that are looked at, and say on the page when it is ready. */
export function prepareFilm(shot: ShotView): void {
  const { shown } = shot;
  if (shown === null || films.has(shown)) return;
  const film = whenQuiet().then(() => load(shot));
  films.set(shown, film);
  for (const [old, made] of films) {
    if (films.size <= MAX_FILMS) break;
    films.delete(old);
    ready.delete(old);
    void made.then(discard);
  }
  film.then(
    found => {
      if (!found) films.delete(shown);
      else if (films.get(shown) === film) ready.set(shown, found);
      update({ filmsReady: [...ready.keys()] });
    },
    () => films.delete(shown), // asked again with the next change
  );
}

async function load({ number, start }: ShotView): Promise<ShotFilm | undefined> {
  const playable = await fetchPlayable(number);
  if (!playable) return undefined;
  const video = document.createElement('video');
  video.preload = 'auto';
  video.playsInline = true;
  video.hidden = true;
  video.className = 'shot-film';
  const loaded = new Promise<boolean>(resolve => {
    video.addEventListener('canplay', () => resolve(true), { once: true });
    video.addEventListener('error', () => resolve(false), { once: true });
  });
  video.src = withToken(addressOf('proxy', { number }, { of: playable.of }));
  document.body.append(video);
  const film = { ...playable, start, video };
  if (await loaded) return film;
  discard(film); // a browser without H.264 plays single frames
  return undefined;
}

function discard(film: ShotFilm | undefined): void {
  film?.video.pause();
  film?.video.removeAttribute('src');
  film?.video.remove();
}

/** Place in a shot of the frame that is seen at a time, in seconds. */
export function placeAt(times: readonly number[], seconds: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= seconds + 1e-4) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A time within a frame, away from its ends. */
export function timeWithin({ times, duration }: Playable, place: number): number {
  return (times[place]! + (times[place + 1] ?? duration)) / 2;
}

/** How the shot that is seen is played: a word, and a sentence. */
export function playsHow(shot: ShotView): { readonly word: string; readonly what: string } {
  if (shot.shown === null) return { word: 'silent', what: 'Plays single frames, without sound, until the shot is rendered' };
  if (state().filmsReady.includes(shot.shown)) return { word: 'sound', what: 'Plays at the film’s own speed, with its sound' };
  return { word: 'preparing', what: 'Playback with sound is being prepared; until then single frames are played' };
}
