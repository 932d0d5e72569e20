import { basename } from 'node:path';
import { shownSize, turned } from '../media/film/shown-picture.ts';
import type { EditingSession } from '../pipeline/project/editing-session.ts';
import { turnedEntry } from './turned-edit.ts';

/** Frames of least trust that are named per shot. */
const WORST = 3;

/** The project as the page is told of it. */
export async function projectView(session: EditingSession) {
  const { project, context } = session;
  const [plan, revision, depths] = [project.plan(), project.revision(), project.depths()];
  const { rotation } = context.film;
  const busy = session.rendering();
  const shots = plan.shots.map(async ({ anchors: _unseen, ...shot }, number) => {
    const report = await session.report(number);
    const keyframes = shot.keyframes.map(({ index, color, hints }) => ({
      index,
      source: color.kind,
      hints: (hints ?? []).map(hint => turned(hint, rotation)),
    }));
    const state = busy?.has(number) ? 'rendering' : report ? 'rendered' : 'stale';
    const quality = report && { trust: report.trust, unseen: report.unseen, worst: worstOf(report.curve ?? [], shot.start) };
    return { ...shot, number, keyframes, state, ...quality };
  });
  const { film } = context;
  const { width, height } = shownSize(film);
  const { timebase } = film.format;
  return {
    revision,
    film: { name: basename(plan.source.path), width, height, frames: plan.source.frames, timebase },
    model: plan.model.id,
    grade: plan.grade,
    palette: (plan.palette ?? []).map(entry => turnedEntry(entry, rotation)),
    ...depths,
    rendering: busy !== undefined,
    shots: await Promise.all(shots),
  };
}

function worstOf(curve: readonly number[], start: number) {
  const spots = curve.map((trust, place) => ({ index: start + place, trust }));
  return spots.sort((a, b) => a.trust - b.trust).slice(0, WORST);
}
