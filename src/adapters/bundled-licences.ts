import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** A third-party program or library that is installed together with this package. */
export interface BundledLicence {
  readonly what: string;
  readonly package: string;
  /** As stated by its own package. */
  readonly licence: string;
}

const require = createRequire(import.meta.url);
const HERE = `${process.platform}-${process.arch}`;

/**
 * Candidate files for each, in order; the first that exists is read. sharp has libvips in a separate package, on Windows in its
 * addon's.
 */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  ffmpeg: [`@ffmpeg-installer/${HERE}/package.json`],
  ffprobe: [`@ffprobe-installer/${HERE}/package.json`],
  libvips: [
    `@img/sharp-libvips-${HERE}/package`,
    `@img/sharp-libvips-linuxmusl-${process.arch}/package`,
    `@img/sharp-${HERE}/package`,
  ],
  'ONNX Runtime': ['onnxruntime-node/package.json'],
};

/**
 * The third-party software installed with this package and its licences, as each package states them. What is missing is not
 * listed.
 */
export async function bundledLicences(): Promise<BundledLicence[]> {
  const found = await Promise.all(Object.entries(PLACES).map(([what, places]) => firstOf(what, places)));
  return found.filter(one => one !== undefined);
}

async function firstOf(what: string, places: readonly string[]): Promise<BundledLicence | undefined> {
  for (const place of places) {
    const text = await read(place);
    if (text === undefined) continue;
    const { name, license } = JSON.parse(text) as { name: string; license?: string };
    return { what, package: name, licence: license ?? 'not stated' };
  }
  return undefined;
}

async function read(place: string): Promise<string | undefined> {
  try {
    return await readFile(require.resolve(place), 'utf8');
  } catch {
    return undefined; // a package of another platform
  }
}
