import type { Film } from '../../media/film/film.ts';
import { parseRational, type Timebase } from '../../media/film/time.ts';
import type { Settings } from '../../options.ts';
import type { Container } from '../encode/codec-cards.ts';
import { type SoundCodec, soundCodecs } from './sound-codecs.ts';
import { acceptsHeader, type Circumstances, COPY, canBeWritten, type LostPackets, lostPackets } from './try-stream-copy.ts';

/** What happens to a stream of the source. `cover`: a picture that Matroska stores as an attachment. */
export type StreamOutcome =
  | { readonly kind: 'picture' }
  /** `mended`: packets the container rejects are dropped by an ffmpeg bitstream filter. */
  | { readonly kind: 'copied'; readonly mended?: { readonly filter: string; readonly packets: LostPackets } }
  /** `damaged`: the container would accept the stream if it were intact. `exact`: every decoded sample is preserved. */
  | (SoundCodec & { readonly kind: 'converted'; readonly damaged: boolean })
  | { readonly kind: 'cover' }
  | { readonly kind: 'regenerated' }
  | { readonly kind: 'left out'; readonly damaged: boolean };

/** What was tried, and keeps a stream that is not kept as it is. Nothing for other streams. */
export interface Remedies {
  /** Other containers that hold it unchanged, beside such pictures. */
  readonly containers: readonly Container[];
  /** The codec that sound that is left out could be converted to on request. */
  readonly conversion: string | undefined;
}

/** What a run decides about its streams. */
export interface StreamSettings {
  readonly audio: Settings['audio'];
  /** ffmpeg options for the pictures of the result, with which other containers are tried. */
  readonly picture: readonly string[];
}

type Conditions = Circumstances & StreamSettings;

/** A stream of the source as ffprobe reports it, and what happens to it. */
export interface SourceStream {
  readonly index: number;
  readonly type: string;
  readonly codec: string;
  readonly timebase: Timebase;
  /** Earliest packet in ticks of the stream's timebase; undefined if it starts late or is empty. */
  readonly startTicks: number | undefined;
  /** Where its first sample is heard or its first picture seen, in seconds, as ffprobe states it; undefined where it does not. */
  readonly statedStart: number | undefined;
  readonly fieldOrder: string | undefined;
  /** Sound: samples per second; otherwise undefined. */
  readonly sampleRate: number | undefined;
  readonly dispositions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly outcome: StreamOutcome;
  /** For streams not kept as they are: what was tried, and keeps them. */
  readonly remedies: Remedies;
}

/** A stream in ffprobe's output. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly sample_fmt?: string;
  readonly bits_per_raw_sample?: string;
  readonly time_base?: string;
  readonly start_time?: string;
  readonly field_order?: string;
  readonly sample_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** ffprobe's output for a source: its streams and first packets. */
export interface ProbedSource {
  readonly streams: readonly ProbedStream[];
  readonly packets?: readonly { readonly stream_index: number; readonly pts?: number }[];
}

/**
 * Decides for every stream of the source, in order, what happens to it in a container.
 * ffmpeg itself is used to test what the container can hold, by writing the file to a null output, to its end. A damaged packet
 * is thus found now and not when the film is joined. What cannot be copied is mended (damaged packets dropped), else converted:
 * text subtitles to the container's own format, sound to a codec that keeps its samples; to one that does not only on request.
 */
