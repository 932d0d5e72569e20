import { basename } from 'node:path';
import { shownSize, turned } from '../../media/film/shown-picture.ts';
import type { ShotReview } from '../../media/plan/shot-review.ts';
import type { EditingSession } from '../../pipeline/project/editing-session.ts';
import { hintIn } from '../../pipeline/shot/shot-hints.ts';
import type { HintTrack } from '../../stages/keyframes/follow-hints.ts';
import type { HintLanes, ProjectView, ShotView } from '../contract.ts';
import { turnedEntry, turnedHint } from './turned-edit.ts';

/** Frames of least trust that are named per shot. */
const WORST = 3;
/** Digits of a place: finer than a pixel of the largest film. */
const PLACE_DIGITS = 1e4;

/**
 * The project as sent to the page. `start`: of this server. Everything is at least as new as `serial`.
 */
export async function projectView(session: EditingSession, start: string): Promise<ProjectView> {
  const { project, context } = session;
  const serial = session.serial();
  const [plan, revision, depths] = [project.plan(), project.revision(), project.depths()];
  const { rotation } = context.film;
  const running = session.rendering();
  const shots = plan.shots.map(async (shot, number): Promise<ShotView> => {
    const { start, end, startTicks, endTicks, kind, grade, review } = shot;
    const planned = session.planned(number);
    const shown = (await session.shown(number)) ?? null;
    const report = shown === planned ? await session.report(planned) : undefined;
    const keyframes = shot.keyframes.map(({ index, color, hints }) => ({
      index,
      source: color.kind,
      hints: (hints ?? []).map(hint => turnedHint(hint, rotation)),
    }));
    const state = running.has(number) ? 'rendering' : report ? 'rendered' : 'stale';
    const quality = report && { trust: report.trust, unseen: report.unseen, worst: worstOf(report.curve ?? [], shot.start) };
    return {
      number,
      start,
      end,
      startTicks,
      endTicks,
      kind,
      keyframes,
      ...(grade && { grade }),
      ...(review && { review: reviewView(review, () => session.look(number)) }),
      planned,
      shown,
      state,
      ...quality,
    };
  });
  const { film } = context;
  const { width, height } = shownSize(film);
  const { timebase, matrix } = film.format;
  const output = await session.output();
  const { phase, mode } = session.keeper();
  return {
    start,
    serial,
    revision,
    film: { name: basename(plan.source.path), width, height, frames: plan.source.frames, timebase, matrix },
    output: { ...output, name: basename(output.path) },
    model: plan.model.id,
    ...(plan.grade && { grade: plan.grade }),
    palette: (plan.palette ?? []).map(entry => turnedEntry(entry, rotation)),
    versions: (project.history().versions ?? []).map(({ id, name, made }) => ({ id, name, made })),
    ...depths,
    render: { phase, mode },
    shots: await Promise.all(shots),
  };
}

function reviewView({ status, note, look }: ShotReview, lookNow: () => string): NonNullable<ShotView['review']> {
  const since = look === undefined || look === lookNow() ? 'same' : 'changed';
  return { ...(status && { status }), ...(note !== undefined && { note }), since };
}

function worstOf(curve: readonly number[], start: number) {
  const spots = curve.map((trust, place) => ({ index: start + place, trust }));
  return spots.sort((a, b) => a.trust - b.trust).slice(0, WORST);
}

/** Where hints lie, upright. */
export function lanesView(tracks: readonly HintTrack[], start: number, rotation: number): HintLanes {
  const round = (share: number) => Math.round(share * PLACE_DIGITS) / PLACE_DIGITS;
  const lanes = tracks.map(track => ({
    index: track.index,
    ...laneName(track),
    places: Array.from(track.x, (_, place) => {
      const found = hintIn(track, place);
      if (!found) return null;
      const shown = turned(found, rotation);
      return [round(shown.x), round(shown.y)] as const;
    }),
  }));
  return { start, lanes };
}

function laneName({ hint }: HintTrack) {
  return {
    ...(hint.id !== undefined && { id: hint.id }),
    color: hint.color,
    ...(hint.name !== undefined && { name: hint.name }),
  };
}
