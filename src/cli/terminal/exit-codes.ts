import type { FailureKind } from '../../errors.ts';

/**
 * Exit codes, documented in the README. `partial`: done as far as possible, such as the readable part of a damaged film, or all
 * pictures except broken ones.
 */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  source: 3,
  partial: 4,
  environment: 5,
  output: 6,
  process: 7,
  interrupted: 130,
} as const;

export const EXIT_OF: Readonly<Record<FailureKind, number>> = {
  usage: EXIT.usage,
  source: EXIT.source,
  reference: EXIT.source,
  model: EXIT.environment,
  environment: EXIT.environment,
  network: EXIT.environment,
  output: EXIT.output,
  process: EXIT.process,
  incomplete: EXIT.partial,
  conflict: EXIT.environment,
  interrupted: EXIT.interrupted,
  internal: EXIT.internal,
};
