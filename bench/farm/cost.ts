import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { followPeakMemory } from '../../harness/peak-memory.ts';
import { startRedis } from '../../harness/redis-server.ts';
import { type CliRun, startCli } from '../../harness/run-cli.ts';
import { splitPlan } from '../../harness/split-plan.ts';
import { makeTinyFilm, RATE } from '../../harness/tiny-film.ts';
import { planVideo } from '../../src/index.ts';
import { wholeNumber } from '../arguments.ts';
import { median, percentile } from '../times.ts';

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
const PATIENCE = 3600;

const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-farm-'));
const redis = await startRedis(folder);
const runs: CliRun[] = [];
const farm = (args: readonly string[], options: Parameters<typeof startCli>[1] = {}) => {
  const run = startCli(['farm', ...args, '--redis', redis.url, '--json'], { patience: PATIENCE, ...options });
  runs.push(run);
  return run;
};
try {
  const film = await makeTinyFilm(join(folder, 'film.mp4'), { width: 64, height: 48, scenes: [shots], sound: 'none' });
  const split = splitPlan(await planVideo(film, { settings: { preset: 'ultrafast', device: 'cpu' } }), shots);
  const plan = join(folder, 'plan.json');
  await writeFile(plan, JSON.stringify({ ...split, shots: split.shots.map(shot => ({ ...shot, keyframes: [] })) }));
  const gaps: number[] = [];
  const rendering: number[] = [];
  const ready = cores.map(
    core =>
      new Promise<void>(resolve => {
        const last = { start: 0, done: 0 };
        farm(['work', '--map', folder, '--device', 'cpu'], {
          cores: core,
          onEvent: ({ type }) => {
            const now = performance.now();
            if (type === 'farm-worker') resolve();
            if (type === 'shot-start' && last.done > 0) gaps.push(now - last.done);
            if (type === 'shot-start') last.start = now;
            if (type === 'shot-done') rendering.push(now - last.start);
            if (type === 'shot-done') last.done = now;
          },
        });
      }),
  );
  await Promise.all(ready);
  const started = performance.now();
  const coordinator = farm(['serve', plan, '-o', join(folder, 'out.mkv'), '--segments', join(folder, 'shots')]);
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
} finally {
  for (const run of runs) {
    run.kill('SIGKILL');
    await run.ended.catch(() => undefined);
  }
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
}
