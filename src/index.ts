/** Kinemacolor: colour for black-and-white film. See each function's own documentation; errors are KinemacolorError. */

export { listCards, type ShelvedModel } from './adapters/model-cards.ts';
export { type ModelFolders, modelFolders } from './adapters/model-folders.ts';
export { importModel } from './adapters/model-import.ts';
export { type PulledModel, type PullOptions, pullModel } from './adapters/model-pull.ts';
export type { VerifiedModel } from './adapters/model-store.ts';
export { type FailureKind, type FailurePlace, KinemacolorError } from './errors.ts';
export type { ModelCard } from './media/model-card.ts';
export type { Plan, PlannedShot } from './media/plan.ts';
export type { Shot, ShotKind } from './media/shot.ts';
export type { Pipeline, Settings, SettingsInput } from './options.ts';
export { type AssembleOptions, assemble } from './pipeline/assemble.ts';
export { colorizeStill, type StillOptions } from './pipeline/colorize-still.ts';
export { colorizeStills, type FailedStill, type StillsOptions, type StillsReport } from './pipeline/colorize-stills.ts';
export { type ColorizeOptions, colorizeVideo, type RunOptions, renderVideo } from './pipeline/colorize-video.ts';
export { openWorkshop, type Workshop, type WorkshopOptions } from './pipeline/composition.ts';
export { diagnose } from './pipeline/diagnose.ts';
export { type ExportOptions, exportKeyframes } from './pipeline/export-keyframes.ts';
export { type Journal, openJournal } from './pipeline/journal.ts';
export { type PlanVideoOptions, planVideo } from './pipeline/plan-video.ts';
export { readPipeline, resolveSettings } from './pipeline/read-pipeline.ts';
export { type RenderedShot, type RenderPlanOptions, renderPlan } from './pipeline/render-plan.ts';
export { type RenderShotOptions, renderShot } from './pipeline/render-shot.ts';
export type { StillReport } from './pipeline/render-still.ts';
export type { RunReport, ShotReport } from './pipeline/shot-report.ts';
export type { OnProgress, ProgressEvent } from './progress.ts';
