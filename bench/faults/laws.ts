import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { End, Place } from './run.ts';

export interface Expected {
  /** The result's name in the place. */
  readonly output: string;
  /** Names that were in the place before the run. */
  readonly before: readonly string[];
  /** Reports and the like that the run was told to write. */
  readonly more?: readonly string[];
}

/** Names below a place, and in its home and temporary folder, with where they lie. */
export async function namesIn(place: Place): Promise<string[]> {
  return (await readdir(place.path, { recursive: true }).catch(() => [])).sort();
}

/** A run that ended has a result exactly where its exit code says so, and leaves nothing but that and finished shots to go on from. */
export async function lawsOf(end: End, place: Place, { output, before, more = [] }: Expected): Promise<string[]> {
  const faults = [...end.faults];
  const made = end.code === 0 || end.code === 4;
  const there = existsSync(place.at(output));
  if (there && !made && !before.includes(output)) faults.push(`a file under the output's name, exit code ${end.code}`);
  if (!there && made) faults.push(`no result, exit code ${end.code}`);
  const known = new Set([output, ...before, ...more]);
  const journal = `${output}.kinemacolor`;
  for (const name of await namesIn(place)) {
    if (known.has(name)) continue;
    const kept = !made && (name === journal || (name.startsWith(`${journal}/`) && /(\.mkv|\.json)$/.test(name)));
    if (!kept) faults.push(`left behind: ${name}`);
  }
  for (const folder of [place.tmp, place.home]) {
    const left = await readdir(folder, { recursive: true }).catch(() => []);
    if (left.length > 0) faults.push(`left behind in ${basename(folder)}: ${left[0]}`);
  }
  return faults;
}
