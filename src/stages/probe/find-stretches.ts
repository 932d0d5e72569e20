import type { ListedPacket } from '../../adapters/ffmpeg/packet-list.ts';
import type { ClockStretch } from '../../media/film/film.ts';
import { type Timebase, toSeconds } from '../../media/film/time.ts';

/** Properties of a stream whose packets are scanned. */
export interface ListedStream {
  readonly index: number;
  readonly kind: string;
  readonly timebase: Timebase;
}

export interface StretchOptions {
  readonly streams: readonly ListedStream[];
  /** Index of the stream that defines the film's clock. */
  readonly picture: number;
  /** Duration in seconds of a picture without a stated duration. */
  readonly frame: number;
  /** Whether a forward leap also starts a new clock. True for formats that require timestamps without long gaps. */
  readonly leaps: boolean;
}

/**
 * A clock that goes back or ahead by more than this, in seconds, is a discontinuity. ffmpeg uses the same limits. Decoding times
 * of pictures never decrease at all.
 */
const JUMP = { back: 0.1, ahead: 10 } as const;

/** Earliest and latest time of one stream within a stretch, in seconds of the file's own clock. */
interface Extent {
  start: number;
  end: number;
}

interface Stretch {
  readonly extents: Map<number, Extent>;
  /** Latest packet time of any stream. */
  latest: number;
  readonly packets: Map<number, number>;
  picture: { first: number; last: number; count: number } | undefined;
  /** Pictures since the last one without a presentation time, and that one's duration in seconds. */
  missingLength: { since: number; length: number } | undefined;
}

/** Scan position in one stream. */
interface Place {
  stretch: number;
  last: number | undefined;
  count: number;
  /**
   * Packets after a discontinuity that the pictures have not reached yet. It becomes part of theirs, or was a fault of this
   * stream alone.
   */
  pending: { readonly from: number; readonly packets: Moments[] } | undefined;
}

interface Moments {
  readonly time: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the stretches between discontinuities of a film's clock. It restarts where files were concatenated byte by byte, e.g. the
 * cells of a DVD.
 * Pictures define the discontinuities. Other streams follow, each at its own packet, since streams are interleaved. All streams
 * are shifted equally, so sound stays in sync, and far enough that no picture or sound of a stretch overlaps the previous one.
 */
export async function findStretches(packets: AsyncIterable<ListedPacket>, options: StretchOptions): Promise<ClockStretch[]> {
  const finder = new StretchFinder(options);
  for await (const packet of packets) finder.take(packet);
  return finder.stretches();
}

class StretchFinder {
  readonly #options: StretchOptions;
  readonly #streams: ReadonlyMap<number, ListedStream>;
  readonly #places = new Map<number, Place>();
  readonly #stretches: Stretch[] = [newStretch()];

  constructor(options: StretchOptions) {
    this.#options = options;
    this.#streams = new Map(options.streams.map(stream => [stream.index, stream]));
  }

  take(packet: ListedPacket): void {
    const stream = this.#streams.get(packet.stream);
    if (!stream) return;
    const place = this.#placeOf(stream.index);
    // A copied picture stream begins with its first entry point.
    if (stream.kind === 'video' && place.count === 0 && !packet.key) return;
    const moments = this.#momentsOf(packet, stream);
    if (moments) {
      if (stream.index === this.#options.picture) this.#takePicture(packet, place, moments);
      else this.#takeOther(stream.index, place, moments);
    }
    place.count++;
  }

  stretches(): ClockStretch[] {
    const { picture, streams } = this.#options;
    const { timebase } = this.#streams.get(picture)!;
    const timed = streams.filter(({ kind }) => kind === 'video' || kind === 'audio').map(({ index }) => index);
    let shift = 0;
    return this.#stretches.map((stretch, number) => {
      const before = this.#stretches[number - 1];
      if (before) {
        const overlaps = timed.flatMap(index => {
          const [previous, current] = [before.extents.get(index), stretch.extents.get(index)];
          return previous && current ? [previous.end + (index === picture ? lengthOfMissing(before) : 0) - current.start] : [];
        });
        const ticks = (Math.max(...overlaps) * timebase.den) / timebase.num;
        shift += Math.ceil(ticks - 1e-6); // a whole number of ticks despite rounding to seconds
      }
      const { first, last, count } = stretch.picture!;
      return { shift, first, last, pictures: count, packets: stretch.packets };
    });
  }

