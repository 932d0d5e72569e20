import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Frame } from '../../media/film/frame.ts';
import { decodeFrames } from './decode.ts';

/**
 * Reads ranges of frames from a film. One decoder serves them one after the other. A range that continues the previous one is
 * read without a seek, so rendering shot by shot decodes the film once.
 */
export interface ShotDecoder {
  /** Frames from.index ... end - 1. A range waits until the previous one has been read or abandoned. */
  frames(from: { index: number; ticks: number }, end: number): AsyncGenerator<Frame>;
  close(): Promise<void>;
}

interface Decoder {
  readonly frames: AsyncGenerator<Frame, unknown>;
  next: number;
}

export function openShotDecoder(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): ShotDecoder {
  const state: { decoder: Decoder | undefined; turn: Promise<void> } = { decoder: undefined, turn: Promise.resolve() };
  const stop = async () => {
    const decoder = state.decoder;
    state.decoder = undefined;
    await decoder?.frames.return(undefined);
  };
  return {
    async *frames(from, end) {
      const before = state.turn;
      let leave = () => {};
      state.turn = new Promise(resolve => {
        leave = resolve;
      });
      await before;
      try {
        if (state.decoder?.next !== from.index) {
          await stop();
          state.decoder = { frames: decodeFrames(film, ffmpeg, { from, ...(signal && { signal }) }), next: from.index };
        }
        const decoder = state.decoder;
        while (decoder.next < end) {
          const step = await decoder.frames.next();
          if (step.done) break;
          decoder.next++;
          yield step.value;
        }
      } finally {
        leave();
      }
    },
    close: stop,
  };
}
