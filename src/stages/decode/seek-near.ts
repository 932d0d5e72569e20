/** Seconds between positions below which frames are sought exactly. Entry points are only every few seconds. */
const EXACT_BELOW = 10;

/**
 * ffmpeg input options to seek to `seconds` of the file's own clock, for one of several positions `apart` seconds from each
 * other: exactly there, or, if they are far apart, to the entry point before it, which needs no decoding.
 */
export function seekNear(seconds: number, apart: number): readonly string[] {
  const rough = apart < EXACT_BELOW ? [] : ['-noaccurate_seek'];
  return ['-seek_timestamp', '1', ...rough, '-ss', seconds.toFixed(3)];
}
