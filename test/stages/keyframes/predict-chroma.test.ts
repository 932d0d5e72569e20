import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colorizer } from '../../../src/adapters/colorizer/colorizer.ts';
import { openColorizer } from '../../../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import type { Frame, Matrix, PictureFormat, Range } from '../../../src/media/film/frame.ts';
import { modelSize } from '../../../src/media/models/model-size.ts';
import { predictChroma } from '../../../src/stages/keyframes/predict-chroma.ts';
import { writeForeignModel } from '../../fixtures/models/foreign-models.ts';
import { TINT, writeTinyModel } from '../../fixtures/models/models.ts';

const MATRICES: readonly Matrix[] = ['bt601', 'bt709', 'bt2020'];

function format(width: number, height: number, depth = 8, range: Range = 'limited', matrix: Matrix = 'bt709'): PictureFormat {
  return { width, height, depth, range, matrix, timebase: { num: 1, den: 24 } };
}

function frame(picture: PictureFormat, code: (x: number, y: number) => number): Frame {
  const luma = integerPlane(picture.width, picture.height, picture.depth);
  for (let i = 0; i < luma.data.length; i++) luma.data[i] = code(i % picture.width, Math.floor(i / picture.width));
  return { index: 7, ticks: 0, luma };
}

const near = (a: number, b: number, tolerance = 1e-5) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

