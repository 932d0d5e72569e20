import { KinemacolorError } from '../../errors.ts';

/** A bucket of S3 and a key in it, which is empty where the bucket as a whole is meant. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

const SCHEME = 's3://';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Does a text name a place in S3, and no path of this machine? */
export function isS3Address(text: string): boolean {
  return text.startsWith(SCHEME);
}

/**
 * `s3://bucket/key`; a slash at the end does not count. A key has no empty part and none of dots, so that it cannot lead out of a
 * folder that it is mapped to. Throws `usage`.
 */
export function parseS3Address(text: string): S3Address {
  const [bucket = '', ...parts] = text.slice(SCHEME.length).replace(/\/$/, '').split('/');
  if (isS3Address(text) && BUCKET.test(bucket) && parts.every(part => !/^\.{0,2}$|\p{Cc}/u.test(part)))
    return { bucket, key: parts.join('/') };
  throw new KinemacolorError('usage', `Expected an address in S3 as s3://BUCKET/KEY, received "${text}".`);
}
