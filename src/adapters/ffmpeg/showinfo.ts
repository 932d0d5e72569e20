import type { Timebase } from '../../media/film/time.ts';

/**
 * What ffmpeg's filter showinfo prints about one picture. It prints before the picture is written, so waiting for the line
 * cannot block.
 */
export interface ShownPicture {
  /** Presentation time in ticks of the filter's timebase; undefined where the picture has none. */
  readonly pts: number | undefined;
  readonly pixelFormat: string;
  readonly width: number;
  readonly height: number;
  readonly fields: 'progressive' | 'tff' | 'bff';
  /** Can decoding start here? Only at a key frame coded as an I picture, not at a recovery point of intra refresh. */
  readonly entry: boolean;
}

/**
 * The filter that prints it. Checksums would take a fifth of the decoding time. Side data (captions, encoder settings) is
 * removed: it is not part of a raw picture, and its lines have no common form.
 */
export const SHOWINFO = 'sidedata=mode=delete,showinfo=checksum=0';

/** The same filter with the lines about side data. */
export const SHOWINFO_WHOLE = 'showinfo=checksum=0';

/** Side data in a video stream. */
export type SideData = 'captions' | 'active format' | 'timecode' | 'user data';

/**
 * ffmpeg's terms for them, of 2018 and of 2026. User data is named by its UUID; the UUIDs of x264 and x265, which hold their
 * settings, are excluded.
 */
const SIDE_DATA: readonly (readonly [SideData, RegExp])[] = [
  ['captions', /side data - (?:ATSC )?A\/?53/],
  ['active format', /side data - (?:afd|active format description)/i],
  ['timecode', /side data - (?:SMPTE 12-1 )?timecode/i],
  ['user data', /\bUUID=(?!dc45e9bd-e6d9-48b7|2ca2de09-b517-47db)[0-9a-f]{8}-/i],
];

/** The kind of side data that a line reports; undefined for any other line. */
export function parseSideData(line: string): SideData | undefined {
  return SIDE_DATA.find(([, pattern]) => pattern.test(line))?.[0];
}

// With `-v level+info`: [Parsed_showinfo_0 @ 0x55b679d050c0] [info] n:   1 pts:     40 pts_time:0.04 ... i:P iskey:0 type:B
// It is written in one piece, but where another thread has begun a line, in the middle of that and without its context:
// [info]   Stream #0:0: Video: rawvideo, n:   1 pts:     40 pts_time:0.04 ... i:P iskey:0 type:B 25 fps,
const PICTURE = /n:\s*\d+ pts:\s*(-?\d+|NOPTS)\s+pts_time:\S+ .*\bfmt:(\S+) .*\bs:(\d+)x(\d+) i:(\S) iskey:(\d) type:(\S)/;
const CONFIG = /config in time_base: (\d+)\/(\d+), frame_rate:/;
const FIELDS = { T: 'tff', B: 'bff' } as const;

/** Parse one line of stderr; undefined where it is not about a picture. */
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

/** Parse the line with showinfo's timebase; undefined for any other line. */
export function parseShownTimebase(line: string): Timebase | undefined {
  const match = CONFIG.exec(line);
  return match ? { num: Number(match[1]), den: Number(match[2]) } : undefined;
}

// The parts that showinfo prints in its two lines about a picture, and the rest of the line.
const SHOWINFO_LINE =
  /^\[Parsed_showinfo_\d+ @ \w+\] \[info\] (?:n:\s*\d+ pts:.*? type:\S|(?:\s*color_\w+:(?:unknown|\w+))+)(.*)$/;

/**
 * A message of another thread inside a line of showinfo; undefined where there is none. showinfo prints a line in several
 * pieces. If a decoder thread prints in between, ffmpeg gives its message neither context nor level: `... iskey:0 type:B ac-tex
 * damaged at 3 0`.
 */
export function messageWithin(line: string): string | undefined {
  return SHOWINFO_LINE.exec(line)?.[1]?.trim() || undefined;
}
