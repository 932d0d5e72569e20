import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../harness/redis-server.ts';
import { type CliEvent, type CliRun, startCli } from '../../harness/run-cli.ts';

/** A farm on this machine: Redis, workers and a coordinator, with a folder for what they write. */
export interface FarmHere {
  readonly folder: string;
  /**
   * Start a worker on each of some cores, as `taskset` names them, which it may use alone. `map`: folders that jobs may name.
   * `onEvent` is called with each event and the worker's place. Resolves when all take shots.
   */
  startWorkers(cores: readonly string[], map: string, onEvent: (event: CliEvent, worker: number) => void): Promise<void>;
  /** Start a coordinator; its result and the finished shots lie in the folder. */
  serve(source: string, ...more: string[]): CliRun;
}

/** Seconds for a run. */
const PATIENCE = 3600;

/** Work with a farm, all of which has ended afterwards. Needs redis-server and openssl. */
export async function withFarm<Result>(work: (farm: FarmHere) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-farm-'));
  const redis = await startRedis(folder);
  const runs: CliRun[] = [];
  const start = (args: readonly string[], options: Parameters<typeof startCli>[1] = {}) => {
    const run = startCli(['farm', ...args, '--redis', redis.url, '--json'], { patience: PATIENCE, ...options });
    runs.push(run);
    return run;
  };
  const startWorker = (core: string, map: string, onEvent: (event: CliEvent) => void) =>
    new Promise<void>(resolve => {
      start(['work', '--map', map, '--device', 'cpu'], {
        cores: core,
        onEvent: event => {
          if (event.type === 'farm-worker') resolve();
          onEvent(event);
        },
      });
    });
  try {
    return await work({
      folder,
      async startWorkers(cores, map, onEvent) {
        await Promise.all(cores.map((core, worker) => startWorker(core, map, event => onEvent(event, worker))));
      },
      serve: (source, ...more) =>
        start(['serve', source, '-o', join(folder, 'out.mkv'), '--segments', join(folder, 'shots'), ...more]),
    });
  } finally {
    for (const run of runs) {
      run.kill('SIGKILL');
      await run.ended.catch(() => undefined);
    }
    await redis.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
