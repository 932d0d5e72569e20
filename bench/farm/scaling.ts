import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runBenchmark, wrongUse } from '../arguments.ts';
import { withFarm } from './farm-on-this-machine.ts';

/**
 * What a second worker of a farm brings: node dist/bench/farm/scaling.js FILM [--codec ffv1]
 * The film's shots are rendered by one worker that may use the first core alone, then by two, each with a core of its own, encoded
 * so that the encoder is not the limit. The time is from the first shot's start to the last one's end: planning and joining are
 * the coordinator's. Needs redis-server, openssl, taskset, and two cores that nothing else uses.
 */
const { values: given, positionals } = parseArgs({
  options: { codec: { type: 'string', default: 'ffv1' } },
  allowPositionals: true,
});

/** Seconds from the first shot's start to the last one's end, and frames. */
function render(film: string, cores: readonly string[]): Promise<{ seconds: number; frames: number }> {
  return withFarm(async farm => {
    const span = { start: Number.POSITIVE_INFINITY, end: 0, frames: 0 };
    await farm.startWorkers(cores, `${dirname(film)},${farm.folder}`, ({ type, frames }) => {
      if (type === 'shot-start') span.start = Math.min(span.start, performance.now());
      if (type !== 'shot-done') return;
      span.end = performance.now();
      span.frames += Number(frames);
    });
    const { code, stderr } = await farm.serve(film, '--codec', given.codec, '--keep-color', 'never').ended;
    if (code !== 0) throw new Error(stderr);
    return { seconds: (span.end - span.start) / 1000, frames: span.frames };
  });
}

await runBenchmark(async () => {
  const [film] = positionals;
  if (film === undefined || cpus().length < 2) throw wrongUse('Expected a film of a dozen shots or more, and two cores.');
  const one = await render(resolve(film), ['0']);
  const two = await render(resolve(film), ['0', '1']);
  console.log(`${one.frames} frames: one worker on one core ${one.seconds.toFixed(1)} s, two on two ${two.seconds.toFixed(1)} s`);
  console.log(`two are ${(one.seconds / two.seconds).toFixed(2)}x as fast as one`);
});