describe('colorizeKeyframe', () => {
  let folder: string;
  let tiny: Colorizer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kinemacolor-colorize-'));
    tiny = await openColorizer({ ...(await resolveModel(await writeTinyModel(folder, 'obedient'))), device: 'cpu', threads: 1 });
  });
  after(async () => {
    await tiny.close();
    await rm(folder, { recursive: true });
  });

  for (const depth of [8, 10, 12]) {
    for (const range of ['limited', 'full'] as const) {
      it(`shows the model white as 1 and black as 0 (${depth} bit, ${range})`, async () => {
        const picture = format(64, 64, depth, range);
        const unit = 2 ** (depth - 8);
        const [black, white] = range === 'limited' ? [16 * unit, 235 * unit] : [0, 2 ** depth - 1];
        const field = await predictChroma(
          frame(picture, x => (x < 32 ? black : white)),
          tiny,
          { format: picture },
        );
        assert.deepEqual([field.width, field.height], [64, 64]);
        near(field.cb[0]!, 0);
        near(field.cb[63]!, TINT);
        near(field.cr[63]!, -TINT);
        assert.ok(field.trust.every(trust => trust === 0.5));
      });
    }
  }

  it('shrinks by area: the mean of the picture is kept', async () => {
    const picture = format(641, 361, 8, 'full');
    const noise = (x: number, y: number) => (x * 7919 + y * 104729 + ((x * y) % 97) * 31) % 256;
    const { luma } = frame(picture, noise);
    const field = await predictChroma({ index: 0, ticks: 0, luma }, tiny, { format: picture });
    assert.deepEqual([field.width, field.height], [112, 64]);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    near(mean(field.cb), (TINT * mean(luma.data)) / 255, 1e-4);
  });

  it('shows the model no black bars and colours none', async () => {
    const inner = format(128, 96, 8, 'full');
    const code = (x: number, y: number) => 70 + ((x * 5 + y * 3) % 150);
    const plain = await predictChroma(frame(inner, code), tiny, { format: inner });
    const outer = format(192, 96, 8, 'full');
    const boxed = frame(outer, (x, y) => (x < 32 || x >= 160 ? 2 : code(x - 32, y)));
    const field = await predictChroma(boxed, tiny, { format: outer });
    const left = (field.width - plain.width) / 2;
    assert.deepEqual([field.height, left / plain.width], [plain.height, 32 / 128]);
    for (let y = 0; y < field.height; y++) {
      const row = field.cb.subarray(y * field.width, (y + 1) * field.width);
      assert.deepEqual(row.slice(left, left + plain.width), plain.cb.slice(y * plain.width, (y + 1) * plain.width));
      assert.ok([...row.slice(0, left), ...row.slice(left + plain.width)].every(cb => cb === 0));
    }
  });

  it('predicts nothing for black bars', async () => {
    const seeing = await openColorizer({
      ...(await resolveModel(await writeTinyModel(folder, 'seeing'))),
      device: 'cpu',
      threads: 1,
    });
    const picture = format(192, 64, 8, 'full');
    const boxed = frame(picture, (x, y) => (x < 32 || x >= 160 ? 2 : 70 + ((x * 5 + y * 3) % 150)));
    const { features } = await predictChroma(boxed, seeing, { format: picture });
    await seeing.close();
    assert.deepEqual([features?.width, features?.height, features?.channels], [12, 4, 2]);
    assert.deepEqual([...features!.data.subarray(0, 12)], [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it('lies on shared memory', async () => {
    const picture = format(32, 32);
    const field = await predictChroma(
      frame(picture, () => 100),
      tiny,
      { format: picture },
    );
    for (const plane of [field.cb, field.cr, field.trust]) assert.ok(plane.buffer instanceof SharedArrayBuffer);
  });

  for (const matrix of MATRICES) {
    it(`follows hints in the film's matrix (${matrix}), from a grid of any size`, async () => {
      const picture = format(256, 256, 8, 'limited', matrix);
      const hints = chromaField(128, 128);
      for (let y = 32; y < 96; y++) {
        for (let x = 32; x < 96; x++) {
          hints.cb[y * 128 + x] = -0.08;
          hints.cr[y * 128 + x] = 0.12;
          hints.trust[y * 128 + x] = 0.9;
        }
      }
      hints.cb[0] = 0.4; // without trust: no hint
      const field = await predictChroma(
        frame(picture, () => 126),
        tiny,
        { format: picture, hints },
      );
      const middle = 32 * 64 + 32;
      near(field.cb[middle]!, -0.08);
      near(field.cr[middle]!, 0.12);
      assert.equal(field.trust[middle], 1);
      assert.equal(field.trust[0], 0.5);
      assert.ok(Math.abs(field.cb[0]!) < 0.2);
    });
  }

  it('sees a hint of one dot in a large picture', async () => {
    const picture = format(512, 512);
    const hints = chromaField(512, 512);
    const dot = 100 * 512 + 100;
    [hints.cb[dot], hints.cr[dot], hints.trust[dot]] = [0.1, 0.05, 1];
    const field = await predictChroma(
      frame(picture, () => 126),
      tiny,
      { format: picture, hints },
    );
    const cell = 12 * 64 + 12;
    near(field.cb[cell]!, 0.1);
    assert.equal(
      field.trust.reduce((sum, trust) => sum + (trust === 1 ? 1 : 0), 0),
      1,
    );
  });

  for (const matrix of MATRICES) {
    it(`takes the chroma of a model that gives RGB in the film's own matrix (${matrix}), and squeezes the picture into its one size`, async () => {
      const model = await resolveModel(await writeForeignModel(folder, 'deoldify', { size: 96 }));
      const colorizer = await openColorizer({ ...model, device: 'cpu', threads: 1 });
      const picture = format(200, 90, 8, 'full', matrix);
      const field = await predictChroma(
        frame(picture, () => 128),
        colorizer,
        { format: picture },
      );
      await colorizer.close();
      assert.deepEqual([field.width, field.height], [96, 96]);
      const [r, g, b] = [0.1, 0.04, 0].map(more => (0.9 * 128) / 255 + more) as [number, number, number];
      const [kr, kb] = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] }[matrix] as [number, number];
      const y = kr * r + (1 - kr - kb) * g + kb * b;
      near(field.cb[4000]!, (b - y) / (2 * (1 - kb)));
      near(field.cr[4000]!, (r - y) / (2 * (1 - kr)));
    });
  }

  it('a model that takes no hints refuses them, with the frame', async () => {
    const model = await resolveModel(await writeForeignModel(folder, 'eccv16'));
    const colorizer = await openColorizer({ ...model, device: 'cpu', threads: 1 });
    const picture = format(64, 64);
    const scene = frame(picture, () => 128);
    await assert.rejects(predictChroma(scene, colorizer, { format: picture, hints: chromaField(8, 8) }), (error: unknown) => {
      assert.ok(error instanceof KinemacolorError && error.kind === 'model');
      assert.match(error.message, /^Model "eccv16" takes no hints and would ignore them; /);
      assert.equal(error.place.frame, 7);
      return true;
    });
    await colorizer.close();
  });

  it('names the frame that failed', async () => {
    const picture = format(32, 32);
    const broken: Colorizer = { ...tiny, run: () => Promise.reject(new KinemacolorError('model', 'It failed.')) };
    await assert.rejects(
      predictChroma(
        frame(picture, () => 0),
        broken,
        { format: picture },
      ),
      (error: unknown) => {
        assert.ok(error instanceof KinemacolorError);
        assert.deepEqual(error.place, { stage: 'colorize', frame: 7 });
        return true;
      },
    );
  });

  it('the bundled model colours, with the same bytes in every session', async () => {
    const model = await resolveModel('kinemacolor-base');
    const picture = format(320, 180);
    const scene = frame(picture, (x, y) => 40 + (((x >> 3) * 13 + (y >> 4) * 29) % 160));
    const results = [];
    for (const threads of [1, 2]) {
      const colorizer = await openColorizer({ ...model, device: 'cpu', threads });
      results.push(await predictChroma(scene, colorizer, { format: picture }));
      if (threads === 1) results.push(await predictChroma(scene, colorizer, { format: picture }));
      await colorizer.close();
    }
    const [first, again, two] = results;
    assert.deepEqual(modelSize(picture, model.card), { width: first!.width, height: first!.height });
    assert.deepEqual(first, again);
    assert.deepEqual(first, two);
    assert.ok(first!.cb.every(value => Math.abs(value) <= 0.5));
    assert.ok(first!.trust.every(value => value >= 0 && value <= 1));
  });

  /**
   * Red spots of 16 px in the dark half of 224x224, 56 px from a strong edge (luma 0.2 | 0.9): the hinted answer, and how far each half
   * moved toward the red, 1 being all the way. Where `right` is dark too there is no edge.
   */
  async function bleeding(colorizer: Colorizer, right: number) {
    const [side, edge] = [224, 112]; // the model's own grid: no cell is resampled
    const picture = format(side, side, 8, 'full');
    const scene = frame(picture, x => (x < edge ? 51 : right));
    const hints = chromaField(side, side);
    const spots = [40, 120, 200].flatMap(top => Array.from({ length: 256 }, (_, i) => (top + (i >> 4)) * side + 40 + (i & 15)));
    for (const at of spots) [hints.cb[at], hints.cr[at], hints.trust[at]] = [-0.06, 0.18, 1];
    const plain = await predictChroma(scene, colorizer, { format: picture });
    const field = await predictChroma(scene, colorizer, { format: picture, hints });
    const sums = { own: 0, beyond: 0 };
    for (let i = 0; i < side * side; i++) {
      sums[i % side < edge ? 'own' : 'beyond'] += (field.cr[i]! - plain.cr[i]!) / 0.18 / (side * edge);
    }
    return { ...sums, field, spots };
  }

  it('the bundled model is within 2 % at a hint, carries it over its own side, and less than half of it across a strong edge', async () => {
    const colorizer = await openColorizer({ ...(await resolveModel('kinemacolor-base')), device: 'cpu', threads: 1 });
    const { own, beyond, field, spots } = await bleeding(colorizer, 230);
    const open = await bleeding(colorizer, 51);
    await colorizer.close();
    for (const at of spots) {
      near(field.cb[at]!, -0.06, 0.02);
      near(field.cr[at]!, 0.18, 0.02);
    }
    // Measured: 0.45 of the red on its own side, 0.01 beyond the edge, 1.6 there without one (a flat picture is overdone): the bounds leave
    // another training room. Without an edge as much crosses as stays: at a half, the edge would hardly matter.
    assert.ok(own > 0.25, `only ${own} of a hint reaches its own side`);
    assert.ok(beyond < own / 2, `${beyond} of a hint crosses the edge, ${own} stays`);
    assert.ok(beyond < open.beyond / 2, `${beyond} of a hint crosses the edge, ${open.beyond} where there is none`);
  });

  it('the bundled model takes grain for grain', async () => {
    const colorizer = await openColorizer({ ...(await resolveModel('kinemacolor-base')), device: 'cpu', threads: 1 });
    const picture = format(192, 144, 8, 'full');
    const scene = (x: number, y: number) => 70 + 50 * Math.sin(x / 23) * Math.cos(y / 17) + (y > 90 ? 60 : 0);
    const grain = (x: number, y: number) => (((x * 7919 + y * 104729) * 2654435761) % 4096) / 4095 - 0.5;
    const prediction = async (luma: (x: number, y: number) => number) =>
      predictChroma(frame(picture, luma), colorizer, { format: picture });
    const still = await prediction(scene);
    const grainy = await prediction((x, y) => scene(x, y) + 26 * grain(x, y)); // spread 0.03 of full scale
    await colorizer.close();
    const size = (difference: (plane: 'cb' | 'cr', i: number) => number) =>
      still.cb.reduce((sum, _, i) => sum + Math.abs(difference('cb', i)) + Math.abs(difference('cr', i)), 0);
    const moved = size((plane, i) => grainy[plane][i]! - still[plane][i]!) / size((plane, i) => still[plane][i]!);
    // Measured: 0.005 of the colour; 0.29 with an earlier model whose luma is not calmed before the first layer.
    assert.ok(moved < 0.1, `grain moves ${moved} of the colour`);
  });
});
