import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colorizer } from '../../../src/adapters/colorizer/colorizer.ts';
import { blendColorizers, openModels } from '../../../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../../../src/adapters/models/model-store.ts';
import { convertChroma } from '../../../src/kernels/color/color.ts';
import { type ColorizerOutput, DEFAULT_CONFIDENCE } from '../../../src/media/models/colorizer-planes.ts';
import { writeForeignModel } from '../../fixtures/models/foreign-models.ts';
import { TINT, writeTinyModel } from '../../fixtures/models/models.ts';

const SIDE = 32;
const CELLS = SIDE * SIDE;

/** A model that says the same of every cell. */
function flat(
  id: string,
  says: { cb: number; cr: number; sure: number; takesHints?: boolean; matrix?: 'bt601' | 'bt709' },
): Colorizer {
  const { cb, cr, sure, takesHints = false, matrix = 'bt709' } = says;
  return {
    device: 'cpu',
    note: '',
    takesHints,
    card: { id, name: id, licence: 'MIT', matrix, multipleOf: 1, preferredSize: { shortSide: SIDE } } as Colorizer['card'],
    async run({ width, height, mask }): Promise<ColorizerOutput> {
      assert.ok(mask === undefined || takesHints, `${id} was given hints`);
      const chroma = new Float32Array(2 * width * height).fill(cb);
      return { chroma: chroma.fill(cr, width * height), confidence: new Float32Array(width * height).fill(sure) };
    },
    async close() {},
  };
}
const picture = { width: SIDE, height: SIDE, luma: new Float32Array(CELLS).fill(0.5) };
const near = (a: number, b: number, tolerance = 1e-5) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

