import { join } from 'node:path';
import { z } from 'zod';
import { readCache } from '../../adapters/files/read-cache.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { type Plan, type PlannedShot, sha256, shotFingerprint } from '../../media/plan/plan.ts';
import type { Journal } from '../film/journal.ts';
import type { ShotReport } from '../run/shot-report.ts';
import type { RenderMode } from './render-keeper.ts';

/**
 * Which of a project's shots are finished, and what stands for those that are not. Everything is known by fingerprints: what a
 * shot is made of.
 */
export interface FinishedShots {
  /** The fingerprint of a shot as a plan says it. */
  planned(plan: Plan, number: number): string;
  /** The report of the shot of a fingerprint, where it is finished. */
  report(fingerprint: string): Promise<ShotReport | undefined>;
  /** The fingerprint of what was last rendered of a shot, perhaps before later edits: the plan's own where that is finished. */
  shown(plan: Plan, number: number): Promise<string | undefined>;
  /** A shot was rendered. */
  note(number: number, fingerprint: string): void;
  /** What all shots of a plan together are made of. */
  whole(plan: Plan): string;
}

/** What an editing session writes down for the next one. */
const savedSchema = z.strictObject({
  /** By shot, the fingerprint it was last rendered with. */
  shots: z.array(z.tuple([z.int().min(0), z.string()])),
  /** The film that was last written: what it is made of, and its file's state then. */
  film: z.strictObject({ made: z.string(), path: z.string(), state: z.string() }).optional(),
  mode: z.enum(['at-once', 'when-asked']).optional(),
});
export type WrittenFilm = NonNullable<z.output<typeof savedSchema>['film']>;

export interface SavedBench {
  readonly last: Map<number, string>;
  film: WrittenFilm | undefined;
  mode: RenderMode;
}

const pathIn = (folder: string) => join(folder, 'rendered.json');

export async function readBench(folder: string): Promise<SavedBench> {
  const saved = await readCache(pathIn(folder), savedSchema);
  return { last: new Map(saved?.shots), film: saved?.film, mode: saved?.mode ?? 'at-once' };
}

export function saveBench(folder: string, { last, film, mode }: SavedBench): Promise<void> {
  return saveFile(pathIn(folder), `${JSON.stringify({ shots: [...last], film, mode })}\n`);
}

/** Fingerprints of shots, each computed once for as long as nothing that it depends on is another. */
export function openFingerprints(engine: Record<string, string>): (plan: Plan, number: number) => string {
  const known = new WeakMap<PlannedShot, { grade: unknown; palette: unknown; fingerprint: string }>();
  return (plan, number) => {
    const shot = plan.shots[number]!;
    const { grade, palette } = plan;
    const found = known.get(shot);
    if (found && found.grade === grade && found.palette === palette) return found.fingerprint;
    const fingerprint = shotFingerprint(plan, number, engine);
    known.set(shot, { grade, palette, fingerprint });
    return fingerprint;
  };
}

export function openFinishedShots(journal: Journal, engine: Record<string, string>, last: Map<number, string>): FinishedShots {
  const planned = openFingerprints(engine);
  const reports = new Map<string, Promise<ShotReport | undefined>>();
  const report = (fingerprint: string) => {
    const found = reports.get(fingerprint) ?? journal.finished(fingerprint);
    reports.set(fingerprint, found);
    return found;
  };
  return {
    planned,
    report,
    async shown(plan, number) {
      const wanted = planned(plan, number);
      if (await report(wanted)) return wanted;
      const before = last.get(number);
      return before !== undefined && (await report(before)) ? before : undefined;
    },
    note(number, fingerprint) {
      last.set(number, fingerprint);
      reports.delete(fingerprint);
    },
    whole: plan => sha256(plan.shots.map((_, number) => planned(plan, number)).join('\n')),
  };
}
