import type { ListedPacket } from '../../adapters/ffmpeg/packet-list.ts';
import type { ClockStretch } from '../../media/film/film.ts';
import { type Timebase, toSeconds } from '../../media/film/time.ts';

/** What is known of a stream whose packets are looked through. */
export interface ListedStream {
  readonly index: number;
  readonly kind: string;
  readonly timebase: Timebase;
}

export interface StretchOptions {
  readonly streams: readonly ListedStream[];
  /** The stream whose clock is the film's. */
  readonly picture: number;
  /** Length of a picture whose duration the file does not say, in seconds. */
  readonly frame: number;
  /** Is a clock that leaps ahead another one, too? So it is where a format promises times without long gaps. */
  readonly leaps: boolean;
}

/**
 * A clock that goes back by more, or ahead by more, in seconds, is another clock: the limits at which ffmpeg, too, sees one. Times at which pictures
 * are decoded never go back by anything.
 */
const JUMP = { back: 0.1, ahead: 10 } as const;

/** Earliest and latest moment in a stretch of one stream, in seconds, by the file's own clock. */
interface Extent {
  start: number;
  end: number;
}

interface Stretch {
  readonly extents: Map<number, Extent>;
  /** Latest packet's time, whatever its stream. */
  latest: number;
  readonly packets: Map<number, number>;
  picture: { first: number; last: number; count: number } | undefined;
  /** Pictures since the last one whose time is not said, and the length of that one, in seconds. */
  missingLength: { since: number; length: number } | undefined;
}

/** Where the packets of one stream have come to. */
interface Place {
  stretch: number;
  last: number | undefined;
  count: number;
  /** Packets after a jump that the pictures have not made yet; they come with it, or it was a fault of this stream alone. */
  ahead: { readonly from: number; readonly packets: Moments[] } | undefined;
}

interface Moments {
  readonly time: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Find the stretches of a film in which its clock runs on. Where files were joined byte by byte, as cells of a DVD are, it starts anew. Pictures
 * decide where; other streams follow, each at its own packet, since they lie interleaved. All are moved alike, so that sound stays in step, and so
 * far that neither pictures nor sound of one stretch reach into those before.
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
    // A copied stream of pictures begins with its first entry point.
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
    const steady = streams.filter(({ kind }) => kind === 'video' || kind === 'audio').map(({ index }) => index);
    let shift = 0;
    return this.#stretches.map((stretch, number) => {
      const before = this.#stretches[number - 1];
      if (before) {
        const overlaps = steady.flatMap(index => {
          const [old, now] = [before.extents.get(index), stretch.extents.get(index)];
          return old && now ? [old.end + (index === picture ? lengthOfMissing(before) : 0) - now.start] : [];
        });
        const ticks = (Math.max(...overlaps) * timebase.den) / timebase.num;
        shift += Math.ceil(ticks - 1e-6); // a whole number of ticks, whatever its seconds were rounded to
      }
      const { first, last, count } = stretch.picture!;
      return { shift, first, last, pictures: count, packets: stretch.packets };
    });
  }

  #placeOf(index: number): Place {
    const known = this.#places.get(index) ?? { stretch: 0, last: undefined, count: 0, ahead: undefined };
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
      this.#catchUp();
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

  /** The pictures have jumped: so have the streams that did so before them. */
  #catchUp(): void {
    const newest = this.#stretches.length - 1;
    for (const [index, place] of this.#places) {
      if (!place.ahead) continue;
      const { from, packets } = place.ahead;
      place.ahead = undefined;
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
      // Where both clocks say nearly the same, it is the newer one: what is put there too early is moved by little.
      const moves = back || leap || this.#distance(time, newest) < Math.abs(time - current.latest) + JUMP.back;
      if (moves && this.#belongs(time, newest)) {
        place.stretch = newest;
        this.#stretches[newest]!.packets.set(index, place.count);
      }
    } else if (back || leap) {
      place.ahead ??= { from: place.count, packets: [] };
      place.ahead.packets.push(moments);
      // Pictures of the same moment lie nearer than this, or the jump was this stream's alone.
      if (time - place.ahead.packets[0]!.time <= JUMP.ahead) return;
    }
    place.ahead = undefined;
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

/** So many pictures at most are shown before one that is stored before them. */
const MAX_REORDERED = 4;

/** A picture of unsaid time among the last ones may be shown after all of them. */
function lengthOfMissing({ missingLength }: Stretch): number {
  return missingLength && missingLength.since <= MAX_REORDERED ? missingLength.length : 0;
}

function newStretch(): Stretch {
  const latest = Number.NEGATIVE_INFINITY;
  return { extents: new Map(), latest, packets: new Map(), picture: undefined, missingLength: undefined };
}
