import { useEffect, useState } from 'preact/hooks';
import type { ReviewEvent } from '../event-stream.ts';
import { type Place, readPlace } from './address.ts';
import type { Project, Shot } from './wire.ts';

/** What a click on the picture does. */
export type Tool = 'none' | 'hint' | 'pick' | { readonly place: string };

/** All that the page knows and shows. */
export interface State extends Place {
  readonly project: Project | undefined;
  readonly connection: 'opening' | 'open' | 'lost';
  readonly playing: 'yes' | 'no';
  readonly tool: Tool;
  readonly color: string;
  /** Of the next hint, in shares of the picture's shorter side. */
  readonly radius: number;
  readonly progress: Extract<ReviewEvent, { type: 'frames' }> | undefined;
  /** How often each shot has been rendered since the page was opened: what tells its pictures of now from those of before. */
  readonly renders: Readonly<Record<number, number>>;
  readonly message: { readonly kind: 'note' | 'fault'; readonly text: string } | undefined;
  readonly help: 'open' | 'closed';
  /** Whether a change is rendered soon after it is made, or when asked. */
  readonly rendering: 'at-once' | 'when-asked';
}

const START: State = {
  ...readPlace(location.hash),
  project: undefined,
  connection: 'opening',
  playing: 'no',
  tool: 'none',
  color: '#8c5a3c',
  radius: 0.05,
  progress: undefined,
  renders: {},
  message: undefined,
  help: 'closed',
  rendering: 'at-once',
};

const listeners = new Set<() => void>();
const current = { state: START };

export const state = (): State => current.state;

export function update(change: Partial<State>): void {
  current.state = { ...current.state, ...change };
  for (const listener of [...listeners]) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useReview(): State {
  const [seen, setSeen] = useState(current.state);
  useEffect(() => {
    setSeen(current.state);
    return subscribe(() => setSeen(current.state));
  }, []);
  return seen;
}

/** The shot that a frame lies in; the last one for frames beyond the film. */
export function shotAt(project: Project, frame: number): Shot {
  return project.shots.find(({ end }) => frame < end) ?? project.shots.at(-1)!;
}

export function keyframeAt(project: Project, frame: number) {
  return shotAt(project, frame).keyframes.find(({ index }) => index === frame);
}

/** Time of a frame in seconds: its shot's time divided evenly, or the server's own ticks where they are known. */
export function secondsAt(project: Project, frame: number): number {
  const { start, end, startTicks, endTicks } = shotAt(project, frame);
  const { num, den } = project.film.timebase;
  const first = project.shots[0]!.startTicks;
  return ((startTicks - first + ((endTicks - startTicks) * (frame - start)) / (end - start)) * num) / den;
}

export function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(2).padStart(5, '0')}`;
}
