import { readFile } from 'node:fs/promises';
import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import { findSources } from '../../src/adapters/files/find-sources.ts';
import type { Area } from '../../src/kernels/color/picture-area.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import { colorfulness } from '../../src/kernels/measures/colorfulness.ts';
import { rgbPsnr } from '../../src/kernels/measures/picture-error.ts';
import type { StageThreads } from '../../src/stages/threads/stage-threads.ts';
import { readStill, rgbOf, shardFiles, spread } from '../model/stills.ts';
import { frechetDistance } from './frechet.ts';
import type { Judge, Verdict } from './judge.ts';
import { areaOf, grayRgb, paint } from './paint.ts';
import { count, emptyTally, hueDistance, shares } from './tally.ts';

/** Pictures on a sheet. */
const SHOWN = 24;

/** A colour photograph that can be read when its turn comes. */
export interface Photograph {
  readonly name: string;
  read(): Promise<Buffer>;
}

/** The pictures of a folder, by name. */
export async function photographsIn(folder: string): Promise<Photograph[]> {
  return (await findSources([folder], folder)).map(({ name, path }) => ({ name, read: () => readFile(path) }));
}

/** The pictures of a shard, as they lie in it. */
export async function photographsOfShard(folder: string, shard: number): Promise<Photograph[]> {
  return (await shardFiles(folder, shard)).map(({ name, bytes }) => ({ name, read: async () => bytes }));
}

/** Which class of ImageNet (0..999) a picture shows, by its name, for those of which it is known. */
export type Labels = Readonly<Record<string, number>>;

export interface PictureTools {
  readonly models: readonly Colorizer[];
  readonly threads: StageThreads;
  readonly judge: Judge;
}

export interface PictureRequest {
  readonly count: number;
  /** Side of the square that is coloured, in pixels, a multiple of 32. */
  readonly size: number;
  readonly labels: Labels;
  readonly onPicture: (done: number, of: number) => void;
}

/** One way of showing the pictures: gray, by a model, true. Sums until all are seen. */
class Version {
  private readonly verdicts: Verdict[] = [];
  private readonly tally = emptyTally();
  private psnr = 0;
  private colourfulness = 0;

  async add(picture: RgbPlanes, truth: RgbPlanes, area: Area, judge: Judge): Promise<void> {
    this.verdicts.push(await judge.look(picture));
    count(this.tally, picture, area);
    this.psnr += rgbPsnr(picture, truth);
    this.colourfulness += colorfulness(picture);
  }

  /** `classes`: what each picture shows, where that is known. */
  figures(truth: Version, classes: readonly (number | undefined)[]) {
    const { length } = this.verdicts;
    const known = classes.filter(label => label !== undefined).length;
    const right = this.verdicts.filter(({ top }, at) => top === classes[at]).length;
    const same = this.verdicts.filter(({ top }, at) => top === truth.verdicts[at]!.top).length;
    const features = (version: Version) => version.verdicts.map(verdict => verdict.features);
    return {
      psnr: this.psnr / length,
      colourfulness: this.colourfulness / length,
      colourfulnessRatio: this.colourfulness / truth.colourfulness,
      frechet: this === truth ? 0 : frechetDistance(features(this), features(truth)),
      hueDistance: hueDistance(this.tally, truth.tally),
      ...shares(this.tally),
      seenAsTruth: same / length,
      ...(known > 0 ? { recognised: right / known } : {}),
    };
  }
}

export type NaturalFigures = ReturnType<Version['figures']>;

export interface PictureReport {
  readonly pictures: number;
  readonly labelled: number;
  readonly size: number;
  readonly gray: NaturalFigures;
  readonly models: readonly NaturalFigures[];
  readonly truth: NaturalFigures;
}

/** Evenly spread pictures, gray, coloured by every model, and true; and rows of them for a sheet. */
export async function measurePictures(
  photographs: readonly Photograph[],
  { models, threads, judge }: PictureTools,
  request: PictureRequest,
): Promise<{ report: PictureReport; rows: RgbPlanes[][] }> {
  const places = spread(photographs.length, request.count);
  const shown = new Set(spread(places.length, SHOWN));
  const [gray, truth, made] = [new Version(), new Version(), models.map(() => new Version())];
  const classes: (number | undefined)[] = [];
  const rows: RgbPlanes[][] = [];
  for (const [number, place] of places.entries()) {
    const { name, read } = photographs[place]!;
    const { size, luma: exact, chroma } = await readStill(await read(), request.size);
    const luma = { width: size, height: size, data: Uint8Array.from(exact, value => Math.round(255 * value)) };
    const [area, source, right] = [areaOf([luma]), grayRgb(luma), rgbOf({ size, luma: exact, chroma }, chroma)];
    const results: RgbPlanes[] = [];
    for (const model of models) results.push(await paint(luma, model, threads));
    await gray.add(source, right, area, judge);
    await truth.add(right, right, area, judge);
    for (const [at, version] of made.entries()) await version.add(results[at]!, right, area, judge);
    classes.push(request.labels[name]);
    if (shown.has(number)) rows.push([source, ...results, right]);
    request.onPicture(number + 1, places.length);
  }
  const figures = (version: Version) => version.figures(truth, classes);
  const report = {
    pictures: places.length,
    labelled: classes.filter(label => label !== undefined).length,
    size: request.size,
    gray: figures(gray),
    models: made.map(figures),
    truth: figures(truth),
  };
  return { report, rows };
}
