import type { Existing } from '../../adapters/files/output-guard.ts';
import type { SettingsInput } from '../../options.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress } from '../../progress.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { inputsOfSettings } from '../run/run-inputs.ts';
import { checkStill, renderStill, type StillJob, type StillReport } from './render-still.ts';
import { openStillContext } from './still-context.ts';

/** Options of `colorizeStill`. */
export interface StillOptions {
  /** `model`, `device`, `saturation`, `warmth`, `darkGuard`, `look`, `window` and `palette` apply; the others are about films. */
  readonly settings?: SettingsInput | undefined;
  /** Name or path of a pipeline that provides settings. */
  readonly pipeline?: string | undefined;
  /** Path of a PNG of the upright picture's size, with known colours; transparent where the colour is unknown. */
  readonly hints?: string | undefined;
  /** Stops the work; the promise rejects as `interrupted`, and no file is left. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each progress event. */
  readonly onProgress?: OnProgress | undefined;
  /** Number of worker threads; default: one per core. Changes speed, never the result. */
  readonly workers?: number | undefined;
  /** `refuse` (default): an existing file that Kinemacolor did not make is never replaced. */
  readonly existing?: Existing | undefined;
}

/**
 * Colour a black-and-white picture (JPEG, PNG, WebP, TIFF; GIF, BMP, JPEG 2000, PGM/PPM, AVIF, HEIC where libvips or ffmpeg reads it;
 * 8 or 16 bit) into `output`, whose ending says the container. The result is sRGB, upright, at the source's depth where the container
 * can. Its luma is the picture's: Y' (BT.709 weights on gamma-coded RGB), rounded, is the source's in every pixel, but for what JPEG's
 * own coding does. Opacity, Exif, XMP, IPTC and density are kept; a note in XMP and Exif says that the colour is synthetic. `output`
 * holds the whole result or what it held before. Throws KinemacolorError: `source` for a picture that cannot be used, `reference` for hints, `usage`, `output`, `model`,
 * `environment`, `interrupted`.
 */
export function colorizeStill(source: string, output: string, options: StillOptions = {}): Promise<StillReport> {
  return guarded(colorizePicture(source, output, options));
}

async function colorizePicture(source: string, output: string, options: StillOptions): Promise<StillReport> {
  const { onProgress, workers, signal, hints, existing = 'refuse' } = options;
  const settings = await resolveSettings(options.settings ?? {}, options.pipeline);
  const inputs = await inputsOfSettings([source], settings, hints, options.pipeline);
  const job: StillJob = { source, output, hints, existing, inputs, finished: 'make-again' };
  await checkStill(job);
  const context = await openStillContext(settings, { workers, onProgress });
  try {
    const report = await renderStill(job, context, signal);
    for (const message of report.warnings) onProgress?.({ type: 'warning', message });
    const { width, height, depth, outcome } = report;
    onProgress?.({ type: 'picture-done', source: report.source, path: report.output, width, height, depth, outcome });
    onProgress?.({ type: 'queue-done', path: report.output, colored: 1, kept: 0, failed: 0, seconds: report.seconds });
    return report;
  } finally {
    await context.close();
  }
}
