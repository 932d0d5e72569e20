import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colorizer } from '../../../src/adapters/colorizer/colorizer.ts';
import { openColorizer } from '../../../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import { lumaWeights } from '../../../src/kernels/color/color.ts';
import { chromaToLab, lightnessOf } from '../../../src/kernels/color/lab.ts';
import { type ColorizerInput, DEFAULT_CONFIDENCE } from '../../../src/media/models/colorizer-planes.ts';
import { type Family, type ForeignModel, writeForeignModel } from '../../fixtures/models/foreign-models.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemacolor-contracts-'));
});
after(() => rm(folder, { recursive: true }));

async function open(family: Family, model: ForeignModel = {}, device: 'cpu' | 'directml' | 'auto' = 'cpu'): Promise<Colorizer> {
  const resolved = await resolveModel(await writeForeignModel(folder, family, model));
  return openColorizer({ ...resolved, device, threads: 1 });
}

/** Grays away from black and white, where every colour of the formulas lies inside the gamut. */
function picture(size: number): ColorizerInput & { luma: Float32Array } {
  const luma = Float32Array.from({ length: size * size }, (_, i) => 0.3 + 0.4 * (((i * 2654435761) % 4096) / 4095));
  return { width: size, height: size, luma };
}

/** R'G'B' (IEC 61966-2-1) of CIE Lab (D65), straight from the standards. */
function rgbOfLab(L: number, a: number, b: number): [number, number, number] {
  const back = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const y = (L + 16) / 116;
  const [X, Y, Z] = [0.950456 * back(y + a / 500), back(y), 1.088754 * back(y - b / 200)];
  const light = [
    3.240479 * X - 1.53715 * Y - 0.498535 * Z,
    -0.969256 * X + 1.875992 * Y + 0.041556 * Z,
    0.055648 * X - 0.204043 * Y + 1.057311 * Z,
  ];
  return light.map(v => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)) as [number, number, number];
}

function chromaOf([r, g, b]: readonly number[]): [cb: number, cr: number] {
  const { red, blue } = lumaWeights('bt709');
  const y = red * r! + (1 - red - blue) * g! + blue * b!;
  return [(b! - y) / (2 * (1 - blue)), (r! - y) / (2 * (1 - red))];
}

/** What the formula of each family says of a gray, as chroma. */
const TRUTH: Record<Family, (gray: number) => [cb: number, cr: number]> = {
  ddcolor: gray => chromaOf(rgbOfLab(lightnessOf(gray), 20 * gray, -30 * gray)),
  eccv16: gray => chromaOf(rgbOfLab(lightnessOf(gray), 0.2 * lightnessOf(gray), -0.1 * lightnessOf(gray))),
  siggraph17: gray => TRUTH.eccv16(gray),
  deoldify: gray => chromaOf([0.9 * gray + 0.1, 0.9 * gray + 0.04, 0.9 * gray]),
};

const FREE = 48;
const contracts: [string, Family, ForeignModel][] = [
  [
    'DDColor, one size',
    'ddcolor',
    { size: 64, card: { inputs: [{ name: 'input', content: 'gray-rgb-from-L', shape: [1, 3, 64, 64], range: [0, 1] }] } },
  ],
  ['DDColor, free axes, half precision', 'ddcolor', { float: 'float16' }],
  ['DDColor, one size that only the file knows', 'ddcolor', { size: 96 }],
  ['DeOldify in 0..255', 'deoldify', {}],
  ['DeOldify in 0..255, half precision', 'deoldify', { float: 'float16' }],
  [
    'DeOldify in 0..1, its output without a name on the card',
    'deoldify',
    {
      gray: 1,
      rgb: 1,
      card: {
        inputs: [{ name: 'input', content: 'gray-x3', range: [0, 1] }],
        outputs: [{ name: null, content: 'rgb', range: [0, 1] }],
      },
    },
  ],
  ['SIGGRAPH17', 'siggraph17', {}],
  ['SIGGRAPH17, half precision', 'siggraph17', { float: 'float16' }],
  ['ECCV16, one size', 'eccv16', { size: 64 }],
];

