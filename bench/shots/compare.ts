import { join } from 'node:path';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Plane } from '../../src/media/fields/plane.ts';
import type { Shot } from '../../src/media/plan/shot.ts';
import { type DetectShotsOptions, detectShots, surveySize } from '../../src/stages/shots/detect-shots.ts';
import { addHits, countHits, countReports, type FilmHits, f1, type Hits, precision, recall } from './count-hits.ts';
import type { Half, LabelledFilm, Wear } from './labelled-film.ts';
import { clipNames, labelledSet } from './labelled-set.ts';
import { readClip } from './read-clip.ts';
import { sceneScores } from './scene-filter.ts';

/**
 * How well shots are found: node dist/bench/shots/compare.js [CLIPS] [--seed 1] [--half tune|held-out] [--mistakes yes]
 * CLIPS: a folder of videos (else: environment variable KINEMACOLOR_CLIPS), each one camera take without a cut but for those named
 * old_*. Films with known cuts, dissolves, fades, flashes, flicker and wear are made of them in memory; our detector and ffmpeg's scene
 * filter, at whatever threshold is best for it on the very same films, look for the transitions. Then the clips as they are.
 */
const option = (name: string, fallback: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1]!;
};
const THRESHOLDS = Array.from({ length: 95 }, (_, i) => (i + 1) / 100);

interface Looked {
  readonly film: Omit<LabelledFilm, 'frames'> & { readonly length: number };
  readonly ours: FilmHits;
  readonly scores: Float64Array;
}

async function* surveyOf(frames: readonly Plane<Uint8Array>[]) {
  for (const [index, gray] of frames.entries()) yield { index, ticks: index, gray };
}

/** The shots that our detector finds, and what it computed for them in CPU seconds. */
async function shotsOf(frames: readonly Plane<Uint8Array>[], options: DetectShotsOptions = {}) {
  const before = process.cpuUsage();
  const shots: Shot[] = [];
  for await (const shot of detectShots(surveyOf(frames), options)) shots.push(shot);
  const { user, system } = process.cpuUsage(before);
  return { shots, seconds: (user + system) / 1e6 };
}

const percent = (value: number) => `${(100 * value).toFixed(1)}`;
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);

function printTable(title: string, all: readonly Looked[]): void {
  const best = (pick: (hits: FilmHits) => Hits) => {
    const at = (t: number) => addHits(all.map(({ film, scores }) => countReports(film, reportsOf(scores, t))));
    const threshold = THRESHOLDS.reduce((a, b) => (f1(pick(at(b))) > f1(pick(at(a))) ? b : a));
    return { threshold, hits: at(threshold) };
  };
  const ours = addHits(all.map(looked => looked.ours));
  console.log(`\n${title}: ${all.length} films, ${all.reduce((sum, { film }) => sum + film.length, 0)} frames\n`);
  row('', 'kind', 'number', 'right', 'wrong', 'missed', 'precision', 'recall', 'F1 %', 'flashes taken');
  row('---', '---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const kind of ['cuts', 'dissolves', 'fades'] as const) {
    const scene = best(hits => hits[kind]);
    for (const [name, hits] of [
      ['ours', ours],
      [`scene > ${scene.threshold}`, scene.hits],
    ] as const) {
      const { right, wrong, missed } = hits[kind];
      const rates = [precision(hits[kind]), recall(hits[kind]), f1(hits[kind])].map(percent);
      row(name, kind, right + missed, right, wrong, missed, ...rates, `${hits.flashesTaken} of ${hits.flashes}`);
    }
  }
}

function reportsOf(scores: Float64Array, threshold: number): number[] {
  return [...scores.keys()].filter(frame => scores[frame]! > threshold);
}

async function main(): Promise<void> {
  const folder = process.argv[2]?.startsWith('--') === false ? process.argv[2] : process.env.KINEMACOLOR_CLIPS;
  if (!folder) throw new Error('expected a folder of clips as the argument or in KINEMACOLOR_CLIPS');
  const { path: program } = await locateFfmpeg();
  const halves = (['tune', 'held-out'] as const).filter(half => option('half', half) === half);
  const all: Looked[] = [];
  let seconds = 0;
  for (const half of halves) {
    for (const { frames, ...film } of labelledSet(folder, half, { program, seed: Number(option('seed', '1')) })) {
      const found = await shotsOf(frames);
      seconds += found.seconds;
      const ours = countHits(film, found.shots);
      all.push({ film: { ...film, length: frames.length }, ours, scores: sceneScores(program, frames) });
      if (option('mistakes', 'no') === 'yes') for (const mistake of ours.mistakes) console.log(`${film.name}: ${mistake}`);
    }
  }
  for (const half of halves) printTable(`Half "${half}"`, byHalf(all, half));
  if (halves.length > 1) printTable('Both halves', all);
  for (const wear of ['clean', 'flicker', 'worn'] as const) printTable(`Wear "${wear}"`, byWear(all, wear));
  const frames = all.reduce((sum, { film }) => sum + film.length, 0);
  console.log(`\n${((1000 * seconds) / frames).toFixed(2)} ms of CPU per frame for the search, ${frames} frames`);
  await printWholeClips(folder, program);
}

const byHalf = (all: readonly Looked[], half: Half) => all.filter(({ film }) => film.half === half);
const byWear = (all: readonly Looked[], wear: Wear) => all.filter(({ film }) => film.wear === wear);

/** The clips as they are, every frame of them: what is found in each. */
async function printWholeClips(folder: string, program: string): Promise<void> {
  console.log('\nThe clips as they are:\n');
  for (const name of clipNames(folder)) {
    const frames = readClip(program, join(folder, name), surveySize(640, 480));
    const { shots } = await shotsOf(frames);
    console.log(`${name}: ${shots.map(({ start, end, kind }) => `${kind} ${start}-${end}`).join(', ')}`);
  }
}

await main();
