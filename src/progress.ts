import type { ShotKind } from './media/shot.ts';

/**
 * What a run tells while it works. Events are plain JSON; `--json` prints one a line. Times are seconds, frames count from 0.
 * A consumer must ignore types it does not know.
 */
export type ProgressEvent =
  | {
      readonly type: 'source';
      readonly path: string;
      readonly width: number;
      readonly height: number;
      readonly depth: number;
      readonly frames: number | undefined;
    }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'device'; readonly device: string; readonly model: string; readonly note: string }
  | { readonly type: 'survey'; readonly frames: number; readonly expected: number | undefined }
  | { readonly type: 'preview'; readonly path: string; readonly scenes: number }
  | { readonly type: 'measure'; readonly frames: number; readonly expected: number | undefined }
  | {
      readonly type: 'plan';
      readonly shots: number;
      readonly keyframes: number;
      readonly frames: number;
      readonly path: string | undefined;
    }
  | { readonly type: 'shot-start'; readonly shot: number; readonly kind: ShotKind; readonly frames: number }
  | {
      readonly type: 'frames';
      readonly shot: number;
      readonly done: number;
      readonly total: number;
      readonly framesPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'shot-done'; readonly shot: number; readonly reused: boolean; readonly frames: number }
  | { readonly type: 'assemble'; readonly path: string }
  | {
      readonly type: 'done';
      readonly path: string;
      readonly frames: number;
      readonly shots: number;
      readonly reused: number;
      readonly seconds: number;
    };

/** Events of steady progress come at most this often, in milliseconds: smooth for a bar, and no flood for who logs them. */
export const PROGRESS_EVERY = 100;

export type OnProgress = (event: ProgressEvent) => void;
