import { join } from 'node:path';
import { filmUrl, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { listPackets } from '../../adapters/ffmpeg/packet-list.ts';
import { sizeOf } from '../../adapters/files/file-facts.ts';
import { makeFolder, removeFilesIn, removePaths } from '../../adapters/files/folders.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import { shownSize } from '../../media/film/shown-picture.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import { handledLater } from '../../pending.ts';
import { tagArgs } from '../../stages/encode/color-tags.ts';
import type { RenderContext } from '../run/render-context.ts';

/** Pixels across of a proxy, at most. */
const MAX_WIDTH = 960;
/** Ticks a second of a proxy's clock. */
const CLOCK = 90_000;
/** A key frame every half second: seeking is quick. No frame waits for a later one. */
const ENCODING = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-g', '12', '-bf', '0', '-pix_fmt', 'yuv420p'];
const SOUND = ['-c:a', 'aac', '-b:a', '128k', '-ac', '2'];
const PROXY = '.mp4';

/** A finished shot as a small film that a browser plays: before above after, so that both are always the same frame. */
export interface ShotProxy {
  readonly path: string;
  /** Time of each frame in seconds from the first. */
  readonly times: readonly number[];
  /** In seconds. */
  readonly duration: number;
}

/**
 * Proxies of a project's finished shots, made when they are asked for, one at a time and at low priority, and kept by the
 * fingerprint of the shot.
 */
export interface ShotProxies {
  /** What was made of the same shot before is removed. */
  proxy(fingerprint: string, shot: PlannedShot): Promise<ShotProxy>;
  /** The file of a proxy, where it is made. */
  find(fingerprint: string): Promise<{ readonly path: string; readonly bytes: number } | undefined>;
  /** Remove the proxies of all other shots. */
  keepOnly(fingerprints: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** `segment`: the file of a finished shot, by its fingerprint. */
export function openShotProxies(project: string, context: RenderContext, segment: (fingerprint: string) => string): ShotProxies {
  const folder = join(project, 'proxies');
  const pathOf = (fingerprint: string) => join(folder, `${fingerprint}${PROXY}`);
  const known = new Map<string, Promise<ShotProxy>>();
  /** The fingerprint that each shot was last played with, by the shot's first frame. */
  const played = new Map<number, string>();
  const closing = new AbortController();
  const state = { turn: Promise.resolve<unknown>(undefined) };
  const make = async (fingerprint: string, shot: PlannedShot): Promise<ShotProxy> => {
    const path = pathOf(fingerprint);
    if ((await sizeOf(path)) === undefined) {
      await makeFolder(folder);
      const part = await createPart(folder);
      try {
        const args = proxyArgs(segment(fingerprint), shot, context, part);
        await spawnFfmpeg(context.ffmpeg, args, { signal: closing.signal, priority: 'low' }).exited;
        await commitPart(part, path);
      } finally {
        await removePaths(part);
      }
    }
    const times: number[] = [];
    for await (const { stream, pts } of listPackets(context.ffmpeg, path, closing.signal))
      if (stream === 0) times.push((pts ?? 0) / CLOCK);
    return { path, times: times.sort((a, b) => a - b), duration: lasts(shot, context) };
  };
  return {
    proxy(fingerprint, shot) {
      const found = known.get(fingerprint);
      const before = played.get(shot.start);
      played.set(shot.start, fingerprint);
      if (before !== undefined && before !== fingerprint) {
        known.delete(before);
        state.turn = state.turn.then(() => removePaths(pathOf(before)));
      }
      if (found) return found;
      const made = handledLater(state.turn.then(() => make(fingerprint, shot)));
      known.set(fingerprint, made);
      state.turn = made.catch(() => known.delete(fingerprint));
      return made;
    },
    async find(fingerprint) {
      const path = pathOf(fingerprint);
      const bytes = known.has(fingerprint) ? await sizeOf(path) : undefined;
      return bytes === undefined ? undefined : { path, bytes };
    },
    async keepOnly(fingerprints) {
      await removeFilesIn(folder, name => name.endsWith(PROXY) && !fingerprints.has(name.slice(0, -PROXY.length)));
    },
    async close() {
      closing.abort();
      await state.turn;
    },
  };
}

function lasts({ startTicks, endTicks }: PlannedShot, { film }: RenderContext): number {
  return toSeconds({ ticks: endTicks - startTicks, timebase: film.format.timebase });
}

function proxyArgs(segment: string, shot: PlannedShot, context: RenderContext, to: string): string[] {
  const { film, ffmpeg } = context;
  const { timebase } = film.format;
  // Where the film's clock starts anew the sound of a shot cannot be found by its time.
  const sound =
    film.stretches.length > 0 ? [] : ['-seek_timestamp', '1', '-ss', String(toSeconds({ ticks: shot.startTicks, timebase }))];
  const input = [...sound, '-t', String(lasts(shot, context)), '-i', filmUrl(film.path)];
  return [
    ...['-v', 'error', '-y', '-threads', '1', '-noautorotate', '-i', filmUrl(segment), ...(sound.length > 0 ? input : [])],
    ...['-filter_complex', stacked(context), '-map', '[stacked]', ...(sound.length > 0 ? ['-map', '1:a:0?'] : [])],
    ...ffmpeg.passthrough,
    ...[
      ...ENCODING,
      ...tagArgs(film),
      ...SOUND,
      '-enc_time_base',
      `1:${CLOCK}`,
      '-video_track_timescale',
      String(CLOCK),
      '-movflags',
      '+faststart',
    ],
    ...['-f', 'mp4', filmUrl(to)],
  ];
}

const TURNS: Readonly<Record<number, string>> = { 90: 'transpose=clock,', 180: 'hflip,vflip,', 270: 'transpose=cclock,' };

/** The shot's luma is the source's: without its colour it is the source. */
function stacked({ film }: RenderContext): string {
  const { width, height } = shownSize(film);
  const across = Math.min(width, MAX_WIDTH);
  const even = (length: number) => Math.max(2, 2 * Math.round(length / 2));
  const size = `${even(across)}:${even((across * height) / width)}`;
  const upright = TURNS[film.rotation] ?? '';
  return `[0:v]${upright}scale=${size},setsar=1,split[one][after];[one]hue=s=0[before];[before][after]vstack[stacked]`;
}
