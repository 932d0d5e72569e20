import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { ColorFrame } from '../../media/film/frame.ts';
import { probeFilm } from '../probe/probe.ts';
import { decodeColor } from './decode-color.ts';

/** Bytes of cached frames: about sixty at 720p, in full chroma. */
const KEPT_BYTES = 160e6;

/** A frame at most this far ahead is reached by decoding on; others by seeking. */
const READ_ON = 24;
/** Segments whose format is remembered. */
const MAX_PROBED = 64;

/**
 * Reads single frames from finished shots. One decoder stays open, so frames requested in order (as in playback) are each decoded
 * once. Recent frames are cached, so stepping back is free. A frame further away is sought by its time.
 */
export interface ColorShotDecoder {
  /**
   * Frame number `place` of a segment, from 0, with the segment's format; undefined if there is no such frame. `ticks`: its time
   * since the segment's start, by which it is sought; without it the frames before it are counted. One request at a time.
   */
  frame(path: string, place: number, ticks?: number): Promise<FoundFrame | undefined>;
  close(): Promise<void>;
}

interface FoundFrame {
  readonly film: Film;
  readonly frame: ColorFrame;
}

interface Decoder {
  readonly path: string;
  readonly film: Film;
  readonly frames: ReturnType<typeof decodeColor>;
  /** The frame that comes next. */
  next: number;
}

export function openColorShotDecoder(ffmpeg: Ffmpeg): ColorShotDecoder {
  const state: { decoder: Decoder | undefined; turn: Promise<unknown> } = { decoder: undefined, turn: Promise.resolve() };
  const stop = async () => {
    const decoder = state.decoder;
    state.decoder = undefined;
    await decoder?.frames.return({ frames: 0, damage: 'none' });
  };
  const kept = new Map<string, FoundFrame>();
  const probed = new Map<string, Film>();
  const keyOf = (path: string, place: number) => `${place} ${path}`;
  const keep = (path: string, place: number, found: FoundFrame) => {
    const { luma, cb, cr } = found.frame;
    const most = Math.max(1, Math.floor(KEPT_BYTES / (luma.data.byteLength + cb.data.byteLength + cr.data.byteLength)));
    kept.set(keyOf(path, place), found);
    for (const key of kept.keys()) {
      if (kept.size <= most) return;
      kept.delete(key);
    }
  };
  const formatOf = async (path: string): Promise<Film> => {
    const film = probed.get(path) ?? (await probeFilm(path, ffmpeg));
    probed.delete(path);
    probed.set(path, film);
    for (const old of probed.keys()) if (probed.size > MAX_PROBED) probed.delete(old);
    return film;
  };
  const start = async (path: string, at?: { readonly place: number; readonly ticks: number }) => {
    await stop();
    const film = await formatOf(path);
    state.decoder = { path, film, frames: decodeColor(film, ffmpeg, { from: at?.ticks }), next: at?.place ?? 0 };
  };
  const read = async (path: string, place: number): Promise<FoundFrame | undefined> => {
    const decoder = state.decoder!;
    for (;;) {
      const step = await decoder.frames.next();
      if (step.done) {
        await stop();
        return undefined;
      }
      const found = { film: decoder.film, frame: step.value };
      keep(path, decoder.next, found);
      if (decoder.next++ === place) return found;
    }
  };
  const find = async (path: string, place: number, ticks: number | undefined) => {
    const known = kept.get(keyOf(path, place));
    if (known) return known;
    const ahead = state.decoder?.path === path ? place - state.decoder.next : -1;
    if (ahead >= 0 && (ahead <= READ_ON || ticks === undefined)) return read(path, place);
    if (ticks === undefined || place <= READ_ON) {
      await start(path);
      return read(path, place);
    }
    await start(path, { place, ticks });
    const sought = await read(path, place);
    if (sought?.frame.ticks === ticks) return sought;
    kept.delete(keyOf(path, place)); // this container does not lead there: count
    await start(path);
    return read(path, place);
  };
  const serialized = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = state.turn.then(work);
    state.turn = done.catch(() => undefined);
    return done;
  };
  return {
    frame: (path, place, ticks) =>
      serialized(() =>
        find(path, place, ticks).catch(async cause => {
          await stop();
          throw cause;
        }),
      ),
    close: () => serialized(stop),
  };
}
