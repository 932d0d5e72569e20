import { z } from 'zod';
import { readCache } from '../../adapters/files/read-cache.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import type { Journal } from '../film/journal.ts';
import { shotFlicker } from '../measure/shot-flicker.ts';
import type { RenderContext } from '../run/render-context.ts';

/** Chroma flicker of finished shots, measured once and kept beside their segments. */
export function openFlickerCache(context: RenderContext, journal: Journal) {
  const running = new Map<string, Promise<readonly number[]>>();
  const closing = new AbortController();
  const measure = async (fingerprint: string, shot: PlannedShot): Promise<readonly number[]> => {
    const segment = journal.segmentPath(fingerprint);
    const path = `${segment}.flicker`;
    const kept = await readCache(path, z.array(z.number()));
    if (kept) return kept;
    const flicker = await shotFlicker(segment, shot, context, closing.signal);
    await saveFile(path, JSON.stringify(flicker));
    return flicker;
  };
  return {
    flicker(fingerprint: string, shot: PlannedShot): Promise<readonly number[]> {
      const found = running.get(fingerprint) ?? measure(fingerprint, shot).finally(() => running.delete(fingerprint));
      running.set(fingerprint, found);
      return found;
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running.values());
    },
  };
}
