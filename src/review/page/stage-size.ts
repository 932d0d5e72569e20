import { pictureWidth } from './pictures.ts';
import { state } from './store.ts';

const shown = { width: 960 };

/** The stage tells how wide, in CSS pixels, it shows the film. */
export function setStageWidth(width: number): void {
  shown.width = width;
}

/** Width at which pictures are asked for. */
export function stageWidth(): number {
  return pictureWidth(shown.width, state().project?.film.width ?? shown.width);
}
