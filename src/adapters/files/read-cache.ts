import { readFile } from 'node:fs/promises';
import type { z } from 'zod';

/**
 * Read JSON that this program stored to save work. A file that cannot be read or does not match the schema counts as missing:
 * undefined, and the work is done again.
 */
export async function readCache<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | undefined> {
  return parsedCache(await readFile(path, 'utf8').catch(() => ''), schema);
}

/** The same for the text of such a file. */
export function parsedCache<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
