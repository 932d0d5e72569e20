import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * A seal tells a file that Kinemacolor wrote from one that a person made or changed: near its end stands the SHA-256 of
 * everything before. An edited plan, a painted keyframe or a changed report no longer matches its seal and is not replaced
 * without permission.
 */
const MARK = 'kinemacolor sha256 ';
const HEX = 64;
/** What may follow a seal: the end of a JSON object, of a comment, of a line, or of a PNG (the text's checksum and the last chunk). */
const TAILS = [/^"\n}\n$/, /^ -->\n$/, /^\n$/, /^.{4}\0\0\0\0IEND\xaeB`\x82$/s];
const LONGEST_TAIL = 16;

/** JSON of an object with a seal as its last field. */
export function sealedJson(content: object): string {
  const { seal: _, ...rest } = content as { seal?: unknown };
  const open = `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "seal": "`;
  return `${open}${sealOf(open)}"\n}\n`;
}

/** An HTML page with a seal in a comment at its end. */
export function sealedPage(html: string): string {
  const open = `${html.trimEnd()}\n<!-- `;
  return `${open}${sealOf(open)} -->\n`;
}

/** Plain text with a seal as its last line, which starts with `comment`. */
export function sealedText(text: string, comment: string): string {
  const open = `${text.trimEnd()}\n${comment}`;
  return `${open}${sealOf(open)}\n`;
}

/** The seal for the bytes before it. */
export function sealOf(before: string | Uint8Array): string {
  return MARK + createHash('sha256').update(before).digest('hex');
}

/** Was this file written by Kinemacolor and not changed since? False where it cannot be read. */
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
    return false; // a folder, or a read error
  } finally {
    await file.close();
  }
}
