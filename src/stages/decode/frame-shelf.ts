import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Frame } from '../../media/film/frame.ts';
import { decodeFrames } from './decode.ts';

/** Bytes of cached luma: about two hundred frames at 720p. */
const KEPT_BYTES = 192e6;
/** A frame at most this far ahead is reached by decoding on; others by seeking. */
const READ_ON = 96;

/**
 * Random access to single frames of a film. The decoder stays at its position, and recently decoded frames are cached, so
 * stepping in either direction and returning need no seek.
 */
export interface FrameShelf {
  /**
   * A frame of the stretch that starts with `start`, whose time is known; undefined beyond the film's end. One request at a time.
   */
  frame(index: number, start: { readonly index: number; readonly ticks: number }): Promise<Frame | undefined>;
  close(): Promise<void>;
}

interface Decoder {
  readonly frames: ReturnType<typeof decodeFrames>;
  next: number;
}

export function openFrameShelf(film: Film, ffmpeg: Ffmpeg): FrameShelf {
  const kept = new Map<number, Frame>();
  const times = new Map<number, number>();
  const state: { decoder: Decoder | undefined; bytes: number; turn: Promise<unknown> } = {
    decoder: undefined,
    bytes: 0,
    turn: Promise.resolve(),
  };
  const stop = async () => {
    const decoder = state.decoder;
    state.decoder = undefined;
    await decoder?.frames.return(undefined as never);
  };
  const keep = (frame: Frame) => {
    times.set(frame.index, frame.ticks);
    if (!kept.has(frame.index)) state.bytes += frame.luma.data.byteLength;
    kept.set(frame.index, frame);
    for (const [index, old] of kept) {
      if (state.bytes <= KEPT_BYTES) return;
      kept.delete(index);
      state.bytes -= old.luma.data.byteLength;
    }
  };
  /** The nearest earlier frame of known time: one decoded before, or the stretch's first. */
  const nearest = (index: number, start: { index: number; ticks: number }) => {
    for (let at = index; at > start.index; at--) {
      const ticks = times.get(at);
      if (ticks !== undefined) return { index: at, ticks };
    }
    return start;
  };
  const find = async (index: number, start: { index: number; ticks: number }): Promise<Frame | undefined> => {
    const found = kept.get(index);
    if (found) {
      kept.delete(index);
      kept.set(index, found); // least recently used goes first
      return found;
    }
    const ahead = state.decoder && index - state.decoder.next;
    if (ahead === undefined || ahead < 0 || ahead > READ_ON) {
      await stop();
      const from = nearest(index, start);
      state.decoder = { frames: decodeFrames(film, ffmpeg, { from }), next: from.index };
    }
    const decoder = state.decoder!;
    while (decoder.next <= index) {
      const step = await decoder.frames.next();
      if (step.done) {
        await stop();
        return undefined;
      }
      decoder.next = step.value.index + 1;
      keep(step.value);
      if (step.value.index === index) return step.value;
    }
    return undefined;
  };
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = state.turn.then(work);
    state.turn = done.catch(() => undefined);
    return done;
  };
  return {
    frame: (index, start) =>
      inTurn(() =>
        find(index, start).catch(async cause => {
          await stop();
          throw cause;
        }),
      ),
    close: () => inTurn(stop),
  };
}
