/** Places nearer to each other than this, in seconds, are decoded up to their place: containers name places to begin at only every few seconds. */
const EXACT_BELOW = 10;

/**
 * Input options with which ffmpeg begins at `seconds` of the file's own clock, for one of several looks into a film that lie `apart`
 * seconds from each other: exactly there, or, where they lie far apart, at the entry point before it, which needs no decoding up to it.
 */
export function seekNear(seconds: number, apart: number): readonly string[] {
  const rough = apart < EXACT_BELOW ? [] : ['-noaccurate_seek'];
  return ['-seek_timestamp', '1', ...rough, '-ss', seconds.toFixed(3)];
}
