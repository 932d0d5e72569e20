import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type GuardOptions, guardOutput, type OutputPlace } from '../../adapters/files/output-guard.ts';
import { isOurs } from '../../stages/remux/remux.ts';

/** Check the path of a finished film, as `guardOutput` does; a film was made by Kinemacolor if its comment says so. */
export function guardFilm(
  path: string,
  { ffmpeg, ...options }: GuardOptions & { readonly ffmpeg: Ffmpeg },
): Promise<OutputPlace> {
  return guardOutput({ path, what: 'output', option: '--output', isOurs: found => isOurs(found, ffmpeg) }, options);
}
