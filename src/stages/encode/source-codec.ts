import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import type { Codec } from '../../options.ts';
import type { WrittenCodec } from './codec-cards.ts';

/** The codec to write, and the profile of ProRes where the source's own is kept. */
export interface SourceCodec {
  readonly codec: WrittenCodec;
  readonly profile: number | undefined;
}

/** ffmpeg's name of a source's codec, and the one that writes it. */
const WRITERS: Readonly<Record<string, WrittenCodec>> = {
  h264: 'x264',
  hevc: 'x265',
  prores: 'prores',
  ffv1: 'ffv1',
  v210: 'v210',
  dnxhd: 'dnxhr',
};

/** ProRes' profiles by its code in a file; from 4 on they are 4:4:4. */
const PRORES_PROFILES: Readonly<Record<string, number>> = { apco: 0, apcs: 1, apcn: 2, apch: 3, ap4h: 4, ap4x: 5 };
const FIRST_4444 = 4;

/** The codec that `same` stands for. Throws `usage` where no encoder here writes the source's. */
export function sourceCodec(film: Film, codec: Codec): SourceCodec {
  if (codec !== 'same') return { codec, profile: undefined };
  const own = WRITERS[film.videoCodec];
  if (own === undefined)
    throw new KinemacolorError(
      'usage',
      `The film's own codec, ${film.videoCodec}, is not written here; instead of --codec same choose ffv1 (lossless, .mkv), prores (.mov) or x264.`,
    );
  if (own !== 'prores') return { codec: own, profile: undefined };
  const profile = PRORES_PROFILES[film.codecTag ?? ''] ?? (film.pixelFormat.includes('444') ? FIRST_4444 : undefined);
  return { codec: profile !== undefined && profile >= FIRST_4444 ? 'prores4444' : 'prores', profile };
}
