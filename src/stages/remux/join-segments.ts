import { readMatroska } from '../../adapters/containers/matroska-reader.ts';
import { type MatroskaTrack, matroskaHeader, matroskaPacketHead } from '../../adapters/containers/matroska-writer.ts';
import { readChunks } from '../../adapters/files/read-file.ts';
import { KinemacolorError } from '../../errors.ts';
import { rescaleTicks, type Timebase } from '../../media/film/time.ts';
import { isOnTime } from './picture-times.ts';

/**
 * An encoded shot. Ticks of the film's timebase: the time of its first frame, and of the next shot (of the film's end for the
 * last one).
 */
export interface Segment {
  readonly path: string;
  readonly startTicks: number;
  readonly endTicks: number;
}

export interface JoinOptions {
  readonly timebase: Timebase;
  /** The moment, in ticks, that becomes time 0 of the joined stream. No segment may start earlier. */
  readonly origin: number;
  /** Adds track properties the encoder does not know. */
  readonly completeTrack: (track: MatroskaTrack) => MatroskaTrack;
  /** Frames a second, if the result counts frames instead of holding their times. */
  readonly rate?: Timebase | undefined;
}

const NANOSECOND: Timebase = { num: 1, den: 1_000_000_000 };

/**
 * Joins segments written by `encodeShot` into one Matroska stream of one track, in nanoseconds. Every tick is rounded to the
 * nearest nanosecond, so rescaling to the film's timebase restores the ticks.
 * Only presentation times are written. Readers derive decoding times that are valid across joints, which no concatenation of
 * files with their own decoding times gives (single-frame shots, uneven times).
 */
export async function* joinSegments(
  segments: readonly Segment[],
  { timebase, origin, completeTrack, rate }: JoinOptions,
): AsyncGenerator<Buffer> {
  const nanoseconds = (ticks: number) => rescaleTicks(ticks - origin, timebase, NANOSECOND);
  let first: MatroskaTrack | undefined;
  let frames = 0;
  for (const { path, startTicks, endTicks } of segments) {
    let leading = true;
    for await (const part of readMatroska(readChunks(path))) {
      if (part.kind === 'track') {
        if (first === undefined) yield matroskaHeader(completeTrack(part.track), 1);
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
      if (rate && !isOnTime(frames++, ticks - segments[0]!.startTicks, rate, timebase))
        throw new KinemacolorError(
          'usage',
          `Frame ${frames - 1} does not lie at the film's even rate, and the result holds no times; choose .mov or .mkv.`,
        );
      const time = nanoseconds(ticks);
      const end = nanoseconds(packet.duration === undefined ? endTicks : ticks + packet.duration);
      yield matroskaPacketHead({ ...packet, time, duration: end - time });
      yield packet.data;
    }
  }
}

/** One track has one header. Parameter sets of another encoder or setting would make the following packets undecodable. */
function checkSame(first: MatroskaTrack, other: MatroskaTrack, path: string): void {
  const bytes = ({ codecPrivate = Buffer.alloc(0) }: MatroskaTrack) => codecPrivate;
  if (first.codecId === other.codecId && bytes(first).equals(bytes(other))) return;
  throw new KinemacolorError(
    'internal',
    `${path} was encoded in another way than the shots before it; remove it and render again.`,
  );
}
