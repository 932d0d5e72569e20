import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { probeFilm } from '../probe/probe.ts';
import { decodeColor } from './decode-color.ts';

/** Bytes of cached frames: about sixty at 720p, in full chroma. */
const KEPT_BYTES = 160e6;

/**
 * Reads single frames from finished shots. One decoder stays open, so frames requested in order (as in playback) are each decoded
 * once. Recent frames are cached, so stepping back is free; an earlier frame restarts the shot. Segments cannot be seeked, since
 * their times count from their own start.
 */
export interface ColorShotDecoder {
  /**
   * Frame number `place` of a segment, from 0, with the segment's format; undefined if there is no such frame. One request at a
   * time.
   */
  frame(path: string, place: number): Promise<{ film: Film; frame: ColorFrame } | undefined>;
  close(): Promise<void>;
}

interface Decoder {
  readonly path: string;
  readonly film: Film;
  readonly frames: ReturnType<typeof decodeColor>;
  last: { readonly place: number; readonly frame: ColorFrame } | undefined;
}

export function openColorShotDecoder(ffmpeg: Ffmpeg): ColorShotDecoder {
  const state: { decoder: Decoder | undefined; turn: Promise<unknown> } = { decoder: undefined, turn: Promise.resolve() };
  const stop = async () => {
    const decoder = state.decoder;
    state.decoder = undefined;
    await decoder?.frames.return({ frames: 0, damage: 'none' });
  };
  const kept = new Map<string, { readonly film: Film; readonly frame: ColorFrame }>();
  const keyOf = (path: string, place: number) => `${place} ${path}`;
  const keep = (path: string, place: number, found: { readonly film: Film; readonly frame: ColorFrame }) => {
    const { luma, cb, cr } = found.frame;
    const most = Math.max(1, Math.floor(KEPT_BYTES / (luma.data.byteLength + cb.data.byteLength + cr.data.byteLength)));
    kept.set(keyOf(path, place), found);
    for (const key of kept.keys()) {
      if (kept.size <= most) return;
      kept.delete(key);
    }
  };
  const find = async (path: string, place: number) => {
    const known = kept.get(keyOf(path, place));
    if (known) return known;
    if (state.decoder?.path !== path || place < (state.decoder.last?.place ?? 0)) {
      await stop();
      const film = await probeFilm(path, ffmpeg);
      state.decoder = { path, film, frames: decodeColor(film, ffmpeg), last: undefined };
    }
    const { decoder } = state;
    while (decoder.last?.place !== place) {
      const step = await decoder.frames.next();
      if (step.done) {
        await stop();
        return undefined;
      }
      decoder.last = { place: (decoder.last?.place ?? -1) + 1, frame: step.value };
      keep(path, decoder.last.place, { film: decoder.film, frame: decoder.last.frame });
    }
    return { film: decoder.film, frame: decoder.last.frame };
  };
  const serialized = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = state.turn.then(work);
    state.turn = done.catch(() => undefined);
    return done;
  };
  return {
    frame: (path, place) =>
      serialized(() =>
        find(path, place).catch(async cause => {
          await stop();
          throw cause;
        }),
      ),
    close: () => serialized(stop),
  };
}
