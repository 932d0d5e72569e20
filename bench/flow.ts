/**
 * How good and how fast the kernels are, on scenes whose motion is known. CPU time of one thread, medians.
 *   node dist/bench/flow.js                    the table
 *   node dist/bench/flow.js --write FOLDER     also writes the scenes, for bench/flow/opencv.py FOLDER
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kernels, plainKernels } from '../src/kernels/kernels.ts';
import { weightTable } from '../src/kernels/propagation/candidate-weight.ts';
import { loadKernels } from '../src/kernels/wasm/wasm-kernels.ts';
import type { FlowField } from '../src/media/fields/flow-field.ts';
import { floatPlane, integerPlane } from '../src/media/fields/plane.ts';
import { allScenes, type Scene } from './flow/scenes.ts';
import { median } from './times.ts';

const SIZE = { width: 480, height: 270 };

/** Median CPU milliseconds of a call. */
function cost(call: () => unknown, rounds: number): number {
  call();
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    call();
    const spent = process.cpuUsage(before);
    return (spent.user + spent.system) / 1000;
  });
  return median(times);
}

/** Mean end-point error in cells over everything and over what both pictures show. */
function endPointError(flow: FlowField, scene: Scene): { all: number; visible: number } {
  let all = 0;
  let visible = 0;
  let count = 0;
  for (let i = 0; i < scene.visible.length; i++) {
    const miss = Math.hypot(flow.data[2 * i]! - scene.truth.data[2 * i]!, flow.data[2 * i + 1]! - scene.truth.data[2 * i + 1]!);
    all += miss;
    if (scene.visible[i]) {
      visible += miss;
      count++;
    }
  }
  return { all: all / scene.visible.length, visible: visible / count };
}

function accuracy(kernels: Kernels, scenes: readonly Scene[]): void {
  for (const finestScale of [0, 1, 2] as const) {
    const kinds = new Map<string, number[]>();
    const whole: number[] = [];
    for (const scene of scenes) {
      const error = endPointError(kernels.estimateFlow(scene.at, scene.from, { finestScale }), scene);
      const kind = scene.name.split(' ')[0]!;
      kinds.set(kind, [...(kinds.get(kind) ?? []), error.visible]);
      whole.push(error.all);
    }
    const mean = (values: number[]) => (values.reduce((a, b) => a + b, 0) / values.length).toFixed(3);
    const parts = [...kinds].map(([kind, values]) => `${kind} ${mean(values)}`).join('  ');
    const time = cost(() => kernels.estimateFlow(scenes[20]!.at, scenes[20]!.from, { finestScale }), 9).toFixed(2);
    console.log(`own DIS finest ${finestScale}:  error where seen  ${parts}   everywhere ${mean(whole)}   ${time} ms`);
  }
}

/** Every kernel at the size it has in a 1080p film with a working grid of 480 x 270. */
function calls(kernels: Kernels, scene: Scene): [name: string, call: () => unknown][] {
  const { at, from } = scene;
  const flow = kernels.estimateFlow(at, from, { finestScale: 1 });
  const chroma = { cb: floatPlane(640, 360), cr: floatPlane(640, 360) };
  chroma.cb.data.forEach((_, i) => {
    chroma.cb.data[i] = Math.sin(i) / 2;
    chroma.cr.data[i] = Math.cos(i) / 2;
  });
  const field = { ...SIZE, cb: chroma.cb.data, cr: chroma.cr.data, trust: new Float32Array(480 * 270).fill(0.8) };
  const cut = { ...field, cb: field.cb.subarray(0, 480 * 270), cr: field.cr.subarray(0, 480 * 270) };
  const gray = (width: number, height: number) => {
    const plane = integerPlane(width, height, 8) as Scene['at'];
    return { ...plane, data: plane.data.map((_, i) => at.data[i % at.data.length]!) };
  };
  const [medium, large, film] = [gray(640, 360), gray(960, 540), gray(1920, 1080)] as const;
  const pathError = { ...SIZE, data: cut.cb.map(Math.abs) };
  const weights = weightTable({ steps: 8, interval: 16 }, 13);
  const carried = kernels.weighCandidate(cut, { error: pathError, pathError }, weights);
  const guided = { radius: 4, epsilon: 1e-3 };
  return [
    ['estimateFlow finest 0', () => kernels.estimateFlow(at, from, { finestScale: 0 })],
    ['estimateFlow finest 1', () => kernels.estimateFlow(at, from, { finestScale: 1 })],
    ['estimateFlow finest 0, refining', () => kernels.estimateFlow(at, from, { finestScale: 0, initial: flow })],
    ['composeFlow', () => kernels.composeFlow(flow, flow)],
    ['warpField', () => kernels.warpField(cut, flow)],
    ['warpScalar', () => kernels.warpScalar({ ...SIZE, data: cut.cb }, flow)],
    ['consistencyError', () => kernels.consistencyError(flow, flow)],
    ['photometricError mean', () => kernels.photometricError(at, from, flow, { window: 7, normalise: 'mean' })],
    ['photometricError mean-and-gain', () => kernels.photometricError(at, from, flow, { window: 7, normalise: 'mean-and-gain' })],
    ['guidedUpsample to 960x540', () => kernels.guidedUpsample(cut, at, large, guided)],
    ['smoothField', () => kernels.smoothField(cut, at, guided)],
    ['boxDecimate 1080p by 4', () => kernels.boxDecimate(film, 4, 8)],
    ['resizeArea 960x540 to 480x270', () => kernels.resizeArea(large, 480, 270)],
    [
      'chromaCodes to 960x540',
      () => kernels.chromaCodes(cut, at, large, { ...guided, matrix: 'bt709', range: 'limited', depth: 8 }),
    ],
    ['weighCandidate', () => kernels.weighCandidate(cut, { error: pathError, pathError }, weights)],
    ['mixFields of 4', () => kernels.mixFields([carried, carried, carried, carried])],
    ['smoothUntrusted of 2', () => kernels.smoothUntrusted([carried, carried], at, { ...guided, untrustedWeight: 0.3 })],
    ['quantiseChroma 640x360', () => kernels.quantiseChroma(chroma, medium, { matrix: 'bt709', range: 'limited', depth: 8 })],
  ];
}

async function write(folder: string, scenes: readonly Scene[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, scene] of scenes.entries()) {
    const head = `P5 ${SIZE.width} ${SIZE.height} 255\n`;
    const name = join(folder, String(i).padStart(2, '0'));
    await writeFile(`${name}-at.pgm`, Buffer.concat([Buffer.from(head), scene.at.data]));
    await writeFile(`${name}-from.pgm`, Buffer.concat([Buffer.from(head), scene.from.data]));
    await writeFile(`${name}-truth.raw`, new Uint8Array(scene.truth.data.buffer));
    await writeFile(`${name}-visible.raw`, scene.visible);
    await writeFile(`${name}-name.txt`, scene.name);
  }
}

const scenes = allScenes(SIZE.width, SIZE.height);
const folder = process.argv[process.argv.indexOf('--write') + 1];
if (process.argv.includes('--write') && folder) await write(folder, scenes);
const fast = await loadKernels();
accuracy(fast, scenes);
const plain = calls(plainKernels, scenes[20]!);
for (const [i, [name, call]] of calls(fast, scenes[20]!).entries()) {
  const [vector, twin] = [cost(call, 15), cost(plain[i]![1], 3)];
  console.log(
    `${name.padEnd(34)} ${vector.toFixed(2).padStart(7)} ms   plain ${twin.toFixed(1).padStart(7)} ms   ${(twin / vector).toFixed(1)}x`,
  );
}
