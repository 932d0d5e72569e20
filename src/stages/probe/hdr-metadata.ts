import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { HdrMetadata } from '../../media/film/film.ts';

/** Side data of a stream or frame, as ffprobe prints it. */
export type ProbedSideData = Readonly<Record<string, unknown>>;

/** Transfer function of HDR10. Other pictures do not use this metadata. */
const PQ = 'smpte2084';

interface ProbedStream {
  readonly index: number;
  readonly color_transfer?: string;
  readonly side_data_list?: readonly ProbedSideData[];
}

/**
 * Mastering display and light level of a stream, from its container or its first picture; undefined if absent. Read only for HDR
 * streams.
 */
export async function readHdr(
  path: string,
  stream: ProbedStream,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<HdrMetadata | undefined> {
  if (stream.color_transfer !== PQ) return undefined;
  const first = ['-show_frames', '-select_streams', String(stream.index), '-read_intervals', '%+#1'];
  const { frames = [] } = (await probeJson(ffmpeg, path, first, signal)) as {
    readonly frames?: readonly { readonly side_data_list?: readonly ProbedSideData[] }[];
  };
  const list = [...(stream.side_data_list ?? []), ...(frames[0]?.side_data_list ?? [])];
  const of = (type: string) => list.find(({ side_data_type: name }) => name === type);
  const mastering = masteringOf(of('Mastering display metadata'));
  const light = lightOf(of('Content light level metadata'));
  return mastering || light ? { ...(mastering && { mastering }), ...(light && { light }) } : undefined;
}

function masteringOf(data: ProbedSideData | undefined): HdrMetadata['mastering'] {
  if (!data) return undefined;
  const point = (name: string) => [ratio(data[`${name}_x`]), ratio(data[`${name}_y`])] as const;
  const [red, green, blue, white] = [point('red'), point('green'), point('blue'), point('white_point')];
  const [minLuminance, maxLuminance] = [ratio(data.min_luminance), ratio(data.max_luminance)];
  return [...red, ...green, ...blue, ...white, minLuminance, maxLuminance].every(Number.isFinite)
    ? { red, green, blue, white, minLuminance, maxLuminance }
    : undefined;
}

function lightOf(data: ProbedSideData | undefined): HdrMetadata['light'] {
  const [content, average] = [Number(data?.max_content), Number(data?.max_average)];
  return content > 0 || average > 0 ? { content: content || 0, average: average || 0 } : undefined;
}

/** ffprobe prints "34000/50000". */
function ratio(text: unknown): number {
  const [num, den = 1] = String(text).split('/').map(Number);
  return num! / den;
}

/** First ffmpeg version that writes HDR metadata into mp4 and mov (verified with 5.1). All versions write it into mkv. */
const WRITES_HDR = 5;

/** Warning about HDR metadata that an ffmpeg cannot write. */
export function hdrRemark(hdr: HdrMetadata | undefined, container: string, ffmpeg: Pick<Ffmpeg, 'major' | 'version'>): string[] {
  if (!hdr || container === 'mkv' || ffmpeg.major >= WRITES_HDR) return [];
  return [
    `The film's HDR metadata (mastering display, content light level) cannot be written to ${container} by ffmpeg ${ffmpeg.version}; choose .mkv, or ffmpeg ${WRITES_HDR} or later.`,
  ];
}
