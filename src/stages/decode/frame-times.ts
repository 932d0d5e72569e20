import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { listPackets } from '../../adapters/ffmpeg/packet-list.ts';
import type { Film } from '../../media/film/film.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';

/** Frames of known number between two known times. */
export type FrameStretch = Pick<PlannedShot, 'start' | 'end' | 'startTicks' | 'endTicks'>;

/** Times of single frames, by which a decoder finds them in the middle of a long shot. */
export interface FrameTimes {
  /** Ticks of a frame; undefined where the film's packets do not say it for certain. */
  of(index: number, stretch: FrameStretch): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Read from the film's packets, without decoding, when they are first asked for. */
export function openFrameTimes(film: Film, ffmpeg: Ffmpeg): FrameTimes {
  const closing = new AbortController();
  const state: { listed: Promise<Float64Array> | undefined } = { listed: undefined };
  return {
    async of(index, { start, end, startTicks, endTicks }) {
      if (index <= start || index >= end) return index === start ? startTicks : undefined;
      state.listed ??= listTimes(film, ffmpeg, closing.signal).catch(() => new Float64Array(0));
      const times = await state.listed;
      const first = placeOf(times, startTicks);
      // As many packets as frames, each with a time of its own: no frame can have another's.
      if (times[first] !== startTicks || placeOf(times, endTicks) - first !== end - start) return undefined;
      const place = first + index - start;
      return times[place] === times[place - 1] || times[place] === times[place + 1] ? undefined : times[place];
    },
    async close() {
      closing.abort();
      await state.listed;
    },
  };
}

async function listTimes(film: Film, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<Float64Array> {
  const times: number[] = [];
  if (film.stretches.length > 0) return new Float64Array(0); // the clock starts anew: a time means several frames
  for await (const { stream, pts } of listPackets(ffmpeg, film.path, signal))
    if (stream === film.videoStream && pts !== undefined) times.push(pts);
  return Float64Array.from(times).sort();
}

/** The first place whose time is not before `ticks`. */
function placeOf(times: Float64Array, ticks: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < ticks) low = middle + 1;
    else high = middle;
  }
  return low;
}
