import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { listPackets } from '../../adapters/ffmpeg/packet-list.ts';
import type { ClockStretch, Film } from '../../media/film/film.ts';
import { parseRational, type Timebase, toSeconds } from '../../media/film/time.ts';
import { findStretches } from './find-stretches.ts';

/** The timing fields of a stream in ffprobe's output. */
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

/** Containers without an index, whose files can be concatenated byte by byte. In others all times have one origin. */
const CONCATENABLE = /\b(mpegts|mpeg|ogg|flv|asf)\b/;
/** Those among them that require a timestamp at least every 0.7 s (ISO/IEC 13818-1, 2.7.4). */
const REGULARLY_TIMED = /\b(mpegts|mpeg)\b/;
/** Frame duration in seconds if no rate is stated. */
const USUAL_FRAME = 0.04;

/**
 * Finds the stretches of a film between timestamp discontinuities; empty if its clock is continuous. Reads all packets, decodes
 * none.
 */
export async function stretchesOf(streams: readonly ClockedStream[], source: Source): Promise<ClockStretch[]> {
  const { picture, container, path, ffmpeg, signal } = source;
  if (!CONCATENABLE.test(container)) return [];
  const rate = /^(\d+)\/(\d+)$/.exec(picture.avg_frame_rate ?? '');
  const found = await findStretches(listPackets(ffmpeg, path, signal), {
    streams: streams.map(({ index, codec_type, time_base }) => ({
      index,
      kind: codec_type ?? 'data',
      timebase: parseRational(time_base ?? '1/1000'),
    })),
    picture: picture.index,
    frame: rate && Number(rate[1]) > 0 ? Number(rate[2]) / Number(rate[1]) : USUAL_FRAME,
    leaps: REGULARLY_TIMED.test(container),
  });
  return found.length > 1 ? found : [];
}

/** Maximum number of discontinuities listed individually. */
const NAMED = 5;

/** Message about timestamp discontinuities; none without them. */
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

/** Seconds before a discontinuity within which a packet counts as being at it. */
const AT_JUMP = 0.5;

/**
 * Decides for ffmpeg's messages, in order, whether they are caused by a discontinuity only. Transport streams number their
 * packets; where numbering restarts, ffmpeg reports the intact last packet before it as corrupt.
 */
export function jumpFaults({ stretches, format }: Film): (message: string) => boolean {
  const ends = stretches.slice(0, -1).map(({ last }) => last);
  const state = { isHarmless: false };
  return message => {
    const dts = /^Packet corrupt \(stream = \d+, dts = (\d+)\)/.exec(message)?.[1];
    if (dts === undefined) return state.isHarmless && /^corrupt input packet in stream/.test(message);
    const away = ends.map(last => Math.abs(toSeconds({ ticks: last - Number(dts), timebase: format.timebase })));
    state.isHarmless = away.some(seconds => seconds < AT_JUMP);
    return state.isHarmless;
  };
}

/** First ffmpeg that can shift packets of a stream individually (bitstream filter `setts`). */
const MOVES_PACKETS = 5;

/** Warning that this ffmpeg cannot carry the film's other streams across timestamp discontinuities; undefined if it can. */
export function discontinuityWarning(
  { stretches, otherStreams, path }: Film,
  ffmpeg: Pick<Ffmpeg, 'major' | 'version'>,
): string | undefined {
  if (stretches.length === 0 || otherStreams.length === 0 || ffmpeg.major >= MOVES_PACKETS) return undefined;
  return `The clock of ${path} starts anew in mid-film, and ffmpeg ${ffmpeg.version} cannot keep its sound in step there; use ffmpeg 5 or later (KINEMACOLOR_FFMPEG).`;
}
