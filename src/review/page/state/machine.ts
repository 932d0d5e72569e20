import type { ProjectChange, ProjectView, ReviewEvent } from '../../contract.ts';

/**
 * What the page knows of the server. Nothing in it is the page's own: it changes when the server says something, when an answer
 * comes, or when the connection does. The page shows what follows from this and from where the person looks (see `standing`).
 */
export interface Known {
  readonly link: 'opening' | 'open' | 'lost';
  readonly project: ProjectView | undefined;
  readonly progress: Extract<ReviewEvent, { type: 'frames' }> | undefined;
  /** Changes that were sent and are not answered. */
  readonly sending: number;
}

export type Happening =
  | { readonly type: 'opened' }
  | { readonly type: 'lost' }
  | { readonly type: 'viewed'; readonly view: ProjectView | ProjectChange }
  | { readonly type: 'heard'; readonly event: ReviewEvent }
  | { readonly type: 'sent' }
  | { readonly type: 'answered' };

export const UNKNOWN: Known = { link: 'opening', project: undefined, progress: undefined, sending: 0 };

/** What is known after something happened, and whether the project is to be asked for again. */
export function after(known: Known, happening: Happening): { readonly known: Known; readonly ask: 'project' | 'nothing' } {
  switch (happening.type) {
    case 'opened':
      return { known: { ...known, link: 'open' }, ask: 'project' };
    case 'lost':
      // What was on its way may or may not have arrived: the project says so when it is back.
      return { known: { ...known, link: 'lost', sending: 0, progress: undefined }, ask: 'nothing' };
    case 'viewed': {
      const project = viewed(known.project, happening.view);
      // A change of another view than the one that is known by now.
      if (!project) return { known, ask: 'project' };
      if (isOlder(project, known.project)) return { known, ask: 'nothing' };
      const runs = project.render.phase === 'rendering';
      return { known: { ...known, project, progress: runs ? known.progress : undefined }, ask: 'nothing' };
    }
    case 'heard':
      return heard(known, happening.event);
    case 'sent':
      return { known: { ...known, sending: known.sending + 1 }, ask: 'nothing' };
    case 'answered':
      return { known: { ...known, sending: Math.max(0, known.sending - 1) }, ask: 'project' };
  }
}

function heard(known: Known, event: ReviewEvent): { readonly known: Known; readonly ask: 'project' | 'nothing' } {
  switch (event.type) {
    case 'project':
      return { known, ask: isOlder(known.project, event) ? 'project' : 'nothing' };
    case 'frames':
      return { known: { ...known, progress: event }, ask: 'nothing' };
    case 'film-done':
    case 'error':
      return { known: { ...known, progress: undefined }, ask: 'project' };
    case 'warning':
      return { known, ask: 'nothing' };
  }
}

/** The project as a view says it, or as a change makes it of what is known; undefined where it is one of another view. */
function viewed(before: ProjectView | undefined, view: ProjectView | ProjectChange): ProjectView | undefined {
  if (!('since' in view)) return view;
  if (before?.start !== view.start || before.cursor !== view.since) return undefined;
  const { since: _since, shots: changed, palette = before.palette, versions = before.versions, ...head } = view;
  const shots = [...before.shots];
  for (const shot of changed) shots[shot.number] = shot;
  return { ...head, palette, versions, shots };
}

interface Moment {
  readonly start: string;
  readonly serial: number;
}

/** Two answers may cross. Of two starts of the server the one that is heard of last is the one that runs. */
function isOlder(one: Moment | undefined, other: Moment | undefined): boolean {
  if (!one) return other !== undefined;
  return other !== undefined && one.start === other.start && one.serial < other.serial;
}
