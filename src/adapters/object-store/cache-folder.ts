import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** The folder for what is fetched from S3: the one chosen, else KINEMACOLOR_CACHE or the platform's folder for caches. Absolute. */
export function cacheFolder(chosen: string | undefined): string {
  return resolve(chosen ?? process.env.KINEMACOLOR_CACHE ?? envPaths('kinemacolor', { suffix: '' }).cache);
}
