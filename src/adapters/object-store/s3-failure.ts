import { KinemacolorError } from '../../errors.ts';
import { isTemporary, WebFailure } from '../download/web.ts';

/** What a client of S3 throws: an answer of the server, or a failure to get one. */
interface S3Error extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

/** The HTTP status of the answer; undefined where there was none. */
export function statusOf(cause: unknown): number | undefined {
  return (cause as S3Error).$metadata?.httpStatusCode;
}

export const NOT_FOUND = 404;
/** The name is taken, or the object is no longer the one that was meant. */
export const PRECONDITION_FAILED = 412;
/** Two wrote one name in the same instant. */
const CONFLICT = 409;

/** May another attempt succeed? Errors of configuration come before any answer, too: they have no code of the system. */
export function mayHeal(cause: unknown): boolean {
  const status = statusOf(cause);
  if (status !== undefined) return status === CONFLICT || isTemporary(status);
  const { name, code } = cause as S3Error;
  return code !== undefined || /Timeout|Abort|Network/.test(name);
}

/**
 * The failure to reach a place in S3, as one sentence: `output` where it was to be written, `network` where another attempt to read
 * may succeed, else `environment`.
 */
export function cannotReach(address: string, to: 'read' | 'list' | 'write', cause: unknown): KinemacolorError {
  if (cause instanceof KinemacolorError) return cause;
  const heals = mayHeal(cause);
  const kind = to === 'write' ? 'output' : heals ? 'network' : 'environment';
  const remedy = heals ? 'check the endpoint and the network' : 'check the bucket, AWS_REGION, the endpoint and the credentials';
  return new KinemacolorError(kind, `Expected to ${to} ${address}, but ${reasonOf(cause)}; ${remedy}.`, { cause });
}

/** The same for a download, which decides itself about another attempt. */
export function downloadFailure(cause: unknown): WebFailure {
  if (statusOf(cause) === PRECONDITION_FAILED) return new WebFailure('from-start', 'the object was replaced meanwhile', cause);
  return new WebFailure(mayHeal(cause) ? 'later' : 'never', reasonOf(cause), cause);
}

/** Answers without a body have no text of their own. */
function reasonOf(cause: unknown): string {
  const { name, message } = cause as S3Error;
  const status = statusOf(cause);
  const text = message === '' || /^Unknown/.test(message) ? name : message.replace(/\.$/, '');
  return status === undefined ? text : `it answers with HTTP ${status} (${text})`;
}
