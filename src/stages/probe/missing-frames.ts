import { aviChunkSizes } from '../../adapters/containers/avi-index.ts';
import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Film } from '../../media/film/film.ts';

/**
 * Number of pictures in the container's index minus those decoded from the whole film: negative if more were decoded, 0 without
 * an index. Pictures hidden by an edit list and empty ones (repeat the previous) do not count as missing.
 */
export async function missingFrames(film: Film, ffmpeg: Ffmpeg, frames: number, signal?: AbortSignal): Promise<number> {
  const { indexedFrames, container } = film;
  if (indexedFrames === undefined || indexedFrames === frames) return 0;
  const packets = await shownPackets(film, ffmpeg, signal);
  if (!/\bavi\b/.test(container)) return packets.length - frames;
  const sizes = await aviChunkSizes(film.path, film.videoStream);
  if (sizes?.length === indexedFrames) return sizes.filter(size => size > 0).length - frames;
  const end = Math.max(0, ...packets.map(({ pts = 0 }) => pts + 1)); // AVI counts time in pictures
  return packets.length + Math.max(0, indexedFrames - end) - frames;
}

/** Possible packet sizes of a transport stream. */
const TRANSPORT_PACKETS = [188, 192, 204];

/** Whether a transport stream, which has no index, ends within a packet. */
export function endsWithinPacket({ container, bytes }: Film): boolean {
  return container === 'mpegts' && TRANSPORT_PACKETS.every(size => bytes % size !== 0);
}

interface Packet {
  readonly pts?: number;
  readonly size?: string;
  readonly flags?: string;
}

async function shownPackets({ path, videoStream }: Film, ffmpeg: Ffmpeg, signal: AbortSignal | undefined): Promise<Packet[]> {
  const packets = ['-select_streams', String(videoStream), '-show_entries', 'packet=pts,size,flags'];
  const { packets: found = [] } = (await probeJson(ffmpeg, path, packets, signal)) as { packets?: Packet[] };
  return found.filter(({ flags = '', size }) => !flags.includes('D') && size !== '0');
}
