import { type Correction, type Hint, type HintChange, isRegion } from '../../../media/plan/hint.ts';
import { edit, say } from './actions.ts';
import { type Chosen, keyframeOn, type State, state, type Tool, update } from './store.ts';

export type NewHint = Pick<Hint, 'x' | 'y'> & Partial<Pick<Hint, 'path' | 'fill' | 'polygon'>>;
type Places = readonly (readonly [x: number, y: number])[];

/** Paint on the frame that is seen, which becomes a keyframe if it is none. What was painted is chosen. */
export async function addHint({ x, y, path, fill, polygon }: NewHint): Promise<void> {
  const { frame, color, radius, name } = state();
  const hint = {
    x: round(x),
    y: round(y),
    color,
    radius,
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(path && { path: rounded(path) }),
    ...(fill !== undefined && { fill }),
    ...(polygon && { polygon: rounded(polygon) }),
  };
  const what = isRegion(hint) ? 'Region' : path ? 'Stroke' : 'Hint';
  const revision = await edit({ kind: 'hint-add', index: frame, hint }, `${what} ${color} painted on frame ${frame}.`);
  if (revision !== undefined && state().frame === frame) update({ chosen: { index: frame, id: `h${revision}` } });
}

const rounded = (places: Places) => places.map(([x, y]): [number, number] => [round(x), round(y)]);

/** The region that is chosen on the frame that is seen. */
export function chosenRegion({ project, frame, chosen }: State): (Hint & { readonly id: string }) | undefined {
  const hint = project && keyframeOn(project, frame)?.hints.find(({ id }) => id === chosen?.id);
  return hint?.id !== undefined && isRegion(hint) ? { ...hint, id: hint.id } : undefined;
}

/** The same; where there is none, the page says so. */
export function neededRegion(): ReturnType<typeof chosenRegion> {
  const region = chosenRegion(state());
  if (!region) say('Choose a region of this frame first: click its mark.');
  return region;
}

/** Take a tool in hand, or put it down. */
export function takeTool(wanted: Extract<Tool, string>): void {
  update({ tool: state().tool === wanted ? 'none' : wanted, isPlaying: false });
}

/** Add to the chosen region, or subtract from it, along a stroke. */
export async function correctRegion(kind: Correction['kind'], path: Places): Promise<void> {
  const { frame, radius } = state();
  const region = neededRegion();
  if (!region) return;
  const correction = { kind, radius, path: rounded(path) };
  const what = kind === 'add' ? 'A stroke was added to the region' : 'A stroke was taken from the region';
  await edit({ kind: 'hint-correct', index: frame, id: region.id, correction }, `${what} ${region.name ?? region.color}.`);
}

export function changeHint({ index, id }: Chosen, set: HintChange, what: string): Promise<unknown> {
  return edit({ kind: 'hint-change', index, id, set }, what);
}

export async function removeHint({ index, id }: Chosen): Promise<void> {
  await edit({ kind: 'hint-remove', index, id }, `A hint of frame ${index} is removed.`);
  if (state().chosen?.id === id) update({ chosen: undefined });
}

export function placePalette(name: string, x: number, y: number): Promise<unknown> {
  const { frame } = state();
  const place = { index: frame, x: round(x), y: round(y) };
  return edit({ kind: 'palette-place', name, place }, `${name} placed on frame ${frame}.`);
}

/** Finer than a pixel of the largest film, and short in the plan. */
export function round(share: number): number {
  return Math.round(Math.max(0, Math.min(1, share)) * 1e5) / 1e5;
}
