import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';
import type { Settings } from '../../options.ts';
import type { Container } from '../encode/codec-cards.ts';
import { containerOf, type EncodingPlan, needsDevice } from '../encode/codecs.ts';
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
  /** How the result's pictures are encoded. */
  readonly encoding: EncodingPlan;
  /** What happens to sound that the container cannot hold. */
  readonly audio: Settings['audio'];
  /** Whether the whole film or a stretch of it is wanted. */
  readonly part: 'whole' | 'stretch';
  readonly ffmpeg: Ffmpeg;
  readonly signal: AbortSignal | undefined;
}

/** Streams of each open film by what decides their outcome. Determined once, not at every edit of an open project. */
const held = new WeakMap<Film, Map<string, Promise<HeldStreams>>>();

/** The streams of a film, and what happens to each in a container. Throws `source`, `process`, `interrupted`. */
export async function sourceStreams(film: Film, request: StreamRequest): Promise<HeldStreams> {
  const known = held.get(film) ?? new Map<string, Promise<HeldStreams>>();
  held.set(film, known);
  const key = [request.container, request.audio, request.encoding.codec].join(' ');
  const pendingStreams = known.get(key) ?? probeStreams(film, request);
  known.set(key, pendingStreams);
  pendingStreams.catch(() => known.delete(key));
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

async function probeStreams(film: Film, { container, encoding, ...request }: StreamRequest): Promise<HeldStreams> {
  const probed = (await probeJson(request.ffmpeg, film.path, [...PROBED, ...BEGINNING], request.signal)) as Probed;
  const conditions = { ...request, picture: trialEncoder(encoding) };
  return { probed, streams: await planStreams(film, probed, container, conditions) };
}

/** ffmpeg options that encode the first stream of a file as the result's pictures are; in software, whatever encodes these. */
function trialEncoder({ codec, encoderArgs, pixelFormat }: EncodingPlan): string[] {
  if (needsDevice(codec)) return ['-c:0', codec.startsWith('hevc') ? 'libx265' : 'libx264'];
  return ['-pix_fmt:0', pixelFormat, ...encoderArgs.map(arg => arg.replace(/^(-\w+):v$/, '$1:0'))];
}

/**
 * Determines what `remux` needs to know about a film's streams before its shots are rendered. Each stream is written once to a
 * null output, so that one that cannot be copied is found and mended beforehand. Returns messages for the user. Throws like
 * `sourceStreams`.
 */
export async function checkStreams(
  film: Film,
  output: string,
  request: Omit<StreamRequest, 'container'>,
): Promise<StreamRemarks> {
  const container = containerOf(output);
  const { streams } = await sourceStreams(film, { ...request, container });
  return streamRemarks(streams, film, { container, part: request.part });
}
