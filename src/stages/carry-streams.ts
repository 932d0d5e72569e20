import { devNull } from 'node:os';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from '../adapters/ffmpeg.ts';
import type { Film } from '../media/film.ts';
import { parseRational, type Timebase } from '../media/time.ts';
import type { Container } from './codecs.ts';

/** What a stream of the source becomes in the result. `cover`: a picture that Matroska keeps as an attachment. */
export type Fate =
  | { readonly kind: 'picture' }
  | { readonly kind: 'copied' }
  | { readonly kind: 'converted'; readonly codec: string }
  | { readonly kind: 'cover' }
  | { readonly kind: 'regenerated' }
  | { readonly kind: 'left out' };

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
  readonly fate: Fate;
}

/** ffmpeg's name of the muxer that writes a container. */
export const MUXER: Record<Container, string> = { mp4: 'mp4', m4v: 'mp4', mov: 'mov', mkv: 'matroska' };

/** A stream as ffprobe prints it. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
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
 * Every stream of the source in its own order, and what becomes of it in a container. What a container can hold is asked of ffmpeg
 * itself, by opening such a file with the stream in it. Text subtitles that cannot be copied are converted to the container's own kind.
 */
export async function carryStreams(
  film: Film,
  { streams, packets = [] }: ProbedSource,
  container: Container,
  options: { ffmpeg: Ffmpeg; signal: AbortSignal | undefined },
): Promise<SourceStream[]> {
  const { ffmpeg, signal } = options;
  const plain = streams.filter(stream => !foregone(stream, film, container)).map(({ index }) => index);
  const all = plain.length === 0 || (await opens(film, { container, map: plain, codec: 'copy' }, ffmpeg, signal));
  const fates = await Promise.all(
    streams.map(async stream => foregone(stream, film, container) ?? (all ? COPIED : await tried(stream))),
  );
  return streams.map((stream, place) => described(stream, startOf(stream), fates[place]!));

  /** Smaller than the start that ffprobe states where a decoder will drop the first samples (AAC's priming). */
  function startOf({ index }: ProbedStream): number | undefined {
    const times = packets.flatMap(packet => (packet.stream_index === index && packet.pts !== undefined ? [packet.pts] : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async function tried({ index, codec_type }: ProbedStream): Promise<Fate> {
    if (await opens(film, { container, map: [index], codec: 'copy' }, ffmpeg, signal)) return COPIED;
    const codec = container === 'mkv' ? 'subrip' : 'mov_text';
    const text = codec_type === 'subtitle' && (await opens(film, { container, map: [index], codec }, ffmpeg, signal));
    return text ? { kind: 'converted', codec } : LEFT_OUT;
  }
}

const COPIED: Fate = { kind: 'copied' };
export const LEFT_OUT: Fate = { kind: 'left out' };

/** What is decided without asking. */
function foregone(stream: ProbedStream, film: Film, container: Container): Fate | undefined {
  if (stream.index === film.videoStream) return { kind: 'picture' };
  if (stream.disposition?.attached_pic === 1 && container === 'mkv') return { kind: 'cover' };
  if (stream.disposition?.attached_pic === 1 && container === 'mov') return LEFT_OUT; // the muxer takes it and forgets it
  // A timecode track and a track of chapter titles are written anew from the picture's timecode tag and from the chapters.
  if (stream.codec_tag_string === 'tmcd') return { kind: 'regenerated' };
  if (stream.codec_type === 'data' && stream.codec_tag_string === 'text' && film.chapters > 0) return { kind: 'regenerated' };
  return undefined;
}

function described(stream: ProbedStream, startTicks: number | undefined, fate: Fate): SourceStream {
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
    fate,
  };
}

interface Trial {
  readonly container: Container;
  readonly map: readonly number[];
  readonly codec: string;
}

/** Does ffmpeg begin such a file? It names the output as soon as the header is accepted; it is then stopped. */
async function opens(film: Film, { container, map, codec }: Trial, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<boolean> {
  const maps = map.flatMap(index => ['-map', `0:${index}`]);
  let begun = false;
  const child = spawnFfmpeg(ffmpeg, ['-i', filmUrl(film.path), ...maps, '-c', codec, '-f', MUXER[container], '-y', devNull], {
    signal,
    onLine: line => {
      if (!line.startsWith('Output #0')) return;
      begun = true;
      void child.kill();
    },
  });
  await child.outcome;
  return begun;
}
