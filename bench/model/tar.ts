/** Bytes of a header, and of the unit that contents are filled up to (POSIX.1-1988 ustar). */
const BLOCK = 512;
/** A regular file; an older writer leaves a zero byte. Folders and extended headers are passed over. */
const REGULAR = new Set(['0', '\0']);

/** A file by its name in the archive (its first 100 letters); its contents are a view, not a copy. */
export interface TarFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The regular files of a tar archive, in its order. Throws where it is no ustar archive, or cut off. */
export function filesInTar(archive: Buffer): TarFile[] {
  const found: TarFile[] = [];
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    const start = at + BLOCK;
    if (header.toString('latin1', 257, 262) !== 'ustar' || !(start + size <= archive.length)) {
      throw new Error(`Expected a whole ustar archive, received something else at byte ${at}.`);
    }
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '');
    if (REGULAR.has(String.fromCharCode(header[156]!))) found.push({ name, bytes: archive.subarray(start, start + size) });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}
