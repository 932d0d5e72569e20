import { type ChromaField, chromaField } from '../../media/fields/chroma-field.ts';
import { type FeatureMap, featurePlane } from '../../media/fields/feature-map.ts';
import type { IntegerSamples, Plane, Samples } from '../../media/fields/plane.ts';
import { type ShownCodes, shownRange } from './color.ts';

/** A line of a bar has at most this mean luma, 0..1. Bars of scans are slightly lighter than black. */
const BAR_LUMA = 0.06;
/** A line of a bar has at most this standard deviation: grain and scanner noise, but no picture. */
const BAR_SPREAD = 0.03;
/** The first picture lines next to a bar are lighter than it by at least this. A scene that fades into darkness has no bar. */
const EDGE_STEP = 0.03;
/** Lines next to a bar that are compared with it, as a share of the picture's side. */
const EDGE_LINES = 0.02;
/** Widest bar, as a share of the side. A 9:16 film in a 16:9 frame has bars of 0.34. */
const WIDEST_BAR = 0.36;
/** Narrowest bar that is cropped, as a share of the side. One or two dark lines do not affect a model. */
const NARROWEST_BAR = 0.015;

/** A rectangle in whole pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The active picture area: the frame without black bars (letterbox, pillarbox, scan borders), or the whole frame if it has none.
 * `format` defines black.
 */
export function pictureArea(luma: Plane<IntegerSamples>, format: ShownCodes): Area {
  const codes = shownRange(format);
  const { width, height, data } = luma;
  const lumaAt = (x: number, y: number) => Math.max(0, (data[y * width + x]! - codes.black) / codes.luma);
  const [top, bottom] = bars(height, width, (line, along) => lumaAt(along, line));
  const innerHeight = height - top - bottom;
  const [left, right] = bars(width, innerHeight, (line, along) => lumaAt(line, top + along));
  return { left, top, width: width - left - right, height: innerHeight };
}

/** Lines of the bars at both ends of `lines` lines of `length` samples. */
function bars(lines: number, length: number, lumaAt: (line: number, along: number) => number): [number, number] {
  const first = bar(lines, length, lumaAt);
  const last = bar(lines, length, (line, along) => lumaAt(lines - 1 - line, along));
  return [first, last];
}

function bar(lines: number, length: number, lumaAt: (line: number, along: number) => number): number {
  const maxWidth = Math.floor(lines * WIDEST_BAR);
  const statistics = (line: number) => lineStatistics(length, along => lumaAt(line, along));
  let barLines = 0;
  for (; barLines <= maxWidth; barLines++) {
    const { mean, spread } = statistics(barLines);
    if (mean > BAR_LUMA || spread > BAR_SPREAD) break;
  }
  if (barLines > maxWidth || barLines < lines * NARROWEST_BAR) return 0;
  const edgeLines = Math.min(barLines, Math.max(1, Math.round(lines * EDGE_LINES)));
  let step = 0;
  for (let i = 0; i < edgeLines; i++) step += statistics(barLines + i).mean - statistics(barLines - 1 - i).mean;
  return step / edgeLines >= EDGE_STEP ? barLines : 0;
}

/** Samples per line that are examined; a few hundred suffice. */
const SAMPLES = 512;

function lineStatistics(length: number, lumaAt: (along: number) => number): { mean: number; spread: number } {
  const step = Math.max(1, Math.floor(length / SAMPLES));
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let along = step >> 1; along < length; along += step) {
    const value = lumaAt(along);
    sum += value;
    squares += value * value;
    count++;
  }
  if (count === 0) return { mean: 1, spread: 1 };
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const isWhole = (area: Area, picture: Size) => area.width === picture.width && area.height === picture.height;

export function cropPlane<T extends Samples>(plane: Plane<T>, area: Area): Plane<T> {
  if (isWhole(area, plane)) return plane;
  const data = plane.data.slice(0, area.width * area.height) as T;
  for (let y = 0; y < area.height; y++) {
    const from = (area.top + y) * plane.width + area.left;
    data.set(plane.data.subarray(from, from + area.width), y * area.width);
  }
  return { width: area.width, height: area.height, data };
}

/** The cells of a field over `picture` that lie in `area`, at least one. */
export function cropField(field: ChromaField, picture: Size, area: Area): ChromaField {
  if (isWhole(area, picture)) return field;
  const column = (x: number) => Math.round((x * field.width) / picture.width);
  const row = (y: number) => Math.round((y * field.height) / picture.height);
  const [left, top] = [Math.min(column(area.left), field.width - 1), Math.min(row(area.top), field.height - 1)];
  const width = Math.max(1, column(area.left + area.width) - left);
  const height = Math.max(1, row(area.top + area.height) - top);
  const out = chromaField(width, height);
  for (const name of ['cb', 'cr', 'trust'] as const)
    out[name].set(cropPlane({ ...field, data: field[name] }, { left, top, width, height }).data);
  return out;
}

/**
 * Pads a field over `area` to the whole picture, with cells of the same size. In the bars: neutral chroma, trust 1, zero
 * features.
 */
export function padBars<Inner extends ChromaField & { readonly features: FeatureMap | undefined }>(
  inner: Inner,
  picture: Size,
  area: Area,
): ChromaField & { readonly features: FeatureMap | undefined } {
  if (isWhole(area, picture)) return inner;
  const at = placeIn(inner, picture, area);
  const out = chromaField(at.width, at.height);
  out.trust.fill(1);
  for (const name of ['cb', 'cr', 'trust'] as const) paste({ ...inner, data: inner[name] }, out[name], at);
  return { ...out, features: inner.features && padFeatures(inner.features, picture, area) };
}

function padFeatures(features: FeatureMap, picture: Size, area: Area): FeatureMap {
  const at = placeIn(features, picture, area);
  const cells = at.width * at.height;
  const data = new Float32Array(features.channels * cells);
  for (let channel = 0; channel < features.channels; channel++)
    paste(featurePlane(features, channel), data.subarray(channel * cells, (channel + 1) * cells), at);
  return { ...at, channels: features.channels, data };
}

/** Position of a grid over `area` within a grid of equal cells over the picture, and the size of the latter. */
function placeIn(grid: Size, picture: Size, area: Area): Area {
  const [across, down] = [grid.width / area.width, grid.height / area.height];
  const [left, top] = [Math.round(area.left * across), Math.round(area.top * down)];
  return {
    left,
    top,
    width: Math.max(left + grid.width, Math.round(picture.width * across)),
    height: Math.max(top + grid.height, Math.round(picture.height * down)),
  };
}

function paste({ width, height, data }: Plane<Float32Array>, out: Float32Array, at: Area): void {
  for (let y = 0; y < height; y++) out.set(data.subarray(y * width, (y + 1) * width), (at.top + y) * at.width + at.left);
}
