import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colorizer } from '../../../src/adapters/colorizer/colorizer.ts';
import { checkParity } from '../../../src/adapters/colorizer/colorizer-canary.ts';
import { openColorizer } from '../../../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { automaticDevices, type Device } from '../../../src/adapters/onnx/device.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import type { ColorizerInput } from '../../../src/media/models/colorizer-planes.ts';
import type { DeviceChoice } from '../../../src/options.ts';
import { TINT, type TinyModel, writeTinyModel } from '../../fixtures/models/models.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemacolor-onnx-'));
});
after(() => rm(folder, { recursive: true }));

async function open(kind: TinyModel, device: DeviceChoice = 'cpu', change: Record<string, unknown> = {}): Promise<Colorizer> {
  const model = await resolveModel(await writeTinyModel(folder, kind, change));
  return openColorizer({ ...model, device, threads: 1 });
}

/** A picture of noise that is the same in every run, with known chroma in its left half. */
function picture(width: number, height: number): Required<ColorizerInput> {
  const cells = width * height;
  const noise = (i: number) => ((i * 2654435761) % 4096) / 4095;
  const mask = Float32Array.from({ length: cells }, (_, i) => (i % width < width / 2 ? 1 : 0));
  return {
    width,
    height,
    luma: Float32Array.from({ length: cells }, (_, i) => noise(i)),
    chroma: Float32Array.from({ length: 2 * cells }, (_, i) => (noise(i + 7) - 0.5) * 0.4 * mask[i % cells]!),
    mask,
  };
}

