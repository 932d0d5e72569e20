import { cacheFolder } from '../../adapters/object-store/cache-folder.ts';
import { type FetchFilmOptions, fetchFilm } from '../../adapters/object-store/fetch-film.ts';
import { isS3Address } from '../../adapters/object-store/s3-address.ts';
import type { Plan } from '../../media/plan/plan.ts';

/** Options of fetching. `cache`: the folder for what is fetched; default: see `cacheFolder`. */
export interface FetchedFilmOptions extends Pick<FetchFilmOptions, 'signal' | 'onProgress'> {
  readonly cache?: string | undefined;
}

/** A plan whose film is on this machine: one in S3 is fetched, unless it is here. Throws as `fetchFilm`. */
export async function planHere(plan: Plan, options: FetchedFilmOptions): Promise<Plan> {
  const { path, sha256 } = plan.source;
  return isS3Address(path) ? withFilm(plan, await fetchedFilm(path, { ...options, sha256 })) : plan;
}

/** A plan that was made of a copy on this machine, for others: a film in S3 has its address there. */
export function withAddress(plan: Plan, source: string): Plan {
  return isS3Address(source) ? withFilm(plan, source) : plan;
}

function withFilm(plan: Plan, path: string): Plan {
  return { ...plan, source: { ...plan.source, path } };
}

/** The path on this machine of a film in S3, which is fetched unless it is here. Throws as `fetchFilm`. */
export function fetchedFilm(address: string, options: FetchedFilmOptions & { readonly sha256?: string }): Promise<string> {
  return fetchFilm(address, { ...options, cache: cacheFolder(options.cache) });
}
