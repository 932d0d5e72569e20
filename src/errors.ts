/** The kind of a failure, for programs. The command line maps each kind to an exit code (see README). */
export type FailureKind =
  | 'usage' // an option, a pipeline or a plan is not valid
  | 'source' // the film cannot be used: missing, empty, not a film, no picture
  | 'reference' // a keyframe picture cannot be used
  | 'model' // a model or its card cannot be used
  | 'environment' // ffmpeg, an encoder or a device is missing
  | 'network' // a bucket of S3 does not answer
  | 'output' // the result cannot be written: permission, disk full
  | 'process' // ffmpeg crashed
  | 'incomplete' // shots that are to be joined are not rendered yet
  | 'conflict' // another machine finished the same shot with other bytes
  | 'interrupted' // the caller's AbortSignal fired
  | 'internal'; // a bug in this program

/** Where in the work a failure happened. */
export interface FailurePlace {
  /** The step of the work: `survey`, `decode` and so on. */
  readonly stage?: string;
  /** The shot's number, from 0. */
  readonly shot?: number;
  /** The frame's index in the film, from 0. */
  readonly frame?: number;
}

/**
 * The one error class of this library. `message` is one sentence: what was expected, what was found, what to do next.
 * `cause` keeps the original error (ffmpeg's last lines, a system error).
 */
export class KinemacolorError extends Error {
  override readonly name = 'KinemacolorError';
  /** What kind of failure it is. */
  readonly kind: FailureKind;
  /** Where it happened, as far as known. */
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

/**
 * Run one step of the work. A KinemacolorError thrown by it gets `place`, where its own place lacks it. An interruption has no
 * place.
 */
export async function atPlace<Value>(place: FailurePlace, step: () => Promise<Value>): Promise<Value> {
  try {
    return await step();
  } catch (cause) {
    throw withPlace(cause, place);
  }
}

/** The failure with `place` filled in where it is missing. Everything but a KinemacolorError is returned as it is. */
function withPlace(cause: unknown, place: FailurePlace): unknown {
  if (!(cause instanceof KinemacolorError) || cause.kind === 'interrupted') return cause;
  const { kind, message, stack } = cause;
  const options = cause.cause === undefined ? {} : { cause: cause.cause };
  const placed = new KinemacolorError(kind, message, { ...options, place: { ...place, ...cause.place } });
  if (stack !== undefined) placed.stack = stack;
  return placed;
}
