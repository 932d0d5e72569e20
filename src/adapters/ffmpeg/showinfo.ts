import type { Timebase } from '../../media/film/time.ts';

/** What ffmpeg's filter showinfo says about one picture. It says it before the picture is written, so waiting for it cannot block. */
export interface ShownPicture {
  /** Presentation time in ticks of the filter's timebase; undefined where the picture has none. */
  readonly pts: number | undefined;
  readonly pixelFormat: string;
  readonly width: number;
  readonly height: number;
  readonly fields: 'progressive' | 'tff' | 'bff';
  /** Can decoding start here: a key frame that is coded as an I picture (a recovery point of an intra refresh is none)? */
  readonly entry: boolean;
}

/**
 * The filter that makes ffmpeg say it. Checksums would cost a fifth of the decoding. Side data (captions, encoder settings) are no part of
 * a raw picture and would be told in lines of every shape.
 */
export const SHOWINFO = 'sidedata=mode=delete,showinfo=checksum=0';

/** The filter that makes ffmpeg say what else lies in the pictures' stream, too. */
export const SHOWINFO_WHOLE = 'showinfo=checksum=0';

/** What a picture's stream may hold beside the picture. */
export type SideData = 'captions' | 'active format' | 'timecode' | 'user data';

/** ffmpeg's words for it, of 2018 and of 2026. User data is named by its UUID; those of x264 and x265 tell their own settings. */
const SIDE_DATA: readonly (readonly [SideData, RegExp])[] = [
  ['captions', /side data - (?:ATSC )?A\/?53/],
  ['active format', /side data - (?:afd|active format description)/i],
  ['timecode', /side data - (?:SMPTE 12-1 )?timecode/i],
  ['user data', /\bUUID=(?!dc45e9bd-e6d9-48b7|2ca2de09-b517-47db)[0-9a-f]{8}-/i],
];

/** What a line says that a picture's stream holds; undefined for any other line. */
export function parseSideData(line: string): SideData | undefined {
  return SIDE_DATA.find(([, pattern]) => pattern.test(line))?.[0];
}

// With `-v level+info`: [Parsed_showinfo_0 @ 0x55b679d050c0] [info] n:   1 pts:     40 pts_time:0.04 ... i:P iskey:0 type:B
// It is written in one piece, but where another thread has begun a line, in the middle of that and without its context:
// [info]   Stream #0:0: Video: rawvideo, n:   1 pts:     40 pts_time:0.04 ... i:P iskey:0 type:B 25 fps,
const PICTURE = /n:\s*\d+ pts:\s*(-?\d+|NOPTS)\s+pts_time:\S+ .*\bfmt:(\S+) .*\bs:(\d+)x(\d+) i:(\S) iskey:(\d) type:(\S)/;
const CONFIG = /config in time_base: (\d+)\/(\d+), frame_rate:/;
const FIELDS = { T: 'tff', B: 'bff' } as const;

/** Read one stderr line; undefined where it is not about a picture. */
export function parseShownPicture(line: string): ShownPicture | undefined {
  const match = PICTURE.exec(line);
  if (!match) return undefined;
  const [, pts, pixelFormat, width, height, fields, key, type] = match;
  return {
    pts: pts === 'NOPTS' ? undefined : Number(pts),
    pixelFormat: pixelFormat!,
    width: Number(width),
    height: Number(height),
    fields: FIELDS[fields as keyof typeof FIELDS] ?? 'progressive',
    entry: key === '1' && type === 'I',
  };
}

/** Read the line in which showinfo says its timebase; undefined for any other line. */
export function parseShownTimebase(line: string): Timebase | undefined {
  const match = CONFIG.exec(line);
  return match ? { num: Number(match[1]), den: Number(match[2]) } : undefined;
}

// What showinfo says in one of its two lines about a picture, and the rest of the line.
const SHOWINFO_LINE =
  /^\[Parsed_showinfo_\d+ @ \w+\] \[info\] (?:n:\s*\d+ pts:.*? type:\S|(?:\s*color_\w+:(?:unknown|\w+))+)(.*)$/;

/**
 * What somebody else says in a line that showinfo began; undefined where it is showinfo's alone. showinfo writes a line in several pieces. A
 * decoder's thread that has something to say meanwhile comes in between, and ffmpeg then gives its message neither context nor level:
 * `... iskey:0 type:B ac-tex damaged at 3 0`.
 */
export function messageWithin(line: string): string | undefined {
  return SHOWINFO_LINE.exec(line)?.[1]?.trim() || undefined;
}
