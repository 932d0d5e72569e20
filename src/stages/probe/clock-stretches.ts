import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { listPackets } from '../../adapters/ffmpeg/packet-list.ts';
import type { ClockStretch, Film } from '../../media/film/film.ts';
import { parseRational, type Timebase, toSeconds } from '../../media/film/time.ts';
import { findStretches } from './find-stretches.ts';

/** What ffprobe says of a stream, as far as its clock goes. */
interface ClockedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly time_base?: string;
  readonly avg_frame_rate?: string;
}

interface Source {
  readonly picture: ClockedStream;
  /** ffmpeg's name of the container. */
  readonly container: string;
  readonly path: string;
  readonly ffmpeg: Ffmpeg;
  readonly signal?: AbortSignal | undefined;
}

/** Containers without an index, which can be joined byte by byte; elsewhere times are counted from one beginning. */
const JOINABLE = /\b(mpegts|mpeg|ogg|flv|asf)\b/;
/** Among them, those that promise a time at least every 0.7 s (ISO/IEC 13818-1, 2.7.4). */
const PROMPT = /\b(mpegts|mpeg)\b/;
/** Length of a frame where no rate is stated, in seconds. */
const USUAL_FRAME = 0.04;

/** The stretches of a film's clock; none where it runs on through the whole film. All packets are looked at, none is decoded. */
export async function stretchesOf(streams: readonly ClockedStream[], source: Source): Promise<ClockStretch[]> {
  const { picture, container, path, ffmpeg, signal } = source;
  if (!JOINABLE.test(container)) return [];
  const rate = /^(\d+)\/(\d+)$/.exec(picture.avg_frame_rate ?? '');
  const found = await findStretches(listPackets(ffmpeg, path, signal), {
    streams: streams.map(({ index, codec_type, time_base }) => ({
      index,
      kind: codec_type ?? 'data',
      timebase: parseRational(time_base ?? '1/1000'),
    })),
    picture: picture.index,
    frame: rate && Number(rate[1]) > 0 ? Number(rate[2]) / Number(rate[1]) : USUAL_FRAME,
    leaps: PROMPT.test(container),
  });
  return found.length > 1 ? found : [];
}

/** Jumps named one by one; of more it is said how many there are. */
const NAMED = 5;

/** A sentence about a clock that starts anew; none where it does not. */
export function jumpNotes(path: string, stretches: readonly ClockStretch[], timebase: Timebase): string[] {
  if (stretches.length === 0) return [];
  const origin = stretches[0]!.first;
  const places = stretches.slice(1).map(({ first, shift }, i) => {
    const at = toSeconds({ ticks: first + shift - origin, timebase });
    const leap = toSeconds({ ticks: first - stretches[i]!.last, timebase });
    return `at ${at.toFixed(2)} s (${leap < 0 ? 'back' : 'ahead'} by ${Math.abs(leap).toFixed(2)} s)`;
  });
  const more = places.length > NAMED ? ` and ${places.length - NAMED} more times` : '';
  return [`The clock of ${path} jumps ${places.slice(0, NAMED).join(', ')}${more}: time goes on there, and nothing is left out.`];
}

/** Seconds before a jump in which a packet counts as lying at it. */
const AT_JUMP = 0.5;

/**
 * Tells of ffmpeg's messages, in their order, whether they are about nothing but a jump of the film's clock: a transport stream counts its
 * packets, and where it starts to count anew the last packet before is called corrupt, whole though it is.
 */
export function jumpFaults({ stretches, format }: Film): (message: string) => boolean {
  const ends = stretches.slice(0, -1).map(({ last }) => last);
  const state = { excused: false };
  return message => {
    const dts = /^Packet corrupt \(stream = \d+, dts = (\d+)\)/.exec(message)?.[1];
    if (dts === undefined) return state.excused && /^corrupt input packet in stream/.test(message);
    const away = ends.map(last => Math.abs(toSeconds({ ticks: last - Number(dts), timebase: format.timebase })));
    state.excused = away.some(seconds => seconds < AT_JUMP);
    return state.excused;
  };
}

/** The ffmpeg that can move packets of one stream by different times (its filter `setts`). */
const MOVES_PACKETS = 5;

/** A sentence about an ffmpeg that cannot carry the film's other streams over the jumps of its clock; undefined where it can. */
export function cannotGoOn({ stretches, carried, path }: Film, ffmpeg: Pick<Ffmpeg, 'major' | 'version'>): string | undefined {
  if (stretches.length === 0 || carried.length === 0 || ffmpeg.major >= MOVES_PACKETS) return undefined;
  return `The clock of ${path} starts anew in mid-film, and ffmpeg ${ffmpeg.version} cannot keep its sound in step there; use ffmpeg 5 or later (KINEMACOLOR_FFMPEG).`;
}
