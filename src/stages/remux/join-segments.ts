import { createReadStream } from 'node:fs';
import { readMatroska } from '../../adapters/containers/matroska-reader.ts';
import { type MatroskaTrack, matroskaHeader, matroskaPacketHead } from '../../adapters/containers/matroska-writer.ts';
import { KinemacolorError } from '../../errors.ts';
import { rescaleTicks, type Timebase } from '../../media/film/time.ts';

/** An encoded shot. Ticks of the film's timebase: its first frame's time, and the next shot's (for the last one: the film's end). */
export interface Segment {
  readonly path: string;
  readonly startTicks: number;
  readonly endTicks: number;
}

export interface JoinOptions {
  readonly timebase: Timebase;
  /** This moment, in ticks, becomes time 0 of the joined stream; no segment may start before it. */
  readonly origin: number;
  /** What is to be said of the track beyond what the encoder said. */
  readonly dress: (track: MatroskaTrack) => MatroskaTrack;
}

const NANOSECOND: Timebase = { num: 1, den: 1_000_000_000 };

/** Bytes read at a time: a few frames of most films. */
const READ_BYTES = 1 << 20;

/**
 * Join segments, which `encodeShot` wrote, to one Matroska stream of one track in nanoseconds, every tick rounded to the nearest: whoever
 * rescales it to the film's timebase finds the ticks again. Only times of presentation are given. A reader works out an order of decoding
 * from them that fits across the joints, which no list of files with their own decoding times does (shots of a single frame, uneven times).
 */
export async function* joinSegments(
  segments: readonly Segment[],
  { timebase, origin, dress }: JoinOptions,
): AsyncGenerator<Buffer> {
  const nanoseconds = (ticks: number) => rescaleTicks(ticks - origin, timebase, NANOSECOND);
  let first: MatroskaTrack | undefined;
  for (const { path, startTicks, endTicks } of segments) {
    let leading = true;
    for await (const part of readMatroska(createReadStream(path, { highWaterMark: READ_BYTES }))) {
      if (part.kind === 'track') {
        if (first === undefined) yield matroskaHeader(dress(part.track), 1);
        first ??= part.track;
        checkSame(first, part.track, path);
        continue;
      }
      const { packet } = part;
      const ticks = startTicks + packet.time;
      if ((leading && !(packet.key && packet.time === 0)) || ticks > endTicks) {
        throw new KinemacolorError(
          'internal',
          `${path} is not the whole shot of ticks ${startTicks}..${endTicks}; remove it and render again.`,
        );
      }
      leading = false;
      const time = nanoseconds(ticks);
      const end = nanoseconds(packet.duration === undefined ? endTicks : ticks + packet.duration);
      yield matroskaPacketHead({ ...packet, time, duration: end - time });
      yield packet.data;
    }
  }
}

/** One track has one description: parameter sets of another encoder or setting would make what follows unreadable. */
function checkSame(first: MatroskaTrack, other: MatroskaTrack, path: string): void {
  const bytes = ({ codecPrivate = Buffer.alloc(0) }: MatroskaTrack) => codecPrivate;
  if (first.codecId === other.codecId && bytes(first).equals(bytes(other))) return;
  throw new KinemacolorError(
    'internal',
    `${path} was encoded in another way than the shots before it; remove it and render again.`,
  );
}
