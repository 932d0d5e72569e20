import { cachedHash } from '../../adapters/files/hash-file.ts';
import { KinemacolorError } from '../../errors.ts';

/**
 * SHA-256 of a film's bytes, hex. Planning, the project and rendering all ask for it; one process reads the film once for as long
 * as nobody writes to it. Throws `interrupted` when the signal fires, `source` where the film cannot be read.
 */
export async function hashFilm(path: string, signal?: AbortSignal): Promise<string> {
  return cachedHash(path, signal).catch(cause => {
    if (cause instanceof KinemacolorError) throw cause;
    const why = cause.code === 'ENOENT' ? 'it is no longer there' : cause.message;
    throw new KinemacolorError('source', `Expected to read ${path}, but ${why}; put it back and run the same command again.`, {
      cause,
    });
  });
}