describe('a published contract', () => {
  for (const [what, family, model] of contracts) {
    it(`${what}: its colour comes out as chroma`, async () => {
      const colorizer = await open(family, model);
      const size = model.size ?? FREE;
      const input = picture(size);
      const { chroma, confidence } = await colorizer.run(input);
      await colorizer.close();
      assert.deepEqual(colorizer.card.fixedSize, model.size && { width: size, height: size });
      assert.ok(confidence.every(value => value === DEFAULT_CONFIDENCE));
      const cells = size * size;
      const tolerance = model.float === 'float16' ? 1e-3 : 1e-5;
      for (let i = 0; i < cells; i++) {
        const [cb, cr] = TRUTH[family](input.luma[i]!);
        assert.ok(Math.abs(chroma[i]! - cb) < tolerance && Math.abs(chroma[cells + i]! - cr) < tolerance, `cell ${i}`);
      }
    });
  }

  it('SIGGRAPH17 hears hints, in Lab, only where they are', async () => {
    const colorizer = await open('siggraph17');
    const input = picture(FREE);
    const cells = FREE * FREE;
    const mask = Float32Array.from({ length: cells }, (_, i) => (i % FREE < 10 ? 1 : 0));
    const hint = Float32Array.from({ length: 2 * cells }, (_, i) => (i < cells ? -0.08 : 0.12));
    const { chroma } = await colorizer.run({ ...input, chroma: hint, mask });
    await colorizer.close();
    assert.equal(colorizer.takesHints, true);
    for (let i = 0; i < cells; i++) {
      const [cb, cr] = mask[i] === 1 ? [-0.08, 0.12] : TRUTH.siggraph17(input.luma[i]!);
      assert.ok(Math.abs(chroma[i]! - cb) < 1e-4 && Math.abs(chroma[cells + i]! - cr) < 1e-4, `cell ${i}`);
    }
    const plane = (data: Float32Array) => ({ width: FREE, height: FREE, data });
    const lab = chromaToLab(plane(input.luma), { cb: plane(hint.subarray(0, cells)), cr: plane(hint.subarray(cells)) }, 'bt709');
    assert.ok(Math.max(...lab.a.data) > 5 && Math.max(...lab.b.data) > 20); // units of Lab, not of chroma
  });

  for (const family of ['ddcolor', 'deoldify', 'eccv16'] as const) {
    it(`${family} takes no hints and says so`, async () => {
      const colorizer = await open(family);
      const input = picture(FREE);
      const hints = { chroma: new Float32Array(2 * FREE * FREE), mask: new Float32Array(FREE * FREE) };
      assert.equal(colorizer.takesHints, false);
      await assert.rejects(colorizer.run({ ...input, ...hints }), (error: unknown) => {
        assert.ok(error instanceof KinemacolorError && error.kind === 'model');
        assert.match(
          error.message,
          /takes no hints and would ignore them; .*use a model that takes them, such as kinemacolor-base/,
        );
        return true;
      });
      await colorizer.close();
    });
  }

  it('never gives chroma beyond full range, and keeps its hue', async () => {
    const gain = 4;
    const colorizer = await open('ddcolor', { gain });
    const gray = 0.95;
    const luma = new Float32Array(FREE * FREE).fill(gray);
    const { chroma } = await colorizer.run({ width: FREE, height: FREE, luma });
    await colorizer.close();
    const [cb, cr] = chromaOf(rgbOfLab(lightnessOf(gray), gain * 20 * gray, gain * -30 * gray));
    assert.ok(Math.max(cb, cr) > 0.5, 'the model must ask for more than there is');
    assert.ok(Math.abs(chroma[0]! - (0.5 * cb) / Math.max(cb, cr)) < 1e-4);
    assert.ok(Math.abs(chroma[FREE * FREE]! - (0.5 * cr) / Math.max(cb, cr)) < 1e-4);
  });
});

const says = (name: string, content: string, most: number, side: 'inputs' | 'outputs') => ({
  [side]: [{ name, content, range: [0, most] }],
});

