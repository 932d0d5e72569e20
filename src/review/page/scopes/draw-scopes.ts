import { rgbWeights } from '../../../kernels/color/color.ts';
import { HUE_ANGLES } from '../../../kernels/color/named-looks.ts';
import { HUE_BINS, type HueScope, SCOPE_CELLS, SKIN_LINE } from '../../../kernels/measures/hue-scope.ts';

/** The full colours of BT.709 by their hue, in degrees. */
const NAMED = Array.from('RYGCBM', (name, place) => ({ name, hue: HUE_ANGLES[place]! % 360 }));
const LINES = '#5a5a5a';
const LETTERS = '#b4b4b4';
const SKIN = '#e6b566';
/** Chroma that hues are painted with, and their luma. */
const PAINT = { chroma: 0.22, luma: 0.6 } as const;
const WEIGHTS = rgbWeights('bt709');

function hueColor(hue: number, luma: number = PAINT.luma): string {
  const [cb, cr] = [PAINT.chroma * Math.cos(radians(hue)), PAINT.chroma * Math.sin(radians(hue))];
  const rgb = [luma + WEIGHTS.red * cr, luma + WEIGHTS.greenCb * cb + WEIGHTS.greenCr * cr, luma + WEIGHTS.blue * cb];
  return `rgb(${rgb.map(value => Math.round(Math.max(0, Math.min(1, value)) * 255)).join(' ')})`;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Cb to the right, Cr upward, gray in the middle; brighter where more pixels are. */
export function drawVectorscope(canvas: HTMLCanvasElement, scope: HueScope | undefined): void {
  const pen = canvas.getContext('2d')!;
  const { width: size } = canvas;
  const middle = size / 2;
  const at = (hue: number, share: number) =>
    [middle + Math.cos(radians(hue)) * share * middle, middle - Math.sin(radians(hue)) * share * middle] as const;
  pen.clearRect(0, 0, size, size);
  const cell = size / SCOPE_CELLS;
  const most = scope ? Math.log1p(scope.cells.reduce((one, other) => Math.max(one, other), 1)) : 1;
  for (const [place, count] of scope?.cells.entries() ?? []) {
    if (count === 0) continue;
    const [column, row] = [place % SCOPE_CELLS, Math.floor(place / SCOPE_CELLS)];
    const hue = (Math.atan2(SCOPE_CELLS / 2 - row - 0.5, column + 0.5 - SCOPE_CELLS / 2) * 180) / Math.PI;
    pen.globalAlpha = 0.25 + (0.75 * Math.log1p(count)) / most;
    pen.fillStyle = hueColor(hue);
    pen.fillRect(column * cell, row * cell, cell + 0.5, cell + 0.5);
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = LINES;
  pen.beginPath();
  pen.arc(middle, middle, middle - 1, 0, 2 * Math.PI);
  pen.moveTo(middle - 4, middle);
  pen.lineTo(middle + 4, middle);
  pen.moveTo(middle, middle - 4);
  pen.lineTo(middle, middle + 4);
  pen.stroke();
  pen.strokeStyle = SKIN;
  pen.beginPath();
  pen.moveTo(middle, middle);
  pen.lineTo(...at(SKIN_LINE, 0.98));
  pen.stroke();
  letter(pen, size);
  for (const { name, hue } of NAMED) pen.fillText(name, ...at(hue, 0.86));
}

/** How much chroma each hue has, from 0 to 360 degrees, and where skin lies. */
export function drawHues(canvas: HTMLCanvasElement, scope: HueScope | undefined): void {
  const pen = canvas.getContext('2d')!;
  const { width, height } = canvas;
  const floor = height - height / 7;
  pen.clearRect(0, 0, width, height);
  const most = scope ? scope.hues.reduce((one, other) => Math.max(one, other), 1e-6) : 1;
  for (const [bin, sum] of scope?.hues.entries() ?? []) {
    const tall = (sum / most) * (floor - 4);
    pen.fillStyle = hueColor(((bin + 0.5) / HUE_BINS) * 360);
    pen.fillRect((bin / HUE_BINS) * width, floor - tall, width / HUE_BINS - 0.5, tall);
  }
  pen.fillStyle = LINES;
  pen.fillRect(0, floor, width, 1);
  pen.fillStyle = SKIN;
  pen.fillRect((SKIN_LINE / 360) * width, 0, 1.5, floor);
  letter(pen, height);
  const margin = height / 20; // a letter at an end is whole
  for (const { name, hue } of NAMED) {
    const x = Math.max(margin, Math.min(width - margin, (hue / 360) * width));
    pen.fillText(name, x, (floor + height) / 2 + 1);
  }
}

function letter(pen: CanvasRenderingContext2D, size: number): void {
  pen.fillStyle = LETTERS;
  pen.font = `${Math.round(size / 13)}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
}
