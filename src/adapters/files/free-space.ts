import { stat, statfs } from 'node:fs/promises';

/** Free bytes on the disk of a folder; undefined where the system does not say. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}

/** Are two folders on the same disk? True where the system does not say. */
export async function onOneDisk(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(folder => stat(folder).catch(() => undefined)));
  return a === undefined || b === undefined || a.dev === b.dev;
}

/** Bytes with a unit: `3.2 GB`. */
export function formatBytes(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : [bytes / 1e6, 'MB'];
  return `${size >= 10 ? Math.round(size) : size.toFixed(1)} ${unit}`;
}
