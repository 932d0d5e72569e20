import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRedis } from '../../harness/redis-server.ts';
import { type CliRun, startCli } from '../../harness/run-cli.ts';
import { runBenchmark, wrongUse } from '../arguments.ts';

/**
 * What a second worker of a farm brings: node dist/bench/farm/scaling.js FILM [--codec ffv1]
 * The film's shots are rendered by one worker that may use the first core alone, then by two, each with a core of its own, encoded so that the
 * encoder is not the limit. The time is from the first shot's start to the last one's end: planning and joining are the coordinator's.
 * Needs redis-server, openssl, taskset, and two cores that nothing else uses.
 */
const { values: given, positionals } = parseArgs({
  options: { codec: { type: 'string', default: 'ffv1' } },
  allowPositionals: true,
});
const PATIENCE = 3600;

/** Seconds from the first shot's start to the last one's end, and frames. */
async function render(film: string, cores: readonly string[]): Promise<{ seconds: number; frames: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-scaling-'));
  const redis = await startRedis(folder);
  const runs: CliRun[] = [];
  const farm = (args: readonly string[], options: Parameters<typeof startCli>[1] = {}) => {
    const run = startCli(['farm', ...args, '--redis', redis.url, '--json'], { patience: PATIENCE, ...options });
    runs.push(run);
    return run;
  };
  const span = { start: Number.POSITIVE_INFINITY, end: 0, frames: 0 };
  try {
    const ready = cores.map(
      core =>
        new Promise<void>(resolved => {
          farm(['work', '--map', `${dirname(film)},${folder}`, '--device', 'cpu'], {
            cores: core,
            onEvent: ({ type, frames }) => {
              if (type === 'farm-worker') resolved();
              if (type === 'shot-start') span.start = Math.min(span.start, performance.now());
              if (type !== 'shot-done') return;
              span.end = performance.now();
              span.frames += Number(frames);
            },
          });
        }),
    );
    await Promise.all(ready);
    const places = ['-o', join(folder, 'out.mkv'), '--segments', join(folder, 'shots')];
    const { code, stderr } = await farm(['serve', film, ...places, '--codec', given.codec, '--keep-color', 'never']).ended;
    if (code !== 0) throw new Error(stderr);
    return { seconds: (span.end - span.start) / 1000, frames: span.frames };
  } finally {
    for (const run of runs) {
      run.kill('SIGKILL');
      await run.ended.catch(() => undefined);
    }
    await redis.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

await runBenchmark(async () => {
  const [film] = positionals;
  if (film === undefined || cpus().length < 2) throw wrongUse('Expected a film of a dozen shots or more, and two cores.');
  const one = await render(resolve(film), ['0']);
  const two = await render(resolve(film), ['0', '1']);
  console.log(`${one.frames} frames: one worker on one core ${one.seconds.toFixed(1)} s, two on two ${two.seconds.toFixed(1)} s`);
  console.log(`two are ${(one.seconds / two.seconds).toFixed(2)}x as fast as one`);
});
