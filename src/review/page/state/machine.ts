import type { ProjectView, ReviewEvent } from '../../contract.ts';

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
  | { readonly type: 'viewed'; readonly project: ProjectView }
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
      const { project } = happening;
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

interface Moment {
  readonly start: string;
  readonly serial: number;
}

/** Two answers may cross. Of two starts of the server the one that is heard of last is the one that runs. */
function isOlder(one: Moment | undefined, other: Moment | undefined): boolean {
  if (!one) return other !== undefined;
  return other !== undefined && one.start === other.start && one.serial < other.serial;
}
