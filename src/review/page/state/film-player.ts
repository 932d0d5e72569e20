import { seek } from './actions.ts';
import { drawFilm, newProxyPictures, type ProxyPictures } from './proxy-frame.ts';
import { filmOf, placeAt, prepareFilm, type ShotFilm, timeWithin } from './shot-films.ts';
import { shotAt, state, subscribe, update } from './store.ts';

/** The frame that a film shows. */
export interface PlayedFrame extends ProxyPictures {
  readonly frame: number;
}

const played: { frame?: PlayedFrame | undefined } = {};

/** The pictures of a frame that is being played. */
export function playedFrame(frame: number): PlayedFrame | undefined {
  return played.frame?.frame === frame && state().isPlaying ? played.frame : undefined;
}

/**
 * Play the film of the shot that is seen, from its frame on; the video's clock decides which frame is seen. Returns false where
 * it is not ready. `onEnd`: called when the shot has been played to its end.
 */
export function playFilm(onEnd: () => void): boolean {
  const { project, frame } = state();
  const shot = shotAt(project!, frame);
  const film = filmOf(shot);
  if (!film || !('requestVideoFrameCallback' in film.video)) return false;
  const next = project!.shots[shot.number + 1];
  if (next) prepareFilm(next);
  const { video } = film;
  const pictures = newProxyPictures(film);
  video.currentTime = timeWithin(film, frame - film.start);
  const run = { stopped: false };
  const stop = () => {
    run.stopped = true;
    unsubscribe();
    video.removeEventListener('ended', end);
    video.pause();
  };
  const show = (place: number) => {
    drawFilm(film, pictures);
    played.frame = { frame: film.start + place, ...pictures };
    seek(played.frame.frame);
  };
  const follow = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (run.stopped) return;
    show(placeAt(film.times, mediaTime));
    video.requestVideoFrameCallback(follow);
  };
  const end = () => {
    show(film.times.length - 1); // a busy browser ends before it calls back for the last frame
    stop();
    onEnd();
  };
  const unsubscribe = subscribe(() => {
    if (run.stopped) return;
    if (!state().isPlaying) stop();
    else if (played.frame && state().frame !== played.frame.frame) jump(film, state().frame, onEnd, stop);
  });
  played.frame = undefined;
  video.requestVideoFrameCallback(follow);
  video.addEventListener('ended', end, { once: true });
  video.play().catch(() => {
    if (!run.stopped) update({ isPlaying: false }); // stopping before it began is a rejection, too
  });
  return true;
}

/** Who moves along the film while it plays goes on from there. */
function jump(film: ShotFilm, frame: number, onEnd: () => void, stop: () => void): void {
  if (frame >= film.start && frame < film.start + film.times.length) {
    played.frame = undefined;
    film.video.currentTime = timeWithin(film, frame - film.start);
  } else {
    stop();
    onEnd();
  }
}
