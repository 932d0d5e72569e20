import { availableParallelism, loadavg } from 'node:os';
import { openModels } from '../../src/adapters/colorizer/colorizer-blend.ts';
import type { ResolvedModel } from '../../src/adapters/models/model-store.ts';
import { type Device, offeredDevices, PROVIDERS } from '../../src/adapters/onnx/device.ts';
import { openSession } from '../../src/adapters/onnx/session.ts';
import { median, millisecondsOf } from '../times.ts';
import { askChroma } from './quality.ts';

/** The side of the picture, in pixels; how often it is asked for; and how many of the first runs, which set memory up, do not count. */
const SIDE = 256;
const RUNS = 15;
const WARMING = 3;
/** Pictures that go through a model in one run, to see whether a device gains from it. */
export const BATCH = 4;

export interface Timing {
  readonly device: Device;
  /** On the CPU; elsewhere the card sees to it. */
  readonly threads: number;
  /** Medians a picture, in milliseconds: by the clock, and of all threads of this process, which a busy machine disturbs less. */
  readonly wall: number;
  readonly cpu: number;
  /** What a picture costs by the clock where BATCH of them go through in one run, over what it costs alone. */
  readonly batched: number | undefined;
  /** Of the machine over the last minute, before the first run. */
  readonly load: number;
}

/** How long one picture of 256x256 takes on every device that is there: on the CPU with one thread and with all. */
export async function timeDevices(models: readonly ResolvedModel[]): Promise<(Timing | { device: Device; absent: string })[]> {
  const rows: (Timing | { device: Device; absent: string })[] = [];
  const all = availableParallelism();
  for (const device of await offeredDevices()) {
    for (const threads of device === 'cpu' && all > 1 ? [1, all] : [all]) {
      try {
        rows.push(await timeDevice(models, device, threads));
      } catch (cause) {
        rows.push({ device, absent: cause instanceof Error ? cause.message : String(cause) });
      }
    }
  }
  return rows;
}

async function timeDevice(models: readonly ResolvedModel[], device: Device, threads: number): Promise<Timing> {
  const model = await openModels(models, { device, threads });
  const [load] = loadavg() as [number];
  const luma = new Float32Array(SIDE * SIDE).map((_, i) => ((i * 7919) % 256) / 255);
  const runs: { wall: number; cpu: number }[] = [];
  for (let n = 0; n < RUNS; n++) {
    const [started, busy] = [performance.now(), process.cpuUsage()];
    await askChroma(model, { size: SIDE, luma });
    const { user, system } = process.cpuUsage(busy);
    runs.push({ wall: performance.now() - started, cpu: (user + system) / 1000 });
  }
  await model.close();
  const counted = runs.slice(WARMING);
  return {
    device,
    threads,
    load,
    wall: median(counted.map(run => run.wall)),
    cpu: median(counted.map(run => run.cpu)),
    batched: models.length === 1 ? await timeBatches(models[0]!, device, threads) : undefined,
  };
}

/** What a picture costs in a run of BATCH, over what it costs alone; undefined for a file that takes one picture at a time. */
async function timeBatches({ path }: ResolvedModel, device: Device, threads: number): Promise<number | undefined> {
  const session = await openSession({ path, provider: PROVIDERS[device], threads });
  const fetch = session.outputs.map(({ name }) => name);
  const ask = (count: number) =>
    session.run(
      session.inputs.map(({ name, shape }) => {
        const dims = [count, Number(shape[1]), SIDE, SIDE];
        return { name, dims, data: new Float32Array(dims.reduce((product, length) => product * length)) };
      }),
      fetch,
    );
  try {
    if (session.inputs.some(({ shape }) => typeof shape[0] === 'number')) return undefined;
    // All of one kind first: between runs of different sizes CUDA prepares itself anew, for half a second.
    const each: Record<number, number> = {};
    for (const count of [1, BATCH]) {
      const times: number[] = [];
      for (let n = 0; n < RUNS; n++) times.push(await millisecondsOf(() => ask(count)));
      each[count] = median(times.slice(WARMING)) / count;
    }
    return each[BATCH]! / each[1]!;
  } finally {
    await session.close();
  }
}
