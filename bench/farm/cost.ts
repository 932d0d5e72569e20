import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { followPeakMemory } from '../../harness/peak-memory.ts';
import { splitPlan } from '../../harness/split-plan.ts';
import { makeTinyFilm, RATE } from '../../harness/tiny-film.ts';
import { planVideo } from '../../src/index.ts';
import { wholeNumber } from '../arguments.ts';
import { median, percentile } from '../times.ts';
import { withFarm } from './farm-on-this-machine.ts';

/**
 * What a farm costs for each shot, and how much memory its coordinator takes: node dist/bench/farm/cost.js [--shots 2000] [--cores 0,1]
 * Shots of one frame of 64x48 without a keyframe, so that rendering is next to nothing. One worker for each of `cores`, which it may
 * use alone. The cost is the time from the end of a shot in a worker to the start of its next one. Needs redis-server and openssl.
 */
const given = parseArgs({
  options: { shots: { type: 'string', default: '2000' }, cores: { type: 'string', default: '0,1' } },
}).values;
const shots = wholeNumber(given, 'shots');
const cores = given.cores.split(',');

await withFarm(async farm => {
  const film = await makeTinyFilm(join(farm.folder, 'film.mp4'), { width: 64, height: 48, scenes: [shots], sound: 'none' });
  const split = splitPlan(await planVideo(film, { settings: { preset: 'ultrafast', device: 'cpu' } }), shots);
  const plan = join(farm.folder, 'plan.json');
  await writeFile(plan, JSON.stringify({ ...split, shots: split.shots.map(shot => ({ ...shot, keyframes: [] })) }));
  const gaps: number[] = [];
  const rendering: number[] = [];
  const last = cores.map(() => ({ start: 0, done: 0 }));
  await farm.startWorkers(cores, farm.folder, ({ type }, worker) => {
    const now = performance.now();
    const own = last[worker]!;
    if (type === 'shot-start' && own.done > 0) gaps.push(now - own.done);
    if (type === 'shot-start') own.start = now;
    if (type === 'shot-done') rendering.push(now - own.start);
    if (type === 'shot-done') own.done = now;
  });
  const started = performance.now();
  const coordinator = farm.serve(plan);
  const peak = followPeakMemory(coordinator.pid);
  const { code, stderr } = await coordinator.ended;
  if (code !== 0) throw new Error(stderr);
  const seconds = (performance.now() - started) / 1000;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  console.log(
    `${shots} shots of one frame (${(shots / RATE).toFixed(0)} s of film), ${cores.length} workers: ${seconds.toFixed(0)} s`,
  );
  console.log(`between two shots of a worker: median ${ms(median(gaps))}, p95 ${ms(percentile(gaps, 0.95))}`);
  console.log(`a shot itself: median ${ms(median(rendering))}; memory of serve: ${(peak() / 1e6).toFixed(0)} MB at most`);
});
