import { devNull } from 'node:os';
import { createInterface } from 'node:readline';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Container } from '../encode/codec-cards.ts';

/** ffmpeg's muxer for each container, with options that enable all it can write. */
const MUXER: Record<Container, string> = { mp4: 'mp4', m4v: 'mp4', mov: 'mov', mkv: 'matroska', mxf: 'mxf' };
/** Some versions treat FLAC and TrueHD in MP4 as experimental; players support them. */
export const muxerArgs = (container: Container) => [
  ...(MUXER[container] === 'mp4' ? ['-strict', '-2'] : []),
  '-f',
  MUXER[container],
];

export interface Circumstances {
  readonly ffmpeg: Ffmpeg;
  readonly signal: AbortSignal | undefined;
}

/** Streams of the source, by index, and ffmpeg options for how to write them to a container. */
export interface Trial {
  readonly container: Container;
  readonly map: readonly number[];
  readonly how: readonly string[];
  /** Bitstream filter for the streams. */
  readonly filter?: string;
  /** ffmpeg options of an encoder: a few pictures of it go into the file, before the streams. */
  readonly picture?: readonly string[];
}

export const COPY: readonly string[] = ['-c', 'copy'];

/** Pictures for a trial: as small as every encoder accepts. */
const TRIAL_PICTURES = ['-f', 'lavfi', '-i', 'color=c=gray:s=256x144:r=25:d=0.2'];
/** MXF needs pictures; these come with every ffmpeg. */
const MXF_PICTURE = ['-c:0', 'mpeg2video'];

const pictureOf = ({ container, picture }: Trial) => picture ?? (container === 'mxf' ? MXF_PICTURE : undefined);

function inputOf(film: Film, trial: Trial): string[] {
  const picture = pictureOf(trial);
  return [
    ...['-copyts', '-i', filmUrl(film.path), ...(picture ? [...TRIAL_PICTURES, '-map', '1:v'] : [])],
    ...trial.map.flatMap(index => ['-map', `0:${index}`]),
    ...[...trial.how, ...(picture ?? [])],
  ];
}

/** Replaces times by packet numbers during a trial. Discontinuous clocks are corrected only when the film is joined. */
const BY_ORDER = 'setts=pts=N:dts=N';

function filterArgs(film: Film, trial: Trial): string[] {
  const { map, how, filter } = trial;
  const first = pictureOf(trial) ? 1 : 0;
  const filters = [...(film.stretches.length > 0 && how === COPY ? [BY_ORDER] : []), ...(filter === undefined ? [] : [filter])];
  return filters.length === 0 ? [] : map.flatMap((_, place) => [`-bsf:${place + first}`, filters.join()]);
}

/** Whether ffmpeg accepts the header of such a file. It prints the output's name after that and is stopped. */
export async function acceptsHeader(
  film: Film,
  trial: Trial,
  { ffmpeg, signal }: Pick<Circumstances, 'ffmpeg' | 'signal'>,
): Promise<boolean> {
  let accepted = false;
  const child = spawnFfmpeg(ffmpeg, [...inputOf(film, trial), ...muxerArgs(trial.container), '-y', devNull], {
    signal,
    onLine: line => {
      if (!line.startsWith('Output #0')) return;
      accepted = true;
      void child.kill();
    },
  });
  await child.outcome;
  throwIfAborted(signal);
  return accepted;
}

/** ffmpeg's messages for packets that cannot be written. Some versions drop them and exit successfully. */
const UNWRITTEN = /av_interleaved_write_frame|[Ee]rror (?:muxing|submitting)|writing trailer/;
/** The same for packets that the muxer's own filter rejects. An explicit filter is there to drop them. */
const UNFILTERED = /bitstream filter|packet to filter/;

/**
 * Whether all of these streams can be written to their last packet. They are written to a null output, as fast as the file is
 * read.
 */
export async function canBeWritten(film: Film, trial: Trial, { ffmpeg, signal }: Circumstances): Promise<boolean> {
  const { container, filter } = trial;
  const failures: string[] = [];
  const into = [...muxerArgs(container), '-y', devNull];
  const args = ['-v', 'error', ...inputOf(film, trial), ...filterArgs(film, trial), ...into];
  const child = spawnFfmpeg(ffmpeg, args, {
    signal,
    onLine: line => {
      if (UNWRITTEN.test(line) || (filter === undefined && UNFILTERED.test(line))) failures.push(line);
    },
  });
  const { code } = await child.outcome;
  throwIfAborted(signal);
  if (code === null) await child.exited; // killed from outside: says nothing about the stream
  return code === 0 && failures.length === 0;
}

/** Packets lost by `filter`: their number, the total, and their times in seconds. */
export interface LostPackets {
  readonly lost: number;
  readonly of: number;
  readonly from: number;
  readonly to: number;
}

export async function lostPackets(film: Film, index: number, filter: string, where: Circumstances): Promise<LostPackets> {
  const [all, kept] = [await packetTimes(film, index, [], where), await packetTimes(film, index, ['-bsf:0', filter], where)];
  const keptTimes = new Set(kept);
  const lost = all.filter(time => !keptTimes.has(time));
  return { lost: all.length - kept.length, of: all.length, from: lost[0] ?? Number.NaN, to: lost.at(-1) ?? Number.NaN };
}

/** Decoding times of a stream's copied packets, in seconds. */
async function packetTimes(
  film: Film,
  index: number,
  how: readonly string[],
  { ffmpeg, signal }: Circumstances,
): Promise<number[]> {
  const args = [
    '-v',
    'fatal',
    ...inputOf(film, { container: 'mkv', map: [index], how: COPY }),
    ...how,
    '-f',
    'framecrc',
    'pipe:1',
  ];
  const child = spawnFfmpeg(ffmpeg, args, { signal, stdout: 'pipe' });
  const timebase = { num: 0, den: 1 };
  const times: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, num, den] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
    if (num !== undefined) Object.assign(timebase, { num: Number(num), den: Number(den) });
    const dts = /^0,\s*(-?\d+),/.exec(line)?.[1];
    if (dts !== undefined) times.push((Number(dts) * timebase.num) / timebase.den);
  }
  await child.outcome;
  throwIfAborted(signal);
  return times;
}
