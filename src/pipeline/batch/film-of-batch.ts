import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { sizeOf } from '../../adapters/files/file-facts.ts';
import type { Settings } from '../../options.ts';
import type { OnProgress } from '../../progress.ts';
import { runOf } from '../../stages/remux/provenance.ts';
import { type ColorizeOptions, colorizeVideo } from '../film/colorize-video.ts';
import { discardJournal } from '../film/journal.ts';
import { runFingerprint } from '../film/run-fingerprint.ts';
import type { RunReport } from '../run/shot-report.ts';

/** A film that is finished, by this run or by an earlier one. */
export interface BatchFilm {
  /** The black-and-white film. Absolute. */
  readonly source: string;
  /** The film in colour. Absolute. */
  readonly output: string;
  /** `kept`: the output existed already, from the same source, model and settings. */
  readonly outcome: 'colored' | 'kept';
  /** What the run did; undefined for a film that was kept. */
  readonly report: RunReport | undefined;
}

/** Events of one film that would be too many lines beside others'. */
const OWN_EVENTS = new Set(['source', 'plan', 'device']);

/** What a batch passes on of one film's progress. */
export function withoutOwnEvents(onProgress: OnProgress | undefined): OnProgress {
  return event => !OWN_EVENTS.has(event.type) && onProgress?.(event);
}

/** Colour a film of a batch, unless its result is there already. Throws as `colorizeVideo` does. */
export async function colorizeFilmOfBatch(
  { source, output }: { readonly source: string; readonly output: string },
  { settings, ffmpeg }: { readonly settings: Settings; readonly ffmpeg: Ffmpeg },
  options: ColorizeOptions,
): Promise<BatchFilm> {
  const { signal, onProgress } = options;
  const made = (await sizeOf(output)) === undefined ? undefined : await runOf(output, ffmpeg);
  if (made !== undefined && made === (await runFingerprint(source, settings, signal))) {
    if (options.shots !== 'keep') await discardJournal(output); // of a run that was killed when its film was complete
    onProgress?.({ type: 'film-kept', path: output });
    return { source, output, outcome: 'kept', report: undefined };
  }
  const report = await colorizeVideo(source, output, { ...options, onProgress: withoutOwnEvents(onProgress) });
  return { source, output, outcome: 'colored', report };
}
