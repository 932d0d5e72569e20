import type { Colorizer } from '../../src/adapters/colorizer/colorizer.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../src/errors.ts';
import type { RgbPlanes } from '../../src/kernels/color/rgb-planes.ts';
import type { Plane } from '../../src/media/fields/plane.ts';
import { probeFilm } from '../../src/stages/probe/probe.ts';
import { sampleFilm } from '../../src/stages/survey/scan-film.ts';
import type { StageThreads } from '../../src/stages/threads/stage-threads.ts';
import { areaOf, grayRgb, paint } from './paint.ts';
import { count, emptyTally, shares } from './tally.ts';

export interface FilmReport {
  readonly path: string;
  readonly frames: number;
  /** Per model, over the film's frames. */
  readonly models: readonly ReturnType<typeof shares>[];
}

/** Evenly spaced frames of a film without a truth, coloured by every model; and rows of them for a sheet. `size`: shorter side at most, px. */
export async function measureFilm(
  path: string,
  tools: { models: readonly Colorizer[]; threads: StageThreads },
  request: { frames: number; size: number },
): Promise<{ report: FilmReport; rows: RgbPlanes[][] }> {
  const grays = await framesOf(path, request);
  const area = areaOf(grays);
  const tallies = tools.models.map(emptyTally);
  const rows: RgbPlanes[][] = [];
  for (const gray of grays) {
    const row = [grayRgb(gray)];
    for (const [at, model] of tools.models.entries()) {
      const result = await paint(gray, model, tools.threads);
      count(tallies[at]!, result, area);
      row.push(result);
    }
    rows.push(row);
  }
  return { report: { path, frames: grays.length, models: tallies.map(shares) }, rows };
}

async function framesOf(path: string, { frames, size }: { frames: number; size: number }): Promise<Plane<Uint8Array>[]> {
  const ffmpeg = await locateFfmpeg();
  const film = await probeFilm(path, ffmpeg);
  const scale = Math.min(1, size / Math.min(film.format.width, film.format.height));
  const side = (length: number) => Math.round(length * scale);
  const small = { width: side(film.format.width), height: side(film.format.height), samples: frames };
  if (film.statedSeconds === undefined) {
    throw new KinemacolorError('source', `Expected a film that says how long it is, ${path} does not; copy it into .mkv first.`);
  }
  const grays: Plane<Uint8Array>[] = [];
  for await (const { gray } of sampleFilm(film, ffmpeg, small, film.statedSeconds)) grays.push(gray);
  if (grays.length === 0) throw new KinemacolorError('source', `No frame of ${path} decodes; check the file.`);
  return grays;
}
