import { pictureWidth } from '../state/pictures.ts';
import { state } from '../state/store.ts';

const shown = { width: 960 };

/** The stage tells how wide, in CSS pixels, it shows the film; larger where a part of it is enlarged. */
export function setStageWidth(width: number): void {
  shown.width = width;
}

/** Width at which pictures are asked for. */
export function stageWidth(): number {
  const { project, zoom } = state();
  return pictureWidth(shown.width * zoom.scale, project?.film.width ?? shown.width);
}
