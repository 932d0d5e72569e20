import type { Picture } from './pictures.ts';
import type { State } from './store.ts';

/** Draw both sides into the canvas, divided at the wipe. Answers what could not be drawn as it should. */
export function drawSides(canvas: HTMLCanvasElement, state: State, before: Picture, after: Picture): void {
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const { width, height } = canvas;
  const cut = state.view === 'before' ? width : state.view === 'after' ? 0 : Math.round(state.wipe * width);
  // What has not come is left as it was: a moment's old picture is calmer than black.
  if (before instanceof ImageBitmap) part(pen, before, { from: 0, to: after === 'none' ? width : cut, height });
  if (after instanceof ImageBitmap) part(pen, after, { from: cut, to: width, height });
}

function part(pen: CanvasRenderingContext2D, picture: ImageBitmap, at: { from: number; to: number; height: number }): void {
  if (at.to <= at.from) return;
  const scale = picture.width / pen.canvas.width;
  const span = at.to - at.from;
  pen.drawImage(picture, at.from * scale, 0, span * scale, picture.height, at.from, 0, span, at.height);
}

/** The mean colour, #rrggbb, of a few pixels around a place (shares of the picture): one pixel of film is grain. */
export function colorAt(canvas: HTMLCanvasElement, x: number, y: number): string {
  const reach = 2;
  const size = 2 * reach + 1;
  const { data } = canvas
    .getContext('2d', { willReadFrequently: true })!
    .getImageData(Math.round(x * canvas.width) - reach, Math.round(y * canvas.height) - reach, size, size);
  const sum = [0, 0, 0];
  let seen = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue;
    seen++;
    for (let c = 0; c < 3; c++) sum[c]! += data[i + c]!;
  }
  const hex = (value: number) =>
    Math.round(value / Math.max(1, seen))
      .toString(16)
      .padStart(2, '0');
  return `#${sum.map(hex).join('')}`;
}
