/** Kinemacolor: colour for black-and-white film. See each function's own documentation; errors are KinemacolorError. */

export { type FailureKind, type FailurePlace, KinemacolorError } from './errors.ts';
export type { Plan, PlannedShot } from './media/plan.ts';
export type { Shot, ShotKind } from './media/shot.ts';
export type { Pipeline, Settings, SettingsInput } from './options.ts';
export { type AssembleOptions, assemble } from './pipeline/assemble.ts';
export { type ColorizeOptions, colorizeVideo, type RunOptions, renderVideo } from './pipeline/colorize-video.ts';
export { openWorkshop, type Workshop, type WorkshopOptions } from './pipeline/composition.ts';
export { diagnose } from './pipeline/diagnose.ts';
export { type ExportOptions, exportKeyframes } from './pipeline/export-keyframes.ts';
export { type Journal, openJournal } from './pipeline/journal.ts';
export { type KnownShot, type KnownShots, readKnownShots, shotsOfPlan, shotsOfRun } from './pipeline/known-shots.ts';
export { type MeasureOptions, measureVideo } from './pipeline/measure-film.ts';
export { type PlanVideoOptions, planVideo } from './pipeline/plan-video.ts';
export { type Preview, type PreviewOptions, previewVideo } from './pipeline/preview-film.ts';
export type { QualityReport, ShotQuality } from './pipeline/quality-report.ts';
export { readPipeline, resolveSettings } from './pipeline/read-pipeline.ts';
export { type RenderedShot, type RenderPlanOptions, renderPlan } from './pipeline/render-plan.ts';
export { type RenderShotOptions, renderShot } from './pipeline/render-shot.ts';
export type { RunReport, ShotReport } from './pipeline/shot-report.ts';
export type { OnProgress, ProgressEvent } from './progress.ts';
export { qualityPage } from './review/quality-page.ts';
