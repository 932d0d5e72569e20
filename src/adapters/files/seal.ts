import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * How a file of ours is told from one that a person made or changed: near its end it says the SHA-256 of all that stands before. A plan that was
 * edited, a keyframe that was painted, a report that was written into, no longer fits its seal and is not replaced unasked.
 */
const MARK = 'kinemacolor sha256 ';
const HEX = 64;
/** What may stand behind a seal: what closes a JSON object, a comment, a PNG (the text's checksum and the last chunk). */
const TAILS = [/^"\n}\n$/, /^ -->\n$/, /^.{4}\0\0\0\0IEND\xaeB`\x82$/s];
const LONGEST_TAIL = 16;

/** JSON of an object with a seal as its last field. */
export function sealedJson(content: object): string {
  const { seal: _, ...rest } = content as { seal?: unknown };
  const open = `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "seal": "`;
  return `${open}${sealOf(open)}"\n}\n`;
}

/** A page with a seal in a comment at its end. */
export function sealedPage(html: string): string {
  const open = `${html.trimEnd()}\n<!-- `;
  return `${open}${sealOf(open)} -->\n`;
}

/** What to write behind these bytes. */
export function sealOf(before: string | Uint8Array): string {
  return MARK + createHash('sha256').update(before).digest('hex');
}

/** Was this file made by us, and not changed since? False for what cannot be read. */
export async function isSealed(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return false;
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - MARK.length - HEX - LONGEST_TAIL);
    const end = Buffer.alloc(size - from);
    await file.read(end, 0, end.length, from);
    const at = end.lastIndexOf(MARK);
    if (at < 0) return false;
    const stated = end.toString('latin1', at + MARK.length, at + MARK.length + HEX);
    if (!TAILS.some(tail => tail.test(end.toString('latin1', at + MARK.length + HEX)))) return false;
    const hash = createHash('sha256');
    if (from + at > 0)
      for await (const chunk of file.createReadStream({ start: 0, end: from + at - 1, autoClose: false }))
        hash.update(chunk as Buffer);
    return hash.digest('hex') === stated;
  } catch {
    return false; // a folder, or a disk that fails
  } finally {
    await file.close();
  }
}
