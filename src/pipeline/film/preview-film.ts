import { dirname, join, resolve } from 'node:path';
import type { Colorizer } from '../../adapters/colorizer/colorizer.ts';
import { openModels } from '../../adapters/colorizer/colorizer-blend.ts';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { makeFolder, removePaths } from '../../adapters/files/folders.ts';
import { guardOutput, type OutputPlace } from '../../adapters/files/output-guard.ts';
import { createPartFolder } from '../../adapters/files/parts.ts';
import { chooseModels } from '../../adapters/models/model-store.ts';
import { contactSheet, type SheetTile } from '../../adapters/pictures/contact-sheet.ts';
import { writeKeyframePicture } from '../../adapters/pictures/picture-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { ycbcrToRgb8 } from '../../kernels/color/color.ts';
import type { AppliedGrade } from '../../kernels/color/grade-chroma.ts';
import { loadKernels } from '../../kernels/wasm/wasm-kernels.ts';
import { grayPlane } from '../../media/fields/plane.ts';
import { type Film, startSeconds } from '../../media/film/film.ts';
import { describeTime, type PaletteName, type Settings, type SettingsInput } from '../../options.ts';
import { eitherOf, guarded, handledLater } from '../../pending.ts';
import { cutStretch } from '../../stages/decode/cut-stretch.ts';
import { throughWindow } from '../../stages/decode/luma-window.ts';
import { colorKeyframe } from '../../stages/keyframes/key-color.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { finishChroma } from '../../stages/propagate/finish.ts';
import { paletteFrame } from '../../stages/propagate/palette-chroma.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import { pickScenes } from '../../stages/survey/pick-scenes.ts';
import { type ScannedFrame, scanFilm, scanFormat } from '../../stages/survey/scan-film.ts';
import { writing } from '../../system-errors.ts';
import { guardFilm } from '../run/guard-film.ts';
import { appliedGrade, gradeOfSettings } from '../run/read-look.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { inputsOfSettings } from '../run/run-inputs.ts';
import { warnOfOldFfmpeg } from '../run/warn-of-old-ffmpeg.ts';
import type { RunOptions } from './before-run.ts';
import { colorizeVideo } from './colorize-video.ts';
import { approximateSeconds, type PreviewStretch, previewStretch } from './preview-stretch.ts';

/** Options of `previewVideo`. */
export interface PreviewOptions extends RunOptions {
  /** Settings; those left out have the values of the pipeline `preview`. */
  readonly settings?: SettingsInput | undefined;
  /** Name or path of a pipeline; default: `preview`. */
  readonly pipeline?: string | undefined;
  /** `sheet`: only the contact sheet. Default: `sheet-and-clip`. */
  readonly parts?: 'sheet' | 'sheet-and-clip' | undefined;
}

/** The files of a preview. Absolute paths. */
export interface Preview {
  /** The contact sheet, a PNG. */
  readonly sheet: string;
  /** Times of the frames on the sheet, in seconds of the film. */
  readonly scenes: readonly number[];
  /** The clip, where one was requested. */
  readonly clip: string | undefined;
}

/** Frames on a sheet: as many as fit on a page at a size at which colour can be judged. */
const MAX_SCENES = 24;
const COLUMNS = 3;
/** Width of a picture on the sheet, in pixels. */
const TILE_WIDTH = 320;
const PIPELINE = 'preview';
/** Longest short side of the clip, in pixels: it renders in seconds and shows colour as well as a large one. */
const CLIP_SIDE = 360;
/** The clip's codec, whatever the film's will be. */
const CLIP_CODEC = 'x264';

/**
 * A first look at a film before it is planned: `sheet.png` in `folder`, with a frame of each scene before and after, and
 * `clip.mp4`, a stretch of the film with sound (settings `from`, `to` and `duration`; default: five seconds from the scene nearest to
 * the middle). Only the frames that are shown are decoded. The clip's short side is at most 360 pixels. Throws as
 * `colorizeVideo`.
 */
export function previewVideo(source: string, folder: string, options: PreviewOptions = {}): Promise<Preview> {
  return guarded(previewFilm(source, folder, options));
}

async function previewFilm(source: string, folder: string, options: PreviewOptions): Promise<Preview> {
  const { signal, onProgress, parts = 'sheet-and-clip' } = options;
  const ffmpeg = await locateFfmpeg();
  const settings = await resolveSettings(options.settings ?? {}, options.pipeline ?? PIPELINE);
  const film = throughWindow(await probeFilm(source, ffmpeg, signal, settings.stream), settings.window);
  for (const message of film.notes) onProgress?.({ type: 'warning', message });
  if (
    settings.from !== undefined &&
    approximateSeconds(settings.from, film) >= (film.statedSeconds ?? Number.POSITIVE_INFINITY)
  ) {
    throw new KinemacolorError(
      'source',
      `Expected frames from ${describeTime(settings.from)} of ${film.path} on, but it is ${film.statedSeconds!.toFixed(1)} s long; choose an earlier --from.`,
    );
  }
  await makeFolder(folder);
  const guard = { inputs: await inputsOfSettings([film.path], settings, options.pipeline), existing: options.existing };
  const sheet = resolve(join(folder, 'sheet.png'));
  const clip = resolve(join(folder, 'clip.mp4'));
  const sheetPlace = await guardOutput({ path: sheet, what: 'sheet', option: '--output' }, guard);
  if (parts !== 'sheet') await guardFilm(clip, { ...guard, ffmpeg });
  warnOfOldFfmpeg(ffmpeg, onProgress);
  const { width, height, depth } = film.format;
  onProgress?.({ type: 'source', path: film.path, width, height, depth, frames: film.statedFrames });
  const scenes = await pickScenes(
    scanFilm(film, ffmpeg, { ...workingGrid(width, height), samples: MAX_SCENES, signal }),
    MAX_SCENES,
  );
  throwIfAborted(signal);
  if (scenes.length === 0)
    throw new KinemacolorError('source', `${film.path} has a picture stream but no frame of it decodes; check the file.`);
  const times = scenes.map(({ seconds }) => seconds);
  const makeSheet = async () => {
    await writeSheet(sheetPlace, film, scenes, settings, options);
    onProgress?.({ type: 'preview', path: sheet, scenes: scenes.length });
  };
  if (parts === 'sheet') {
    await makeSheet();
    return { sheet, scenes: times, clip: undefined };
  }
  const start = startSeconds(film);
  const middle = nearest(times, start + (film.statedSeconds ?? 0) / 2) - start;
  const stretch = previewStretch(settings, film, middle);
  await makeClip(clip, { film, ffmpeg, stretch, settings, meanwhile: makeSheet }, options);
  return { sheet, scenes: times, clip };
}

