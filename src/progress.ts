import type { ShotKind } from './media/plan/shot.ts';

/**
 * The progress events of a run. They are plain JSON; `--json` prints one per line. Times are in seconds, frames count from 0. A
 * consumer must ignore unknown types.
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
  | {
      readonly type: 'download';
      /** The model's id; undefined where it is a film or a shot. */
      readonly model?: string;
      readonly url: string;
      /** Bytes. */
      readonly done: number;
      readonly total: number | undefined;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | undefined;
    }
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
      /** Undefined until enough frames are finished to measure it, as is the time left. */
      readonly framesPerSecond: number | undefined;
      readonly secondsLeft: number | undefined;
    }
  | { readonly type: 'shot-done'; readonly shot: number; readonly reused: boolean; readonly frames: number }
  | {
      /** Shots that were asked for are finished, in the folder at `path`; `reused` of them before. */
      readonly type: 'shots-done';
      readonly path: string;
      readonly frames: number;
      readonly shots: number;
      readonly reused: number;
      readonly seconds: number;
    }
  | { readonly type: 'farm-worker'; readonly name: string; readonly machineClass: string }
  | { readonly type: 'assemble'; readonly path: string }
  /** Frames of a film in colour that were written as pictures. */
  | { readonly type: 'pictures'; readonly path: string; readonly done: number; readonly total: number }
  | { readonly type: 'render-failed'; readonly message: string }
  | { readonly type: 'serving'; readonly url: string }
  | {
      readonly type: 'picture-done';
      readonly source: string;
      readonly path: string;
      readonly width: number;
      readonly height: number;
      readonly depth: number;
      /** `kept`: it existed already, from the same source, model and settings. */
      readonly outcome: 'colored' | 'kept';
    }
  | { readonly type: 'film-kept'; readonly path: string }
  | { readonly type: 'failed'; readonly source: string; readonly message: string }
  | {
      readonly type: 'queue';
      readonly done: number;
      readonly total: number;
      /** Undefined before the first film or picture is finished. */
      readonly secondsLeft: number | undefined;
    }
  | {
      readonly type: 'queue-done';
      readonly path: string;
      readonly colored: number;
      readonly kept: number;
      readonly failed: number;
      readonly seconds: number;
    }
  | {
      readonly type: 'done';
      readonly path: string;
      readonly frames: number;
      readonly shots: number;
      readonly reused: number;
      readonly seconds: number;
    };

/** Milliseconds between two events of the same steady progress: smooth for a progress bar, and not too many for a log. */
const PROGRESS_INTERVAL = 100;

/** Is the next event of a steady progress due? Its time counts from the last event that was due. */
export type Throttle = () => boolean;

/**
 * Let an event through at most once per `interval`, in milliseconds. `since`: time of the event before the first; default:
 * none.
 */
export function openThrottle(interval = PROGRESS_INTERVAL, since = Number.NEGATIVE_INFINITY): Throttle {
  let last = since;
  return () => {
    const now = performance.now();
    if (now - last < interval) return false;
    last = now;
    return true;
  };
}

/** Called with each event, in order, on the caller's thread. */
export type OnProgress = (event: ProgressEvent) => void;
