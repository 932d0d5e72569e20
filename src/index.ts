/// <reference types="node" preserve="true" />
/** Kinemacolor: colour for black-and-white film. Each function documents itself; all errors are KinemacolorError. */

export { importModel } from './adapters/colorizer/model-import.ts';
export type { RawPictures } from './adapters/ffmpeg/pipe-video.ts';
export { type ListedModel, listCards } from './adapters/models/model-cards.ts';
export { type ModelFolders, modelFolders } from './adapters/models/model-folders.ts';
export { type PulledModel, type PullOptions, pullModel } from './adapters/models/model-pull.ts';
export type { VerifiedModel } from './adapters/models/model-store.ts';
export { type FailureKind, type FailurePlace, KinemacolorError } from './errors.ts';
export { cmx3600 } from './media/edit-lists/cmx3600.ts';
export { otioTimeline } from './media/edit-lists/otio.ts';
export type { ShotList } from './media/edit-lists/shot-list.ts';
export type { ModelCard } from './media/models/model-card.ts';
export type { Plan, PlannedShot } from './media/plan/plan.ts';
export type { Shot, ShotKind } from './media/plan/shot.ts';
export type { Pipeline, Settings, SettingsInput } from './options.ts';
export { type BatchOptions, type BatchReport, colorizeMany } from './pipeline/batch/colorize-many.ts';
export type { BatchFilm } from './pipeline/batch/film-of-batch.ts';
export type { FailedSource } from './pipeline/batch/queue.ts';
export { diagnose } from './pipeline/diagnose.ts';
export type { RunOptions } from './pipeline/film/before-run.ts';
export { colorizePiped, type PipedOptions, type PipedOutput, type PipedSource } from './pipeline/film/colorize-piped.ts';
export { type ColorizeOptions, colorizeVideo, renderVideo } from './pipeline/film/colorize-video.ts';
export { type ExportOptions, exportKeyframes } from './pipeline/film/export-keyframes.ts';
export { type Preview, type PreviewOptions, previewVideo } from './pipeline/film/preview-film.ts';
export {
  assemble,
  type PlanVideoOptions,
  planVideo,
  type RenderShotOptions,
  renderShot,
  type ShotFile,
  type StepOptions,
} from './pipeline/film/shot-by-shot.ts';
export { type MeasureOptions, measureVideo } from './pipeline/measure/measure-film.ts';
export type { QualityReport, ShotQuality } from './pipeline/measure/quality-report.ts';
export { colorizeSequence, type SequenceOptions } from './pipeline/pictures/colorize-sequence.ts';
export { colorizeToPictures, type ToPicturesOptions } from './pipeline/pictures/colorize-to-pictures.ts';
export { type KnownShot, type KnownShots, readKnownShots, shotsOfPlan, shotsOfRun } from './pipeline/plan/known-shots.ts';
export { shotListOfRun } from './pipeline/plan/shot-lists.ts';
export type { ColorBar } from './pipeline/run/color-bar.ts';
export { readPipeline, resolveSettings } from './pipeline/run/read-pipeline.ts';
export {
  openRenderContext,
  type RenderContext,
  type RenderContextOptions,
} from './pipeline/run/render-context.ts';
export type { RunReport, ShotReport } from './pipeline/run/shot-report.ts';
export { colorizeStill, type StillOptions } from './pipeline/stills/colorize-still.ts';
export type { StillReport } from './pipeline/stills/render-still.ts';
export type { OnProgress, ProgressEvent } from './progress.ts';
export { qualityPage } from './review/report/quality-page.ts';
