import { sizeOf } from '../../adapters/files/file-facts.ts';
import { noteOf } from '../../adapters/pictures/still-file.ts';
import type { ColorizeOptions } from '../film/colorize-video.ts';
import { colorizeToPictures, discardFilmOf, stackFingerprint } from '../pictures/colorize-to-pictures.ts';
import { type BatchFilm, withoutOwnEvents } from './film-of-batch.ts';

/** Colour a stack of a batch into a TIFF of as many pages, unless that is there already. Throws as `colorizeToPictures` does. */
export async function colorizeStackOfBatch(
  { source, output }: { readonly source: string; readonly output: string },
  options: ColorizeOptions,
): Promise<BatchFilm> {
  const stack = { ...options, settings: { ...options.settings, codec: 'ffv1' }, sourceKind: 'sequence' } as const;
  const made = (await sizeOf(output)) === undefined ? undefined : await noteOf(output);
  if (made !== undefined && made === (await stackFingerprint(source, stack))) {
    if (options.shots !== 'keep') await discardFilmOf(output); // of a run that was killed when its stack was complete
    options.onProgress?.({ type: 'film-kept', path: output });
    return { source, output, outcome: 'kept', report: undefined };
  }
  const report = await colorizeToPictures(source, output, { ...stack, onProgress: withoutOwnEvents(options.onProgress) });
  return { source, output, outcome: 'colored', report };
}