export async function planStreams(
  film: Film,
  { streams, packets = [] }: ProbedSource,
  container: Container,
  options: Conditions,
): Promise<SourceStream[]> {
  const plain = streams.filter(stream => !knownOutcome(stream, film, container)).map(({ index }) => index);
  const together = { container, map: plain, how: COPY };
  const all =
    plain.length === 0 || ((await acceptsHeader(film, together, options)) && (await canBeWritten(film, together, options)));
  const planned: SourceStream[] = [];
  for (const stream of streams) {
    const outcome = knownOutcome(stream, film, container) ?? (all ? COPIED : await tryOutcomes(stream, film, container, options));
    const remedies = await tryRemedies(stream, outcome, film, container, options);
    planned.push(describeStream(stream, startOf(stream), outcome, remedies));
  }
  return planned;

  /** Earlier than the start stated by ffprobe if a decoder will drop the first samples (AAC priming). */
  function startOf({ index }: ProbedStream): number | undefined {
    const times = packets.flatMap(packet => (packet.stream_index === index && packet.pts !== undefined ? [packet.pts] : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }
}

/** Tries the outcomes for one stream, best first. */
async function tryOutcomes(stream: ProbedStream, film: Film, container: Container, options: Conditions): Promise<StreamOutcome> {
  const { index, codec_type: type, codec_name: name } = stream;
  const damaged = await acceptsHeader(film, { container, map: [index], how: COPY }, options);
  if (damaged && (await canBeWritten(film, { container, map: [index], how: COPY }, options))) return COPIED;
  const filter = damaged && name !== undefined ? FILTERS[name] : undefined;
  if (filter && (await canBeWritten(film, { container, map: [index], how: COPY, filter }, options)))
    return { kind: 'copied', mended: { filter, packets: await lostPackets(film, index, filter, options) } };
  if (type === 'subtitle') {
    const converted = await firstThatFits(index, film, container, [subtitleCodec(container)], options);
    return converted ? { kind: 'converted', ...converted, damaged } : { kind: 'left out', damaged };
  }
  // Sound that is damaged is saved in any case; what is whole is never changed unasked.
  const candidates = soundCodecsOf(stream, container).filter(({ exact }) => exact || damaged || options.audio === 'convert');
  const converted = await firstThatFits(index, film, container, candidates, options);
  return converted ? { kind: 'converted', ...converted, damaged } : { kind: 'left out', damaged };
}

const soundCodecsOf = (stream: ProbedStream, container: Container) =>
  stream.codec_type === 'audio' ? soundCodecs(stream, container) : [];

/** The first of these codecs that the container holds a stream in, to its last packet. */
async function firstThatFits(
  index: number,
  film: Film,
  container: Container,
  candidates: readonly SoundCodec[],
  options: Conditions,
): Promise<SoundCodec | undefined> {
  for (const candidate of candidates) {
    const rate = candidate.rate === undefined ? [] : ['-ar', String(candidate.rate)];
    const trial = { container, map: [index], how: ['-c', candidate.codec, ...rate] };
    if ((await acceptsHeader(film, trial, options)) && (await canBeWritten(film, trial, options))) return candidate;
  }
  return undefined;
}

/** Filters that a muxer inserts automatically, where one damaged packet aborts it. Inserted explicitly, they drop the packet. */
const FILTERS: Readonly<Record<string, string>> = { aac: 'aac_adtstoasc' };

const subtitleCodec = (container: Container) => ({ codec: container === 'mkv' ? 'subrip' : 'mov_text', exact: false });

/**
 * Tries what keeps a whole stream that is not kept as it is: other containers, with pictures as the result has them, and for sound that
 * is left out a conversion on request.
 */
async function tryRemedies(
  stream: ProbedStream,
  outcome: StreamOutcome,
  film: Film,
  container: Container,
  options: Conditions,
): Promise<Remedies> {
  if ((outcome.kind !== 'converted' && outcome.kind !== 'left out') || outcome.damaged) return NO_REMEDIES;
  const { index } = stream;
  const containers: Container[] = [];
  for (const other of OTHERS[container]) {
    const { kind } = knownOutcome(stream, film, other) ?? { kind: 'unknown' };
    if (kind !== 'cover' && kind !== 'unknown') continue;
    const trial = { container: other, map: kind === 'cover' ? [] : [index], how: COPY, picture: options.picture };
    if ((await acceptsHeader(film, trial, options)) && (await canBeWritten(film, trial, options))) containers.push(other);
  }
  const isOpen = outcome.kind === 'left out' && options.audio === 'keep';
  const codecs = isOpen ? soundCodecsOf(stream, container).filter(({ exact }) => !exact) : []; // exact ones do not fit
  return { containers, conversion: (await firstThatFits(index, film, container, codecs, options))?.codec };
}

const NO_REMEDIES: Remedies = { containers: [], conversion: undefined };

const OTHERS: Record<Container, readonly Container[]> = {
  mkv: ['mov', 'mp4'],
  mov: ['mkv', 'mp4'],
  mp4: ['mkv', 'mov'],
  m4v: ['mkv', 'mov'],
  mxf: ['mov', 'mkv', 'mp4'],
};

const COPIED: StreamOutcome = { kind: 'copied' };
export const OMITTED: StreamOutcome = { kind: 'left out', damaged: false };

/** Outcomes that are known without a trial. */
function knownOutcome(stream: ProbedStream, film: Film, container: Container): StreamOutcome | undefined {
  if (stream.index === film.videoStream) return { kind: 'picture' };
  if (stream.disposition?.attached_pic === 1 && container === 'mkv') return { kind: 'cover' };
  if (stream.disposition?.attached_pic === 1 && container === 'mov') return OMITTED; // the muxer accepts it, then drops it
  // Timecode and chapter title tracks are regenerated from the picture's timecode tag and from the chapters.
  if (stream.codec_tag_string === 'tmcd') return { kind: 'regenerated' };
  if (stream.codec_type === 'data' && stream.codec_tag_string === 'text' && film.chapters > 0) return { kind: 'regenerated' };
  return undefined;
}

function describeStream(
  stream: ProbedStream,
  startTicks: number | undefined,
  outcome: StreamOutcome,
  remedies: Remedies,
): SourceStream {
  return {
    index: stream.index,
    type: stream.codec_type ?? 'data',
    codec: stream.codec_name ?? stream.codec_tag_string ?? 'unknown',
    timebase: parseRational(stream.time_base ?? '1/1000'),
    startTicks,
    statedStart: stream.start_time === undefined ? undefined : Number(stream.start_time),
    fieldOrder: stream.field_order,
    sampleRate: stream.sample_rate === undefined ? undefined : Number(stream.sample_rate),
    dispositions: Object.entries(stream.disposition ?? {}).flatMap(([name, set]) => (set === 1 ? [name] : [])),
    tags: stream.tags ?? {},
    outcome,
    remedies,
  };
}