describe('a blend of models', () => {
  it('of one is that one', () => {
    const one = flat('one', { cb: 0.1, cr: 0, sure: 1 });
    assert.equal(blendColorizers([one]), one);
  });

  it('weighs each by its confidence in the cell', async () => {
    const blend = blendColorizers([
      flat('one', { cb: 0.2, cr: -0.1, sure: 0.75 }),
      flat('two', { cb: -0.2, cr: 0.1, sure: 0.25 }),
    ]);
    assert.equal(blend.card.id, 'one+two');
    const { chroma, confidence } = await blend.run(picture);
    near(chroma[0]!, 0.75 * 0.2 - 0.25 * 0.2);
    near(chroma[CELLS]!, -0.75 * 0.1 + 0.25 * 0.1);
    near(confidence[0]!, 0.75 * 0.75 + 0.25 * 0.25);
  });

  it('of models that know nothing is still their mean', async () => {
    const blend = blendColorizers([flat('one', { cb: 0.2, cr: 0, sure: 0 }), flat('two', { cb: 0.1, cr: 0, sure: 0 })]);
    near((await blend.run(picture)).chroma[0]!, 0.15);
  });

  it('speaks to each in the chroma of its own matrix', async () => {
    const says = { cb: 0.2, cr: -0.1, sure: 0.5 };
    const blend = blendColorizers([flat('one', { ...says, matrix: 'bt601' }), flat('two', { ...says, matrix: 'bt601' })]);
    const { chroma } = await blend.run(picture);
    const [cb, cr] = convertChroma('bt601', 'bt709')(0.2, -0.1);
    near(chroma[0]!, cb);
    near(chroma[CELLS]!, cr);
  });

  it('gives hints to those that take them; where colour is known only these count', async () => {
    const blend = blendColorizers([
      flat('deaf', { cb: 0.2, cr: 0, sure: 0.9 }),
      flat('heeds', { cb: -0.1, cr: 0, sure: 0.1, takesHints: true }),
    ]);
    const mask = Float32Array.from({ length: CELLS }, (_, i) => (i % SIDE < 8 ? 1 : 0));
    const { chroma } = await blend.run({ ...picture, chroma: new Float32Array(2 * CELLS), mask });
    near(chroma[0]!, -0.1);
    near(chroma[31]!, 0.9 * 0.2 - 0.1 * 0.1);
    assert.equal(blend.takesHints, true);
  });

  it('of models that take no hints refuses them', async () => {
    const blend = blendColorizers([flat('one', { cb: 0.2, cr: 0, sure: 1 }), flat('two', { cb: 0.2, cr: 0, sure: 1 })]);
    const hints = { chroma: new Float32Array(2 * CELLS), mask: new Float32Array(CELLS) };
    await assert.rejects(blend.run({ ...picture, ...hints }), /Model "one\+two" takes no hints/);
  });

  it('of real files of different sizes and languages', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-blend-'));
    try {
      const folders = { package: folder, user: folder };
      await writeTinyModel(folder, 'obedient');
      await writeForeignModel(folder, 'deoldify', { size: 96 });
      const chosen = await chooseModels('obedient+deoldify', folders);
      const blend = await openModels(chosen.models, { device: 'cpu', threads: 1 });
      const { chroma, confidence } = await blend.run(picture);
      await blend.close();
      const [r, g, b] = [0.55, 0.49, 0.45];
      const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      near(chroma[500]!, (TINT * 0.5 + (b - y) / 1.8556) / 2);
      near(chroma[CELLS + 500]!, (-TINT * 0.5 + (r - y) / 1.5748) / 2);
      near(confidence[500]!, DEFAULT_CONFIDENCE);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('chooseModels', () => {
  let folders: { package: string; user: string };
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-choose-'));
    folders = { package: folder, user: folder };
    for (const family of ['ddcolor', 'deoldify'] as const) await writeForeignModel(folder, family);
  });
  afterEach(() => rm(folders.user, { recursive: true }));
  const identity = async (choice: string) => (await chooseModels(choice, folders)).sha256;

  it('knows one model by the hash of its file', async () => {
    const { id, sha256, models } = await chooseModels('ddcolor', folders);
    assert.deepEqual([id, sha256], ['ddcolor', models[0]!.card.sha256]);
  });

  it('knows a blend by both files: another file in either place is another identity', async () => {
    const before = await identity('ddcolor+deoldify');
    assert.match(before, /^[0-9a-f]{64}$/);
    assert.equal(await identity('ddcolor + deoldify'), before);
    await writeForeignModel(folders.user, 'deoldify', {
      gray: 1,
      card: { inputs: [{ name: 'input', content: 'gray-x3', range: [0, 1] }] },
    });
    const after = await identity('ddcolor+deoldify');
    assert.notEqual(after, before);
    await writeForeignModel(folders.user, 'ddcolor', { gain: 2 });
    assert.notEqual(await identity('ddcolor+deoldify'), after);
  });

  it('knows a model whose card was changed in what it is fed as another contract, and only then', async () => {
    const contract = async () => (await chooseModels('ddcolor', folders)).contract;
    const before = await contract();
    await writeForeignModel(folders.user, 'ddcolor', { card: { name: 'Another name', licence: 'BSD' } });
    assert.equal(await contract(), before);
    for (const card of [{ preferredSize: 128 }, { matrix: 'bt601' }, { multipleOf: 16 }]) {
      await writeForeignModel(folders.user, 'ddcolor', { card });
      assert.notEqual(await contract(), before);
    }
  });

  it('takes a path with a plus in it, alone', async () => {
    const path = await writeForeignModel(folders.user, 'ddcolor', { id: 'a' });
    await rename(path, join(folders.user, 'ddcolor+x.onnx'));
    await rename(join(folders.user, 'a.json'), join(folders.user, 'ddcolor+x.json'));
    await assert.rejects(chooseModels(join(folders.user, 'ddcolor+x.onnx'), folders), /expected its id to be "ddcolor\+x"/);
  });

  for (const [choice, sentence] of [
    ['ddcolor+', /Expected a model on both sides of every "\+", received "ddcolor\+"/],
    ['ddcolor+ddcolor', /Expected different models to blend/],
    ['ddcolor+nonesuch', /There is no model "nonesuch"/],
  ] as const)
    it(`refuses "${choice}"`, () => assert.rejects(chooseModels(choice, folders), sentence));
});
