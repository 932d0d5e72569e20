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
  /** The step of the work: `survey`, `decode` and so on. */
  readonly stage?: string;
  /** The shot's number, from 0. */
  readonly shot?: number;
  /** The frame's index in the film, from 0. */
  readonly frame?: number;
}

/**
 * The one error of this library. `message` is one sentence: what was expected, what came, what to do next.
 * `cause` keeps what the outside said (ffmpeg's last lines, a system error).
 */
export class KinemacolorError extends Error {
  override readonly name = 'KinemacolorError';
  /** What kind of failure it is. */
  readonly kind: FailureKind;
  /** Where it happened, as far as that is known. */
  readonly place: FailurePlace;

  constructor(kind: FailureKind, message: string, options: { cause?: unknown; place?: FailurePlace } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.place = options.place ?? {};
  }
}

/** The same failure with where it happened, as far as it did not say so itself. */
export function failedAt(place: FailurePlace, cause: unknown): unknown {
  if (!(cause instanceof KinemacolorError)) return cause;
  return new KinemacolorError(cause.kind, cause.message, { cause: cause.cause ?? cause, place: { ...place, ...cause.place } });
}

/** Throw as `interrupted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new KinemacolorError('interrupted', 'The run was stopped before it was finished.', { cause: signal.reason });
}

/** What the system says of a place that takes no more. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG']);
/** What it says where a process may not open more, or hold more. */
const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open at once; allow more, for example with "ulimit -n 1024"',
  ENFILE: 'too many files are open on this machine; close other programs',
  ENOMEM: 'there is no memory left; close other programs',
  EAGAIN: 'no other process or thread may be started; close other programs or allow more with "ulimit -u"',
};

/**
 * Any failure as one of ours. What the system refused is `output` (a place that is full) or `environment`; whatever else was not foreseen is a
 * defect: `internal`.
 */
export function toFailure(cause: unknown): KinemacolorError {
  if (cause instanceof KinemacolorError) return cause;
  const { code, syscall, path } = cause as Partial<NodeJS.ErrnoException>;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (typeof code !== 'string' || typeof syscall !== 'string')
    return new KinemacolorError('internal', `Unexpected failure, please report it: ${message}`, { cause });
  if (FULL.has(code))
    return new KinemacolorError('output', `Could not write ${path ?? 'a file'}: ${message}; make room or choose another place.`, {
      cause,
    });
  const why = LIMITS[code] ?? `the system refused to ${syscall} ${path ?? 'a file'} (${message})`;
  return new KinemacolorError('environment', `The work cannot go on: ${why}.`, { cause });
}
