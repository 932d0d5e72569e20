/** What went wrong, as a word a program can act on. The command line maps each to an exit code (see README). */
export type FailureKind =
  | 'usage' // an option, pipeline or plan says something that cannot be
  | 'source' // the film cannot be used: missing, empty, not a film, no picture
  | 'reference' // a keyframe picture cannot be used
  | 'model' // a model or its card cannot be used
  | 'environment' // ffmpeg, an encoder or a device is not there
  | 'output' // the result cannot be written: permission, disk full
  | 'process' // ffmpeg died in mid-run
  | 'interrupted' // the caller's AbortSignal fired
  | 'internal'; // a law of ours was broken: a defect

/** Where in the work a failure happened. */
export interface FailurePlace {
  readonly stage?: string;
  readonly shot?: number;
  readonly frame?: number;
}

/**
 * The one error of this library. `message` is one sentence: what was expected, what came, what to do next.
 * `cause` keeps what the outside said (ffmpeg's last lines, a system error).
 */
export class KinemacolorError extends Error {
  override readonly name = 'KinemacolorError';
  readonly kind: FailureKind;
  readonly place: FailurePlace;

  constructor(kind: FailureKind, message: string, options: { cause?: unknown; place?: FailurePlace } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.place = options.place ?? {};
  }
}

/** Throw as `interrupted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new KinemacolorError('interrupted', 'The run was stopped before it was finished.', { cause: signal.reason });
}
