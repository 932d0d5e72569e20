import { useEffect, useState } from 'preact/hooks';
import type { Grade } from '../../../media/plan/grade.ts';
import type { HintChange } from '../../../media/plan/hint.ts';
import type { Offer, ProjectView } from '../../contract.ts';
import { type Place, readPlace } from './address.ts';
import { after, type Happening, type Known, UNKNOWN } from './machine.ts';
import type { ShotFilter } from './shot-filter.ts';
import { shotOf } from './standing.ts';

/** What a click on the picture does. */
export type Tool = 'none' | 'hint' | 'fill' | 'polygon' | 'add' | 'subtract' | 'erase' | 'pick' | { readonly place: string };

export type Tab = 'colour' | 'grade' | 'review';

/** A hint that is looked at more closely. */
export interface Chosen {
  readonly index: number;
  readonly id: string;
}

/** What is laid over the picture: the film as it was, or the frame as it was last rendered. */
export type OnionKind = 'before' | 'rendered';

/** Two versions by their ids; `one` is seen on the left. */
export interface Compared {
  readonly one: string;
  readonly other: string;
}

/** All that the page knows and shows: what the server said, and where the person looks and what is in hand. */
export interface State extends Known, Place {
  readonly isPlaying: boolean;
  /** Whether playing begins anew at a shot's end, or goes on. */
  readonly loop: 'off' | 'shot';
  /** Fingerprints of shots that can be played with their sound. */
  readonly filmsReady: readonly string[];
  readonly tool: Tool;
  readonly color: string;
  /** What the next hint is called; empty: nothing. */
  readonly name: string;
  /** Of the next hint, in shares of the picture's shorter side. */
  readonly radius: number;
  /** How far the next fill goes, 0..1. */
  readonly fill: number;
  /** Where the pointer, or the cross, is on the picture, in shares, while a fill is in hand. */
  readonly pointed: { readonly x: number; readonly y: number } | undefined;
  readonly chosen: Chosen | undefined;
  /** The grade that a slider is being moved to, of a shot or of all that have none of their own. Not sent yet. */
  readonly triedGrade: { readonly shot: number | undefined; readonly grade: Grade } | undefined;
  /** Changes of a hint that are being dragged and not sent yet. */
  readonly dragged: (Chosen & { readonly set: HintChange }) | undefined;
  readonly marks: 'shown' | 'hidden';
  /** Of the picture on the stage: how many times larger than fitted, and what of it lies in the middle, in shares. */
  readonly zoom: { readonly scale: number; readonly x: number; readonly y: number };
  readonly panels: 'open' | 'closed';
  /** What the panels are about. */
  readonly tab: Tab;
  /** Shots that are looked for; the others are dimmed. */
  readonly filter: ShotFilter;
  /** What the scopes show. */
  readonly scopes: 'closed' | 'frame' | 'shot';
  /** Another state of the frame, laid over the picture. `opacity`: 0..1. */
  readonly onion: { readonly isOn: boolean; readonly kind: OnionKind; readonly opacity: number };
  /** Two versions whose pictures take the places of before and after. */
  readonly compared: Compared | undefined;
  /** Asked of the server and not answered. */
  readonly mode: ProjectView['render']['mode'] | undefined;
  readonly message: Message | undefined;
  readonly help: 'open' | 'closed';
}

export interface Message {
  readonly kind: 'note' | 'fault';
  readonly text: string;
  /** What can be done about it. */
  readonly offers?: readonly { readonly offer: Offer; readonly title: string; act(): void }[];
  /** A file that is spoken of. */
  readonly link?: { readonly name: string; readonly address: string };
}

export const FITTED = { scale: 1, x: 0.5, y: 0.5 } as const;

const START: State = {
  ...UNKNOWN,
  ...readPlace(location.hash),
  isPlaying: false,
  loop: 'off',
  filmsReady: [],
  tool: 'none',
  color: '#8c5a3c',
  name: '',
  radius: 0.03,
  fill: 0.25,
  pointed: undefined,
  chosen: undefined,
  triedGrade: undefined,
  dragged: undefined,
  marks: 'shown',
  zoom: FITTED,
  panels: 'open',
  tab: 'colour',
  filter: 'all',
  scopes: 'closed',
  onion: { isOn: false, kind: 'before', opacity: 0.5 },
  compared: undefined,
  mode: undefined,
  message: undefined,
  help: 'closed',
};

const listeners = new Set<() => void>();
const current = { state: START };

export const state = (): State => current.state;

export function update(change: Partial<Omit<State, keyof Known>>): void {
  set({ ...current.state, ...change });
}

/** Something happened that the server has a part in. Answers whether the project is to be asked for. */
export function happen(happening: Happening): 'project' | 'nothing' {
  const { known, ask } = after(current.state, happening);
  const { link, project, progress, sending } = known;
  set({ ...current.state, link, project, progress, sending });
  return ask;
}

function set(state: State): void {
  current.state = state;
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

export const shotAt = shotOf;

export function keyframeOn(project: ProjectView, frame: number) {
  return shotAt(project, frame).keyframes.find(({ index }) => index === frame);
}

/** Time of a frame in seconds: its shot's time divided evenly. */
export function secondsAt(project: ProjectView, frame: number): number {
  const { start, end, startTicks, endTicks } = shotAt(project, frame);
  const { num, den } = project.film.timebase;
  const first = project.shots[0]!.startTicks;
  return ((startTicks - first + ((endTicks - startTicks) * (frame - start)) / (end - start)) * num) / den;
}

export function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(2).padStart(5, '0')}`;
}