describe('openColorizer', () => {
  it('colours what is unknown and keeps what is known', async () => {
    const colorizer = await open('obedient');
    const input = picture(48, 32);
    const { chroma, confidence } = await colorizer.run(input);
    await colorizer.close();
    const cells = 48 * 32;
    for (let i = 0; i < cells; i++) {
      const known = input.mask![i] === 1;
      const expected = known ? input.chroma![cells + i]! : -TINT * input.luma[i]!;
      assert.ok(Math.abs(chroma[cells + i]! - expected) < 1e-6);
      assert.equal(confidence[i], known ? 1 : 0.5);
    }
  });

  it('takes planes on shared memory, and no hints at all', async () => {
    const colorizer = await open('obedient');
    const luma = new Float32Array(new SharedArrayBuffer(32 * 16 * 4)).fill(0.5);
    const { chroma, confidence } = await colorizer.run({ width: 32, height: 16, luma });
    await colorizer.close();
    assert.ok(Math.abs(chroma[0]! - TINT / 2) < 1e-6);
    assert.ok(confidence.every(value => value === 0.5));
  });

  it('answers runs that were asked together, each with its own result, and finishes them before it closes', async () => {
    const colorizer = await open('obedient');
    const shades = [0, 0.25, 0.5, 0.75, 1];
    const runs = shades.map(shade => colorizer.run({ width: 32, height: 32, luma: new Float32Array(1024).fill(shade) }));
    const closed = colorizer.close();
    const results = await Promise.all(runs);
    await closed;
    for (const [i, { chroma }] of results.entries()) assert.ok(Math.abs(chroma[0]! - TINT * shades[i]!) < 1e-6);
    await assert.rejects(colorizer.run({ width: 32, height: 32, luma: new Float32Array(1024) }), /closed/);
    await colorizer.close();
  });

  it('hands on what the model sees, and nothing where it does not say', async () => {
    const luma = new Float32Array(64 * 32).fill(0.5);
    const { features } = await (await open('seeing')).run({ width: 64, height: 32, luma });
    assert.deepEqual(features, {
      width: 4,
      height: 2,
      channels: 2,
      data: Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? 1 : 0)),
    });
    assert.equal((await (await open('obedient')).run({ width: 64, height: 32, luma })).features, undefined);
  });

  const refusals: [TinyModel, RegExp][] = [
    ['wrong-name', /expected input "luma", its file has none of that name/],
    ['wrong-planes', /expected output "chroma_out" with shape N x 2 x H x W, its file has N x 3 x H x W/],
    ['fixed-size', /expected input "luma" with shape N x 1 x H x W, its file has 1 x 1 x 32 x 32/],
    ['wrong-range', /gave chroma of 90\.0 on a gray ramp, expected -0\.5\.\.0\.5/],
    ['unsure', /gave a confidence of -2\.00, expected 0\.\.1/],
    ['seeing-double', /gave features of length 2\.00, expected 1/],
    ['not-a-number', /gave numbers in "chroma_out" that are not finite/],
    ['deaf', /gave chroma that is 0\.\d+ away from the known chroma/],
    ['greedy', /wants an input "depth" that its card does not name/],
  ];
  for (const [kind, sentence] of refusals) {
    it(`refuses a model that is ${kind}`, async () => {
      await assert.rejects(open(kind), (error: unknown) => {
        assert.ok(error instanceof KinemacolorError);
        assert.equal(error.kind, 'model');
        assert.match(error.message, sentence);
        assert.ok(error.message.includes(`"${kind}"`) && !error.message.includes('\n'));
        return true;
      });
    });
  }

  it('refuses a card in a language it does not speak', async () => {
    const inputs = [{ name: 'luma', content: 'gray-rgb', range: [0, 255] }];
    await assert.rejects(
      open('obedient', 'cpu', { inputs }),
      /asks for an input with content "gray-rgb", which this version cannot make; it makes luma, /,
    );
  });

  it('says what is wrong with the size of an input', async () => {
    const colorizer = await open('obedient');
    const luma = new Float32Array(32 * 32);
    await assert.rejects(colorizer.run({ width: 30, height: 32, luma }), /multiples of 16, received 30x32/);
    await assert.rejects(colorizer.run({ width: 32, height: 16, luma }), /Expected 512 values of luma for 32x16, received 1024/);
    await assert.rejects(colorizer.run({ width: 32, height: 32, luma, mask: luma }), /together with its mask/);
    await colorizer.close();
  });

  const absent: [Device, RegExp][] = [
    [
      'cuda',
      /^Device cuda cannot be used: .*; (on a machine with an NVIDIA GPU, .*"ONNXRUNTIME_NODE_INSTALL=cuda12 node .*install\.js"|it exists on Linux)/,
    ],
    ['webgpu', /^Device webgpu cannot be used: .*; install the Vulkan driver/],
    ['coreml', /^Device coreml cannot be used: .*; it exists on Macs/],
    ['directml', /^Device directml cannot be used: .*; it exists on Windows/],
  ];
  for (const [device, sentence] of absent) {
    it(`runs on ${device} or says why not and what to do, and never falls back`, async () => {
      const requested = await open('obedient', device).catch((error: unknown) => error);
      if (requested instanceof KinemacolorError) {
        assert.equal(requested.kind, 'environment');
        assert.match(requested.message, sentence);
        assert.ok(requested.cause instanceof Error);
        assert.ok(!/\n|onnxruntime_src/.test(requested.message), requested.message);
      } else {
        assert.equal((requested as Colorizer).device, device);
        await (requested as Colorizer).close();
      }
    });
  }

  it('refuses a device that computes another colour than the CPU', () => {
    const cpu = { chroma: new Float32Array(512).fill(0.1), confidence: new Float32Array(256) };
    const off = (by: number) => ({ ...cpu, chroma: cpu.chroma.map(value => value + by) });
    const gpu = { device: 'webgpu' as const, card: { id: 'any' } as Colorizer['card'] };
    checkParity(gpu, off(0.5 / 255), cpu);
    assert.throws(
      () => checkParity(gpu, off(2 / 255), cpu),
      /Device webgpu computes another colour than the CPU .*mean difference 2\.0 of 255/,
    );
    assert.throws(() => checkParity(gpu, off(Number.NaN), cpu), /another colour/);
  });

  it('auto takes a device that works and says which and why', async () => {
    const colorizer = await open('obedient', 'auto');
    await colorizer.close();
    assert.ok(automaticDevices(process.platform).includes(colorizer.device));
    assert.match(colorizer.note, /^chosen automatically(, without \w+ \(.+\))?$/);
  });
});
