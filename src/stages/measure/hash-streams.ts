import { createHash, type Hash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { type Ffmpeg, filmUrl, probeJson, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { CopiedStream, Film } from '../../media/film/film.ts';
import { parseRational, type Timestamp } from '../../media/film/time.ts';

/** Hash over the packets of one stream in stored order (of an attachment: over its file), and their number. */
export interface StreamHash {
  readonly stream: CopiedStream;
  readonly packets: number;
  /** Hex SHA-256. */
  readonly hash: string;
}

/** ffmpeg cannot copy packets of streams without a codec. */
const isCopyable = ({ codec }: CopiedStream) => codec !== 'unknown' && codec !== 'none';

/**
 * Hashes every stream of a film except its picture in one pass over the file. Nothing is decoded. Times are not part of the
 * hashes.
 */
export async function hashStreams(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<StreamHash[]> {
  const streams = film.otherStreams.filter(isCopyable);
  if (streams.length === 0) return [];
  const hashes = streams.map(() => ({ packets: 0, hash: createHash('sha256') }));
  const maps = streams.flatMap(({ index }) => ['-map', `0:${index}`]);
  const args = ['-v', 'error', '-copyts', '-i', filmUrl(film.path), ...maps, '-c', 'copy'];
  const child = spawnFfmpeg(ffmpeg, [...args, '-f', 'framehash', '-hash', 'md5', 'pipe:1'], { signal, stdout: 'pipe' });
  try {
    for await (const line of createInterface({ input: child.stdout })) take(line, streams, hashes);
    await child.exited;
  } finally {
    await child.kill();
  }
  return streams.map((stream, place) => ({
    stream,
    packets: hashes[place]!.packets,
    hash: hashes[place]!.hash.digest('hex'),
  }));
}

/** A packet: `stream, dts, pts, duration, size, md5`. An attachment: `#extradata stream, size, md5`. */
function take(line: string, streams: readonly CopiedStream[], hashes: { packets: number; hash: Hash }[]): void {
  const packet = /^(\d+),(?:\s*-?\w+,){3}\s*(\d+,\s*[0-9a-f]{32})/.exec(line);
  const extra = /^#extradata (\d+),\s*(\d+,\s*[0-9a-f]{32})/.exec(line);
  const [, number, content] = packet ?? extra ?? [];
  if (number === undefined || (!packet && streams[Number(number)]!.kind !== 'attachment')) return;
  const target = hashes[Number(number)]!;
  if (packet) target.packets++;
  target.hash.update(content!.replace(/\s+/g, ''));
}

/** `same`: all packets are identical. `different`: a stream of that kind exists with other packets. */
export type StreamFate = 'same' | 'different' | 'missing';

export interface StreamComparison {
  readonly stream: CopiedStream;
  readonly packets: number;
  readonly fate: StreamFate;
}

/** Finds the counterpart in the result of every stream of the source, at any index. */
export function compareStreams(source: readonly StreamHash[], result: readonly StreamHash[]): StreamComparison[] {
  const left = [...result];
  const takeFirst = (fits: (one: StreamHash) => boolean) => {
    const place = left.findIndex(fits);
    return place < 0 ? undefined : left.splice(place, 1)[0];
  };
  const same = source.map(({ stream, hash }) => takeFirst(one => one.stream.kind === stream.kind && one.hash === hash));
  return source.map(({ stream, packets }, place) => {
    if (same[place]) return { stream, packets, fate: 'same' };
    const other = takeFirst(one => one.stream.kind === stream.kind);
    return { stream, packets, fate: other ? 'different' : 'missing' };
  });
}

interface ProbedPackets {
  readonly streams?: readonly { readonly time_base?: string }[];
  readonly packets?: readonly { readonly pts?: number }[];
}

/** Time of the first packet of the film's first sound stream; undefined for a silent film. */
export async function soundStart(film: Film, ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<Timestamp | undefined> {
  const sound = film.otherStreams.find(({ kind }) => kind === 'audio');
  if (!sound) return undefined;
  const args = ['-show_streams', '-show_packets', '-select_streams', String(sound.index), '-read_intervals', '%+#1'];
  const { streams, packets } = (await probeJson(ffmpeg, film.path, args, signal)) as ProbedPackets;
  const ticks = packets?.[0]?.pts;
  const timebase = streams?.[0]?.time_base;
  return ticks === undefined || timebase === undefined ? undefined : { ticks, timebase: parseRational(timebase) };
}
