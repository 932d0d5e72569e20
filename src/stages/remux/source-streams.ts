import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Codec } from '../../options.ts';
import { type Container, containerOf, containersOf } from '../encode/codecs.ts';
import { OMITTED, type ProbedSource, planStreams, type SourceStream } from './plan-streams.ts';
import { type StreamRemarks, streamRemarks } from './stream-remarks.ts';

/** The tags in ffprobe's JSON. */
export interface ProbedTags {
  readonly format?: { readonly tags?: Readonly<Record<string, string>> };
}

type Probed = ProbedSource & ProbedTags;

interface HeldStreams {
  readonly probed: Probed;
  readonly streams: readonly SourceStream[];
}

export interface StreamRequest {
  readonly container: Container;
  /** Whether the whole film or a stretch of it is wanted. */
  readonly part: 'whole' | 'stretch';
  readonly ffmpeg: Ffmpeg;
  readonly signal: AbortSignal | undefined;
}

/** Streams of each open film by target container. Determined once, not at every edit of an open project. */
const held = new WeakMap<Film, Map<Container, Promise<HeldStreams>>>();

/** The streams of a film, and what happens to each in a container. Throws `source`, `process`, `interrupted`. */
export async function sourceStreams(film: Film, request: StreamRequest): Promise<HeldStreams> {
  const known = held.get(film) ?? new Map<Container, Promise<HeldStreams>>();
  held.set(film, known);
  const pendingStreams = known.get(request.container) ?? probeStreams(film, request);
  known.set(request.container, pendingStreams);
  pendingStreams.catch(() => known.delete(request.container));
  const { probed, streams } = await pendingStreams;
  return request.part === 'whole' ? { probed, streams } : { probed, streams: streams.map(withinStretch) };
}

/** ffmpeg cannot cut a subtitle while converting it: those before the stretch would be included. */
function withinStretch(stream: SourceStream): SourceStream {
  return stream.type === 'subtitle' && stream.outcome.kind === 'converted' ? { ...stream, outcome: OMITTED } : stream;
}

const PROBED = ['-show_streams', '-show_format', '-show_packets'];

/** Streams whose first packet is later than this do not affect the start of the result. */
const BEGINNING = ['-read_intervals', '%+1'];

async function probeStreams(film: Film, { container, ffmpeg, signal }: StreamRequest): Promise<HeldStreams> {
  const probed = (await probeJson(ffmpeg, film.path, [...PROBED, ...BEGINNING], signal)) as Probed;
  return { probed, streams: await planStreams(film, probed, container, { ffmpeg, signal }) };
}

/**
 * Determines what `remux` needs to know about a film's streams before its shots are rendered. Each stream is written once to a
 * null output, so that one that cannot be copied is found and mended beforehand. Returns messages for the user. Throws like
 * `sourceStreams`.
 */
export async function checkStreams(
  film: Film,
  target: { readonly output: string; readonly codec: Codec },
  request: Omit<StreamRequest, 'container'>,
): Promise<StreamRemarks> {
  const container = containerOf(target.output);
  const { streams } = await sourceStreams(film, { ...request, container });
  return streamRemarks(streams, film, container, containersOf(target.codec));
}
