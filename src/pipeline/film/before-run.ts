import { locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import type { Existing, Inputs, OutputPlace } from '../../adapters/files/output-guard.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { isStretch, type Settings } from '../../options.ts';
import { eitherOf, handledLater } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { throughWindow } from '../../stages/decode/luma-window.ts';
import { chooseEncoding, containerOf } from '../../stages/encode/codecs.ts';
import { discontinuityWarning } from '../../stages/probe/clock-stretches.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { mxfRate } from '../../stages/remux/picture-times.ts';
import { checkStreams } from '../../stages/remux/source-streams.ts';
import type { StreamRemarks } from '../../stages/remux/stream-remarks.ts';
import { threadCount } from '../run/budget.ts';
import { guardFilm } from '../run/guard-film.ts';
import { warnOfOldFfmpeg } from '../run/warn-of-old-ffmpeg.ts';

/** Options of a run that do not change the pictures of the result. */
export interface RunOptions {
  /** Stops the run at once; the promise rejects as `interrupted`. The same call resumes the run. */
  readonly signal?: AbortSignal | undefined;
  /** When it fires, shots in progress are finished and the run rejects as `interrupted`. */
  readonly stopAfterShot?: AbortSignal | undefined;
  /** Called with each progress event. */
  readonly onProgress?: OnProgress | undefined;
  /** Number of worker threads; default: one per core. Changes speed, never the result. */
  readonly workers?: number | undefined;
  /** `refuse` (default): an existing file that Kinemacolor did not make is never replaced. */
  readonly existing?: Existing | undefined;
  /** Further files of the run (such as the plan's own) that must not be written to. */
  readonly reads?: readonly string[] | undefined;
  /**
   * What to do with the rendered shots in `<output>.kinemacolor` when the film is complete: `remove` (default), or `keep` for a
   * project's review.
   */
  readonly shots?: 'remove' | 'keep' | undefined;
}

interface RunChecks extends RunOptions {
  readonly settings: Settings;
  readonly inputs: Inputs;
}

/** Check everything that can fail before the first frame is decoded. Returns the film, and the path of the result. */
export async function checkBeforeRun(
  source: { readonly path: string; readonly stream?: number | undefined },
  output: string,
  { settings, inputs, existing, workers, onProgress, signal }: RunChecks,
): Promise<{ film: Film; place: OutputPlace }> {
  containerOf(output);
  threadCount(workers);
  const ffmpeg = await locateFfmpeg();
  const film = throughWindow(await probeFilm(source.path, ffmpeg, signal, source.stream), settings.window);
  const obstacle = discontinuityWarning(film, ffmpeg);
  if (obstacle !== undefined) throw new KinemacolorError('environment', obstacle);
  chooseEncoding(film, settings, output, ffmpeg);
  if (containerOf(output) === 'mxf') mxfRate(film);
  const place = await guardFilm(output, { inputs, existing, ffmpeg });
  for (const message of film.notes) onProgress?.({ type: 'warning', message });
  warnOfOldFfmpeg(ffmpeg, onProgress);
  return { film, place };
}

/**
 * Work while the streams to be copied are tried, which reads the whole film once. A failure there is thrown where it is
 * awaited.
 */
export async function withStreams<Done>(
  film: Film,
  { output, settings, signal }: { output: string; settings: Settings; signal: AbortSignal | undefined },
  work: (streams: Promise<StreamRemarks>) => Promise<Done>,
): Promise<Done> {
  const over = new AbortController();
  const part = isStretch(settings) ? 'stretch' : 'whole';
  const ffmpeg = await locateFfmpeg();
  const encoding = chooseEncoding(film, settings, output, ffmpeg);
  const request = { part, ffmpeg, encoding, audio: settings.audio, signal: eitherOf(signal, over.signal) } as const;
  const streams = handledLater(checkStreams(film, output, request));
  try {
    return await work(streams);
  } finally {
    over.abort();
    await streams.catch(() => undefined);
  }
}
