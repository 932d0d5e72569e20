import type { Film } from '../../media/film/film.ts';
import { parseRational, type Timebase } from '../../media/film/time.ts';
import type { Container } from '../encode/codecs.ts';
import { soundCodecs } from './sound-codecs.ts';
import { type Circumstances, COPY, goesThrough, type LostPackets, lostPackets, opens } from './try-stream-copy.ts';

/** What a stream of the source becomes in the result. `cover`: a picture that Matroska keeps as an attachment. */
export type StreamOutcome =
  | { readonly kind: 'picture' }
  /** `mended`: packets that the container cannot take are left out by a filter of ffmpeg's. */
  | { readonly kind: 'copied'; readonly mended?: { readonly filter: string; readonly packets: LostPackets } }
  /** `damaged`: the container would take it as it is, were it whole. `exact`: what is heard is the same, sample by sample. */
  | { readonly kind: 'converted'; readonly codec: string; readonly damaged: boolean; readonly exact: boolean }
  | { readonly kind: 'cover' }
  | { readonly kind: 'regenerated' }
  | { readonly kind: 'left out'; readonly damaged: boolean };

/** A stream of the source as ffprobe sees it, and what becomes of it. */
export interface SourceStream {
  readonly index: number;
  readonly type: string;
  readonly codec: string;
  readonly timebase: Timebase;
  /** Time of its earliest packet, in ticks of its own timebase; undefined where it begins late or not at all. */
  readonly startTicks: number | undefined;
  readonly fieldOrder: string | undefined;
  /** Of sound, samples per second; undefined for other streams. */
  readonly sampleRate: number | undefined;
  readonly dispositions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly outcome: StreamOutcome;
  /** For a stream that is not kept as it is: the other containers that were tried and hold it so. */
  readonly elsewhere: readonly Container[];
}

/** A stream as ffprobe prints it. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly sample_fmt?: string;
  readonly bits_per_raw_sample?: string;
  readonly time_base?: string;
  readonly field_order?: string;
  readonly sample_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What ffprobe prints of a source: its streams, and the packets it begins with. */
export interface ProbedSource {
  readonly streams: readonly ProbedStream[];
  readonly packets?: readonly { readonly stream_index: number; readonly pts?: number }[];
}

/**
 * Every stream of the source in its own order, and what becomes of it in a container. What a container can hold is asked of ffmpeg itself,
 * by writing such a file into nothing, to the end: a damaged packet is met here and not when the film is joined. What cannot be copied is
 * mended (the damaged packets left out), else converted: text subtitles to the container's own kind, sound to a codec that keeps its samples.
 */
export async function planStreams(
  film: Film,
  { streams, packets = [] }: ProbedSource,
  container: Container,
  options: Circumstances,
): Promise<SourceStream[]> {
  const plain = streams.filter(stream => !foregone(stream, film, container)).map(({ index }) => index);
  const together = { container, map: plain, how: COPY };
  const all = plain.length === 0 || ((await opens(film, together, options)) && (await goesThrough(film, together, options)));
  const carried: SourceStream[] = [];
  for (const stream of streams) {
    const outcome = foregone(stream, film, container) ?? (all ? COPIED : await tried(stream, film, container, options));
    const lost = (outcome.kind === 'converted' || outcome.kind === 'left out') && !outcome.damaged;
    carried.push(described(stream, startOf(stream), outcome, lost ? await holders(stream, film, container, options) : []));
  }
  return carried;

  /** Smaller than the start that ffprobe states where a decoder will drop the first samples (AAC's priming). */
  function startOf({ index }: ProbedStream): number | undefined {
    const times = packets.flatMap(packet => (packet.stream_index === index && packet.pts !== undefined ? [packet.pts] : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }
}

/** What becomes of one stream, the best way first. */
async function tried(stream: ProbedStream, film: Film, container: Container, options: Circumstances): Promise<StreamOutcome> {
  const { index, codec_type: type, codec_name: name } = stream;
  const damaged = await opens(film, { container, map: [index], how: COPY }, options);
  if (damaged && (await goesThrough(film, { container, map: [index], how: COPY }, options))) return COPIED;
  const filter = damaged && name !== undefined ? FILTERS[name] : undefined;
  if (filter && (await goesThrough(film, { container, map: [index], how: COPY, filter }, options)))
    return { kind: 'copied', mended: { filter, packets: await lostPackets(film, index, filter, options) } };
  const candidates = type === 'audio' ? soundCodecs(stream, container) : type === 'subtitle' ? [subtitleCodec(container)] : [];
  for (const { codec, exact } of candidates) {
    const trial = { container, map: [index], how: ['-c', codec] };
    if ((await opens(film, trial, options)) && (await goesThrough(film, trial, options)))
      return { kind: 'converted', codec, damaged, exact };
  }
  return { kind: 'left out', damaged };
}

/** Filters that a muxer puts in by itself, where one damaged packet is its end; put in by us, the packet is left out. */
const FILTERS: Readonly<Record<string, string>> = { aac: 'aac_adtstoasc' };

const subtitleCodec = (container: Container) => ({ codec: container === 'mkv' ? 'subrip' : 'mov_text', exact: false });

/** The containers besides this one that hold a stream as it is. */
async function holders(stream: ProbedStream, film: Film, container: Container, options: Circumstances): Promise<Container[]> {
  const held: Container[] = [];
  for (const other of OTHERS[container]) {
    const { kind } = foregone(stream, film, other) ?? { kind: 'unknown' };
    const trial = { container: other, map: [stream.index], how: COPY };
    if (kind === 'cover' || (kind === 'unknown' && (await opens(film, trial, options)))) held.push(other);
  }
  return held;
}

const OTHERS: Record<Container, readonly Container[]> = {
  mkv: ['mov', 'mp4'],
  mov: ['mkv', 'mp4'],
  mp4: ['mkv', 'mov'],
  m4v: ['mkv', 'mov'],
};

const COPIED: StreamOutcome = { kind: 'copied' };
export const LEFT_OUT: StreamOutcome = { kind: 'left out', damaged: false };

/** What is decided without asking. */
function foregone(stream: ProbedStream, film: Film, container: Container): StreamOutcome | undefined {
  if (stream.index === film.videoStream) return { kind: 'picture' };
  if (stream.disposition?.attached_pic === 1 && container === 'mkv') return { kind: 'cover' };
  if (stream.disposition?.attached_pic === 1 && container === 'mov') return LEFT_OUT; // the muxer takes it and forgets it
  // A timecode track and a track of chapter titles are written anew from the picture's timecode tag and from the chapters.
  if (stream.codec_tag_string === 'tmcd') return { kind: 'regenerated' };
  if (stream.codec_type === 'data' && stream.codec_tag_string === 'text' && film.chapters > 0) return { kind: 'regenerated' };
  return undefined;
}

function described(
  stream: ProbedStream,
  startTicks: number | undefined,
  outcome: StreamOutcome,
  elsewhere: readonly Container[],
): SourceStream {
  return {
    index: stream.index,
    type: stream.codec_type ?? 'data',
    codec: stream.codec_name ?? stream.codec_tag_string ?? 'unknown',
    timebase: parseRational(stream.time_base ?? '1/1000'),
    startTicks,
    fieldOrder: stream.field_order,
    sampleRate: stream.sample_rate === undefined ? undefined : Number(stream.sample_rate),
    dispositions: Object.entries(stream.disposition ?? {}).flatMap(([name, set]) => (set === 1 ? [name] : [])),
    tags: stream.tags ?? {},
    outcome,
    elsewhere,
  };
}
