import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Frame } from '../../media/film/frame.ts';
import { decodeFrames } from './decode.ts';
import type { FrameStretch, FrameTimes } from './frame-times.ts';

/** Bytes of cached luma: about two hundred frames at 720p. */
const KEPT_BYTES = 192e6;
/** A frame at most this far ahead is reached by decoding on; others by seeking. */
const READ_ON = 96;

/**
 * Random access to single frames of a film. The decoder stays at its position, and recently decoded frames are cached, so
 * stepping in either direction and returning need no seek.
 */
export interface FrameShelf {
  /** A frame of a stretch; undefined beyond the film's end. One request at a time. */
  frame(index: number, stretch: FrameStretch): Promise<Frame | undefined>;
  close(): Promise<void>;
}

interface Decoder {
  readonly frames: ReturnType<typeof decodeFrames>;
  next: number;
}

/** `times`: of the film. */
export function openFrameShelf(film: Film, ffmpeg: Ffmpeg, times: FrameTimes): FrameShelf {
  const kept = new Map<number, Frame>();
  const decoded = new Map<number, number>();
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
    decoded.set(frame.index, frame.ticks);
    if (!kept.has(frame.index)) state.bytes += frame.luma.data.byteLength;
    kept.set(frame.index, frame);
    for (const [index, old] of kept) {
      if (state.bytes <= KEPT_BYTES) return;
      kept.delete(index);
      state.bytes -= old.luma.data.byteLength;
    }
  };
  /** The frame itself, or the nearest earlier one of known time: one decoded before, or the stretch's first. */
  const nearest = async (index: number, stretch: FrameStretch) => {
    for (let at = index; at > Math.max(stretch.start, index - READ_ON); at--) {
      const ticks = decoded.get(at);
      if (ticks !== undefined) return { index: at, ticks };
    }
    const ticks = index - stretch.start > READ_ON ? await times.of(index, stretch) : undefined;
    return ticks === undefined ? { index: stretch.start, ticks: stretch.startTicks } : { index, ticks };
  };
  const find = async (index: number, stretch: FrameStretch): Promise<Frame | undefined> => {
    const found = kept.get(index);
    if (found) {
      kept.delete(index);
      kept.set(index, found); // least recently used goes first
      return found;
    }
    const ahead = state.decoder && index - state.decoder.next;
    if (ahead === undefined || ahead < 0 || ahead > READ_ON) {
      await stop();
      const from = await nearest(index, stretch);
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
    frame: (index, stretch) =>
      inTurn(() =>
        find(index, stretch).catch(async cause => {
          await stop();
          throw cause;
        }),
      ),
    close: () => inTurn(stop),
  };
}