  #placeOf(index: number): Place {
    const known = this.#places.get(index) ?? { stretch: 0, last: undefined, count: 0, pending: undefined };
    this.#places.set(index, known);
    return known;
  }

  #momentsOf({ pts, dts, duration }: ListedPacket, { kind, timebase }: ListedStream): Moments | undefined {
    const [time, start] = [dts ?? pts, pts ?? dts];
    if (time === undefined || start === undefined) return undefined;
    const seconds = (ticks: number) => toSeconds({ ticks, timebase });
    const length = duration ? seconds(duration) : kind === 'video' ? this.#options.frame : 0;
    return { time: seconds(time), start: seconds(start), end: seconds(start) + length };
  }

  #takePicture({ pts, dts }: ListedPacket, place: Place, moments: Moments): void {
    const current = this.#stretches[place.stretch]!;
    const allowed = dts === undefined ? JUMP.back : 0;
    const back = place.last !== undefined && moments.time < place.last - allowed;
    const leap = this.#options.leaps && place.last !== undefined && moments.time > current.latest + JUMP.ahead;
    if (back || leap) {
      place.stretch = this.#stretches.push(newStretch()) - 1;
      this.#add(this.#options.picture, place, moments);
      this.#applyToOthers();
    } else this.#add(this.#options.picture, place, moments);
    const ticks = (pts ?? dts)!;
    const stretch = this.#stretches[place.stretch]!;
    stretch.picture ??= { first: ticks, last: ticks, count: 0 };
    stretch.picture.count++;
    stretch.picture.first = Math.min(stretch.picture.first, ticks);
    stretch.picture.last = Math.max(stretch.picture.last, ticks);
    if (stretch.missingLength) stretch.missingLength.since++;
    if (pts === undefined) stretch.missingLength = { since: 0, length: moments.end - moments.start };
  }

  /** The pictures have a discontinuity: applies it to streams that had it before them. */
  #applyToOthers(): void {
    const newest = this.#stretches.length - 1;
    for (const [index, place] of this.#places) {
      if (!place.pending) continue;
      const { from, packets } = place.pending;
      place.pending = undefined;
      if (!this.#belongs(packets[0]!.time, newest)) continue;
      place.stretch = newest;
      this.#stretches[newest]!.packets.set(index, from);
      for (const moments of packets) this.#add(index, place, moments);
    }
  }

  #takeOther(index: number, place: Place, moments: Moments): void {
    const newest = this.#stretches.length - 1;
    const { time } = moments;
    const current = this.#stretches[place.stretch]!;
    const back = place.last !== undefined && time < place.last - JUMP.back;
    const leap = this.#options.leaps && current.latest > Number.NEGATIVE_INFINITY && time > current.latest + JUMP.ahead;
    if (place.stretch < newest) {
      // If both clocks are about equally close, the newer one wins: an error there shifts the packet only slightly.
      const moves = back || leap || this.#distance(time, newest) < Math.abs(time - current.latest) + JUMP.back;
      if (moves && this.#belongs(time, newest)) {
        place.stretch = newest;
        this.#stretches[newest]!.packets.set(index, place.count);
      }
    } else if (back || leap) {
      place.pending ??= { from: place.count, packets: [] };
      place.pending.packets.push(moments);
      // Pictures of the same moment would be nearer than this; otherwise this stream alone had the discontinuity.
      if (time - place.pending.packets[0]!.time <= JUMP.ahead) return;
    }
    place.pending = undefined;
    this.#add(index, place, moments);
  }

  #add(index: number, place: Place, { time, start, end }: Moments): void {
    const stretch = this.#stretches[place.stretch]!;
    const extent = stretch.extents.get(index) ?? { start, end };
    stretch.extents.set(index, { start: Math.min(extent.start, start), end: Math.max(extent.end, end) });
    stretch.latest = Math.max(stretch.latest, time);
    place.last = time;
  }

  #distance(time: number, number: number): number {
    const starts = [...this.#stretches[number]!.extents.values()].map(({ start }) => start);
    return Math.max(0, Math.min(...starts) - time, time - this.#stretches[number]!.latest);
  }

  #belongs(time: number, number: number): boolean {
    return this.#distance(time, number) <= JUMP.ahead;
  }
}

/** Maximum number of pictures shown before one that is stored before them. */
const MAX_REORDERED = 4;

/** A picture without a presentation time near the end may be shown after all others. */
function lengthOfMissing({ missingLength }: Stretch): number {
  return missingLength && missingLength.since <= MAX_REORDERED ? missingLength.length : 0;
}

function newStretch(): Stretch {
  const latest = Number.NEGATIVE_INFINITY;
  return { extents: new Map(), latest, packets: new Map(), picture: undefined, missingLength: undefined };
}