describe('the canary', () => {
  const refusals: [string, Family, ForeignModel, RegExp][] = [
    [
      'DDColor that wants 0..255 where its card says 0..1',
      'ddcolor',
      { gray: 255 },
      /its card says that input "input" is 0\.\.1, but it sees a picture only in 0\.\.255/,
    ],
    [
      'DDColor that wants 0..1 where its card says 0..255',
      'ddcolor',
      { card: says('input', 'gray-rgb-from-L', 255, 'inputs') },
      /its card says that input "input" is 0\.\.255, but it sees a picture only in 0\.\.1/,
    ],
    [
      'DeOldify that wants 0..1 where its card says 0..255',
      'deoldify',
      { gray: 1 },
      /its card says that input "input" is 0\.\.255, but it sees a picture only in 0\.\.1/,
    ],
    [
      'DeOldify that gives 0..1 where its card says 0..255',
      'deoldify',
      { rgb: 1 },
      /expected output "output" in 0\.\.255, as its card says, but it gave 0\.\.1/,
    ],
    ['ab that is not in Lab units', 'eccv16', { gain: 1 / 128 }, /hardly any colour on a gray ramp \(mean \|ab\| 0\.0\d*, /],
    ['ab that no picture has', 'ddcolor', { gain: 40 }, /ab of 1\.20e\+3 on a gray ramp, expected at most 200 Lab units/],
    ['glaring ab', 'ddcolor', { gain: 6 }, /nothing but glaring colour on a gray ramp/],
    ['RGB of another picture', 'deoldify', { gain: 0 }, /RGB with a mean luma of 0\.\d+ on a gray ramp from 0 to 255/],
    [
      'a model that is deaf to hints',
      'siggraph17',
      { hints: 'ignored' },
      /a hint hardly changes its colour \(inputs "hint_ab" and "hint_mask"\)/,
    ],
    [
      'three planes of ab',
      'ddcolor',
      { channels: 3 },
      /expected output "output" with shape N x 2 x H x W, its file has N x 3 x H x W/,
    ],
    [
      'another size than the card says',
      'ddcolor',
      { size: 32, card: { inputs: [{ name: 'input', content: 'gray-rgb-from-L', shape: [1, 3, 512, 512] }] } },
      /expected input "input" with shape N x 3 x 512 x 512, its file has 1 x 3 x 32 x 32/,
    ],
    [
      'an input that nobody names where there are several',
      'siggraph17',
      { card: { inputs: [{ content: 'lab-L' }, { content: 'lab-ab' }, { content: 'mask' }] } },
      /does not name the input with content "lab-L" and its file has "L", "hint_ab", "hint_mask"; name it on the card/,
    ],
    [
      'hints without a mask',
      'siggraph17',
      {
        card: {
          inputs: [
            { name: 'L', content: 'lab-L' },
            { name: 'hint_ab', content: 'lab-ab' },
          ],
        },
      },
      /expected known colour \(chroma or lab-ab\) and a mask together on its card, found 1 and 0/,
    ],
    [
      'a range that no such input has',
      'deoldify',
      { card: says('input', 'gray-x3', 100, 'inputs') },
      /expected input "input" in 0\.\.255 or 0\.\.1, its card says 0\.\.100/,
    ],
    [
      'two outputs that are colours',
      'ddcolor',
      {
        card: {
          outputs: [
            { name: 'output', content: 'lab-ab' },
            { name: 'output', content: 'rgb' },
          ],
        },
      },
      /expected one output that is a colour \(chroma, lab-ab or rgb\) on its card, found 2/,
    ],
  ];
  for (const [what, family, model, sentence] of refusals) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(open(family, model), (error: unknown) => {
        assert.ok(error instanceof KinemacolorError, String(error));
        assert.equal(error.kind, 'model');
        assert.match(error.message, sentence);
        assert.ok(error.message.startsWith(`Model "${family}" `) && !error.message.includes('\n'), error.message);
        return true;
      });
    });
  }

  it('a device that computes the model wrongly is not taken, by name or by itself', async () => {
    const avoid = { card: { avoidProviders: ['dml', 'cuda', 'coreml'] } };
    await assert.rejects(
      open('ddcolor', avoid, 'directml'),
      /^KinemacolorError: Device directml cannot be used: its card says that directml computes model "ddcolor" wrongly; use --device cpu\.$/,
    );
    const colorizer = await open('ddcolor', avoid, 'auto');
    await colorizer.close();
    assert.equal(colorizer.device, 'cpu');
    assert.match(colorizer.note, /its card says that \w+ computes model "ddcolor" wrongly/);
  });
});
