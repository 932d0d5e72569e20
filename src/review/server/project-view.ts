import { basename } from 'node:path';
import { shownSize } from '../../media/film/shown-picture.ts';
import type { PlannedShot } from '../../media/plan/plan.ts';
import type { ShotReview } from '../../media/plan/shot-review.ts';
import type { EditingSession } from '../../pipeline/project/editing-session.ts';
import type { ShotReport } from '../../pipeline/run/shot-report.ts';
import type { ProjectChange, ProjectView, ShotView } from '../contract.ts';
import { turnedEntry, turnedHint } from './turned-edit.ts';

/** Frames of least trust that are named per shot. */
const WORST = 3;

/** The project as sent to the page. Everything in a view is at least as new as its `serial`. */
export interface ProjectViews {
  whole(): Promise<ProjectView>;
  /** What has changed since the view of that cursor. */
  change(since: number): Promise<ProjectChange>;
}

/** A part of the view, and the cursor at which it became so. */
interface Part<Value> {
  readonly value: Value;
  readonly since: number;
}

/** `start`: of this server. */
export function openProjectViews(session: EditingSession, start: string): ProjectViews {
  const { project, context } = session;
  const { rotation } = context.film;
  const state = { cursor: 0 };
  const parts = new Map<string, { readonly text: string; readonly part: Part<unknown> }>();
  const partOf = <Value>(name: string, value: Value): Part<Value> => {
    const text = JSON.stringify(value);
    const before = parts.get(name);
    if (before?.text === text) return before.part as Part<Value>;
    const part = { value, since: ++state.cursor };
    parts.set(name, { text, part });
    return part;
  };
  const shotPart = openShotParts(session, partOf);
  const view = async () => {
    const serial = session.serial();
    const { shots } = project.plan();
    const facts = await Promise.all(shots.map((_, number) => factsOf(session, number)));
    const written = await session.output();
    // From here on nothing waits: a cursor stands for one state of all parts.
    const { palette = [] } = project.plan();
    const { versions = [] } = project.history();
    const all = {
      shots: facts.map(shotPart),
      palette: partOf(
        'palette',
        palette.map(entry => turnedEntry(entry, rotation)),
      ),
      versions: partOf(
        'versions',
        versions.map(({ id, name, made }) => ({ id, name, made })),
      ),
    };
    return { ...all, head: { start, serial, cursor: state.cursor, ...headOf(session, written) } };
  };
  return {
    async whole() {
      const { head, shots, palette, versions } = await view();
      return { ...head, palette: palette.value, versions: versions.value, shots: shots.map(({ value }) => value) };
    },
    async change(since) {
      const { head, shots, palette, versions } = await view();
      return {
        ...head,
        since,
        ...(palette.since > since && { palette: palette.value }),
        ...(versions.since > since && { versions: versions.value }),
        shots: shots.flatMap(part => (part.since > since ? [part.value] : [])),
      };
    },
  };
}

/** What a shot's view is made of. */
interface ShotFacts {
  readonly shot: PlannedShot;
  readonly planned: string;
  readonly shown: string | null;
  readonly report: ShotReport | undefined;
}

async function factsOf(session: EditingSession, number: number): Promise<ShotFacts> {
  const shot = session.project.plan().shots[number]!;
  const planned = session.planned(number);
  const shown = (await session.shown(number)) ?? null;
  return { shot, planned, shown, report: shown === planned ? await session.report(planned) : undefined };
}

/** Views of shots, each made anew only where something that it is made of is another. */
function openShotParts(session: EditingSession, partOf: (name: string, view: ShotView) => Part<ShotView>) {
  const { rotation } = session.context.film;
  const held = new Map<number, { readonly made: readonly unknown[]; readonly part: Part<ShotView> }>();
  return ({ shot, planned, shown, report }: ShotFacts, number: number): Part<ShotView> => {
    const { start, end, startTicks, endTicks, kind, grade, review } = shot;
    const state = session.rendering().has(number) ? 'rendering' : report ? 'rendered' : 'stale';
    const seen = review && reviewView(review, () => session.look(number));
    const made = [shot, planned, shown, report, state, seen?.since];
    const before = held.get(number);
    if (before && made.every((one, place) => one === before.made[place])) return before.part;
    const keyframes = shot.keyframes.map(({ index, color, hints }) => ({
      index,
      source: color.kind,
      hints: (hints ?? []).map(hint => turnedHint(hint, rotation)),
    }));
    const quality = report && { trust: report.trust, unseen: report.unseen, worst: worstOf(report.curve ?? [], shot.start) };
    const part = partOf(`shot ${number}`, {
      number,
      start,
      end,
      startTicks,
      endTicks,
      kind,
      keyframes,
      ...(grade && { grade }),
      ...(seen && { review: seen }),
      planned,
      shown,
      state,
      ...quality,
    });
    held.set(number, { made, part });
    return part;
  };
}

/** All that does not grow with the film. */
function headOf({ project, context, keeper }: EditingSession, written: Awaited<ReturnType<EditingSession['output']>>) {
  const plan = project.plan();
  const { width, height } = shownSize(context.film);
  const { timebase, matrix } = context.film.format;
  const { phase, mode } = keeper();
  return {
    revision: project.revision(),
    film: { name: basename(plan.source.path), width, height, frames: plan.source.frames, timebase, matrix },
    output: { ...written, name: basename(written.path) },
    model: plan.model.id,
    ...(plan.grade && { grade: plan.grade }),
    ...project.depths(),
    render: { phase, mode },
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
