import { useEffect, useState } from 'preact/hooks';
import { filmOf, placeAt, type ShotFilm, timeWithin } from './shot-films.ts';
import { type State, shotAt } from './store.ts';

/** Both pictures of a frame, as a shot's film shows them. */
export interface ProxyPictures {
  readonly before: OffscreenCanvas;
  readonly after: OffscreenCanvas;
}

/** Two pictures to draw what a shot's film shows into. */
export function newProxyPictures({ video }: ShotFilm): ProxyPictures {
  const half = () => new OffscreenCanvas(video.videoWidth, video.videoHeight / 2);
  return { before: half(), after: half() };
}

/** Draw what a shot's film shows: before above, after below. */
export function drawFilm({ video }: ShotFilm, pictures: ProxyPictures): void {
  const { width, height } = pictures.before;
  for (const [canvas, top] of [
    [pictures.before, 0],
    [pictures.after, height],
  ] as const)
    canvas.getContext('2d')!.drawImage(video, 0, top, width, height, 0, 0, width, height);
}

interface Found extends ProxyPictures {
  readonly frame: number;
  readonly film: ShotFilm;
}

/**
 * The frame that is looked at, from its shot's film where that is ready: at once, in less detail than the frame itself.
 * `isWanted`: while the frame itself is on its way.
 */
export function useProxyFrame({ project, frame }: State, isWanted: boolean): ProxyPictures | undefined {
  const [found, setFound] = useState<Found>();
  const film = isWanted ? filmOf(shotAt(project!, frame)) : undefined;
  useEffect(() => {
    if (!film) return;
    const { video } = film;
    const take = () => {
      // An earlier seek may end after this one began.
      if (video.seeking || placeAt(film.times, video.currentTime) !== frame - film.start) return;
      const pictures = newProxyPictures(film);
      drawFilm(film, pictures);
      setFound({ frame, film, ...pictures });
    };
    video.addEventListener('seeked', take);
    video.currentTime = timeWithin(film, frame - film.start);
    return () => video.removeEventListener('seeked', take);
  }, [film, frame]);
  return film && found?.film === film && found.frame === frame ? found : undefined;
}
