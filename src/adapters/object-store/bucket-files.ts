import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { KinemacolorError } from '../../errors.ts';
import type { SharedFiles } from '../files/shared-files.ts';
import { openBucket } from './bucket.ts';
import { fetchObject } from './fetch-object.ts';
import { parseS3Address } from './s3-address.ts';

/** Files that are fetched at once. */
const FETCHES = 4;

/** Throws `network` or `environment` where `s3://bucket/prefix` cannot be listed. */
export async function assertListed(address: string): Promise<void> {
  const { bucket, key } = parseS3Address(address);
  await (await openBucket(bucket)).checkListed(key);
}

/** The files of `s3://bucket/prefix`. The fence is If-None-Match: of two who publish a name the second is refused. */
export async function bucketFiles(given: string): Promise<SharedFiles> {
  const { bucket: name, key } = parseS3Address(given);
  const bucket = await openBucket(name);
  const prefix = key === '' ? '' : `${key}/`;
  const keyOf = (file: string) => prefix + file;
  const addressOf = (file: string) => `s3://${name}/${keyOf(file)}`;
  const fetching = new PQueue({ concurrency: FETCHES });
  return {
    address: key === '' ? `s3://${name}` : `s3://${name}/${key}`,
    addressOf,
    async makeReady() {
      const probe = keyOf(`${randomUUID()}.probe`);
      await bucket.put(probe, 'probe', 'if-free');
      const replaced = await bucket.put(probe, 'probe', 'if-free');
      await bucket.remove([probe]).catch(() => undefined);
      if (!replaced) return;
      throw new KinemacolorError(
        'environment',
        `The server of ${addressOf('')} does not know If-None-Match, without which two machines could replace each other's shots; use another one, or a folder that all machines share.`,
      );
    },
    names: () => bucket.names(prefix),
    has: async file => (await bucket.facts(keyOf(file))) !== undefined,
    async holds(file, { bytes, sha256 }) {
      const facts = await bucket.facts(keyOf(file));
      return facts?.bytes === bytes && facts.sha256 === sha256;
    },
    readText: file => bucket.readText(keyOf(file)),
    publish: (file, content) => bucket.put(keyOf(file), content, 'if-free'),
    async replace(file, content) {
      await bucket.put(keyOf(file), content, 'always');
    },
    async copyTo(file, path, content) {
      if (!(await bucket.facts(keyOf(file)))) return false;
      await fetching.add(() => fetchObject(bucket, path, { address: addressOf(file), ...content }));
      return true;
    },
    remove: files => bucket.remove(files.map(keyOf)).catch(() => undefined),
  };
}
