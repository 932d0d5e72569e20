/** What an ffmpeg reports about itself. */
export interface FfmpegFacts {
  /** As its banner says: `5.1.9-0+deb12u1`, `N-47683-g0e8eb07980-static`. */
  readonly version: string;
  /** 4, 5, 7, ...; for a build from git, derived from the year of its copyright line. */
  readonly major: number;
  /** The last year in its copyright line: how recent its fixes are; 0 where it names none. */
  readonly year: number;
  /** Licence of this build: `GPL-3.0-or-later`. */
  readonly licence: string;
  /** The output option that keeps every frame at its own time: `-fps_mode passthrough`, before 5.1 `-vsync passthrough`. */
  readonly passthrough: readonly string[];
  /**
   * The output option that counts time in the film's own timebase: `-enc_time_base demux`, before 7.0 `-enc_time_base -1`
   * (which 9.0 refuses).
   */
  readonly demuxTimebase: readonly string[];
}

/** Parse ffmpeg's banner, as `-version` prints it too; undefined where it is not ffmpeg's. */
export function factsOf(banner: string): FfmpegFacts | undefined {
  const version = /^ffmpeg version (\S+)/m.exec(banner)?.[1];
  if (!version) return undefined;
  const year = Number(/Copyright \(c\) \d+-(\d{4})/.exec(banner)?.[1] ?? 0);
  return { version, major: majorOf(version, year), year, licence: licenceOf(banner), ...timeOptions(banner) };
}

/** `-fps_mode` exists since libavformat 59.27 (ffmpeg 5.1), the timebase `demux` since 7.0. */
function timeOptions(banner: string): Pick<FfmpegFacts, 'passthrough' | 'demuxTimebase'> {
  const [, major, minor] = /libavformat\s+(\d+)\.\s*(\d+)/.exec(banner) ?? [];
  const libavformat = Number(major) * 1000 + Number(minor);
  return {
    passthrough: [libavformat >= 59_027 ? '-fps_mode' : '-vsync', 'passthrough'],
    demuxTimebase: ['-enc_time_base', libavformat >= 61_000 ? 'demux' : '-1'],
  };
}

/**
 * "5.1.9-0+deb12u1" is 5. A git build ("N-47683-g...") has no number: FFmpeg 5 was released in 2022, and one major version each
 * year since.
 */
function majorOf(version: string, year: number): number {
  const numbered = /^n?(\d{1,2})\.\d/.exec(version);
  return numbered ? Number(numbered[1]) : Math.max(4, year - 2017);
}

/** The licence of the build as a whole, which follows from its configuration (FFmpeg's LICENSE.md). */
function licenceOf(banner: string): string {
  const built = (option: string) => new RegExp(`--enable-${option}(?:\\s|$)`, 'm').test(banner);
  if (built('nonfree')) return 'not redistributable (built with nonfree parts)';
  if (built('gpl')) return built('version3') ? 'GPL-3.0-or-later' : 'GPL-2.0-or-later';
  return built('version3') ? 'LGPL-3.0-or-later' : 'LGPL-2.1-or-later';
}

/**
 * The codecs (`av1`) that `-codecs` lists as supported, and the encoders or decoders (`libdav1d`) in parentheses, which are
 * listed only where their names differ from the codec's: ` D.V.L. av1   Alliance for Open Media AV1 (decoders: libdav1d )`.
 */
export function namesOf(table: string, kind: 'encoders' | 'decoders'): Set<string> {
  const rows = table.slice(table.indexOf('-------')).split('\n').slice(1);
  const able = kind === 'encoders' ? /^ .E\S{4} (\S+)/ : /^ D\S{5} (\S+)/;
  const listed = new RegExp(`\\(${kind}: ([^)]*)\\)`);
  return new Set(
    rows.flatMap(row => {
      const codec = able.exec(row)?.[1];
      return codec === undefined ? [] : [codec, ...(listed.exec(row)?.[1]?.trim().split(/\s+/) ?? [])];
    }),
  );
}

/**
 * Versions from before this year get no more security fixes, neither from FFmpeg nor (with the old copyright line) from a
 * distribution.
 */
const KEPT_SINCE = 2023;

/** A warning about an old ffmpeg, as a sentence without its end; undefined for a recent one. What to do instead: `NEWER`. */
export function remarkOnAge({ year, version }: FfmpegFacts, origin: string): string | undefined {
  if (year >= KEPT_SINCE) return undefined;
  const which = origin === 'bundled' ? 'The bundled ffmpeg' : `ffmpeg ${version}`;
  return `${which} is from ${year === 0 ? 'an unknown year' : year}: faults found since in how it reads files are open in it, and a film that somebody made to use them could run programs on this machine; give it only films that you trust`;
}

/** How to get a newer ffmpeg. */
export const NEWER = 'install a newer ffmpeg from your system\'s packages, or "npm install ffmpeg-static" beside Kinemacolor';
