import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from '../workers/child-processes.ts';
import { type Ffmpeg, filmUrl } from './ffmpeg.ts';
import { withinBounds } from './film-input.ts';

/** A packet as stored in the file. Times in ticks of its stream's timebase; undefined where the file has none. */
export interface ListedPacket {
  readonly stream: number;
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly duration: number | undefined;
  /** Is it a keyframe, so that decoding can begin here? */
  readonly key: boolean;
}

const ENTRIES = 'packet=stream_index,pts,dts,duration,flags';

/** Every packet of a file, in stored order, without decoding. The list ends where the file cannot be read. */
export async function* listPackets(ffmpeg: Ffmpeg, path: string, signal?: AbortSignal): AsyncGenerator<ListedPacket> {
  const args = withinBounds(['-hide_banner', '-v', 'error', '-show_entries', ENTRIES, '-of', 'csv=p=0', '-i', filmUrl(path)]);
  const env = { GCONV_PATH: dirname(ffmpeg.probePath) }; // see probeJson
  const child = startChild(ffmpeg.probePath, args, { stdout: 'pipe', signal, env });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, stream, pts, dts, duration, flags] = /^(\d+),([^,]+),([^,]+),([^,]+),(\w*)/.exec(line) ?? [];
      if (stream === undefined) continue; // side data has lines of its own
      const number = (text: string | undefined) => (text === 'N/A' ? undefined : Number(text));
      yield {
        stream: Number(stream),
        pts: number(pts),
        dts: number(dts),
        duration: number(duration),
        key: flags!.startsWith('K'),
      };
    }
    await child.outcome;
  } finally {
    await child.kill();
  }
}
