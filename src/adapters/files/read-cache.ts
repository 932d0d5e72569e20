import { readFile } from 'node:fs/promises';
import type { z } from 'zod';

/**
 * What we ourselves wrote down to save work. What cannot be read any more, or is not what was written, is as if it had never been there:
 * undefined, and the work is done again.
 */
export async function readCache<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