async function writeSheet(
  place: OutputPlace,
  film: Film,
  scenes: readonly ScannedFrame[],
  settings: Settings,
  { signal }: PreviewOptions,
): Promise<void> {
  const { models } = await chooseModels(settings.model);
  const by = settings.palette ?? (await openModels(models, { device: settings.device }));
  try {
    const grade = await appliedGrade(await gradeOfSettings(settings));
    const tiles: SheetTile[] = [];
    for (const scene of scenes) {
      throwIfAborted(signal);
      tiles.push(await colorTile(scene, film, by, grade));
    }
    const { sampleAspect, rotation } = film;
    const shape = (film.format.width * sampleAspect.num) / (film.format.height * sampleAspect.den);
    const aspect = rotation % 180 === 0 ? shape : 1 / shape;
    const { rgb, width, height } = await contactSheet(tiles, { columns: COLUMNS, tileWidth: TILE_WIDTH, aspect, rotation });
    await writeKeyframePicture(place, rgb, width, height);
  } finally {
    if (typeof by !== 'string') await by.close();
  }
}

/** Colour one scanned frame like a keyframe, or by a palette. */
async function colorTile(
  { seconds, gray }: ScannedFrame,
  film: Film,
  by: Colorizer | PaletteName,
  grade: AppliedGrade | undefined,
): Promise<SheetTile> {
  const { width, height } = gray;
  const small = { ...film, format: scanFormat(film, gray) };
  const frame = { index: 0, ticks: 0, luma: gray };
  const kernels = await loadKernels();
  const input = { frame, gray, format: small.format, subsampling: '444', grade } as const;
  const keyed = (colorizer: Colorizer) =>
    colorKeyframe(frame, { kind: 'model' }, { film: small, grid: { factor: 1, width, height }, colorizer });
  const { cb, cr } =
    typeof by === 'string'
      ? paletteFrame(kernels, { ...input, palette: by })
      : finishChroma(kernels, { ...input, color: await keyed(by) });
  const neutral = grayPlane(1, 1);
  neutral.data.fill(128);
  const shown = (chroma: { cb: typeof cb; cr: typeof cr }) => ycbcrToRgb8({ luma: gray, ...chroma }, small.format);
  const label = clock(seconds - startSeconds(film));
  return { before: shown({ cb: neutral, cr: neutral }), after: shown({ cb, cr }), width, height, label };
}

/** Seconds as h:mm:ss. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`;
}

function nearest(times: readonly number[], wanted: number): number {
  return times.reduce((best, time) => (Math.abs(time - wanted) < Math.abs(best - wanted) ? time : best));
}

interface ClipJob {
  readonly film: Film;
  readonly ffmpeg: Ffmpeg;
  readonly stretch: PreviewStretch;
  readonly settings: Settings;
  /** Runs while the stretch is cut, before it is coloured. */
  readonly meanwhile: () => Promise<void>;
}

/** The stretch is cut out first, so that the film before it need not be decoded, and then coloured like any film. */
async function makeClip(path: string, job: ClipJob, options: PreviewOptions): Promise<void> {
  const { film, ffmpeg, meanwhile } = job;
  const { stream: _stream, to: _to, window: _window, ...settings } = job.settings; // the stretch has one video stream, a length, and shows the window
  const { signal, onProgress } = options;
  const { from, duration } = job.stretch;
  const seconds = duration === undefined ? undefined : approximateSeconds(duration, film);
  const place = await writing(path, () => createPartFolder(dirname(path)));
  const failed = new AbortController();
  const outcome = eitherOf(failed.signal, signal);
  const cut = join(place, 'stretch.mkv');
  const target = { path: cut, ffmpeg, shortSide: CLIP_SIDE, signal: outcome };
  const cutting = handledLater(cutStretch(film, { from, duration: seconds }, target));
  try {
    await meanwhile();
    const { lead } = await cutting;
    await colorizeVideo(cut, path, {
      ...options,
      settings: { ...settings, codec: CLIP_CODEC, from: lead, duration },
      onProgress: event => event.type !== 'source' && onProgress?.(event),
    });
  } finally {
    failed.abort();
    await Promise.allSettled([cutting]);
    await removePaths(place);
  }
}
