import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCards } from '../../../src/adapters/models/model-cards.ts';
import { modelFolders } from '../../../src/adapters/models/model-folders.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemacolor-models-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A package's folder, and a person's that is empty. */
const folders = (shelf = '.') => ({ package: join(folder, shelf), user: join(folder, 'user') });

/** Expect kind `model` and one sentence that says this. */
function refused(promise: Promise<unknown>, sentence: RegExp): Promise<void> {
  return assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof KinemacolorError, String(error));
    assert.equal(error.kind, 'model');
    assert.match(error.message, sentence);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
}

async function changeCard(path: string, change: Record<string, unknown>): Promise<void> {
  const card = path.replace('.onnx', '.json');
  await writeFile(card, JSON.stringify({ ...JSON.parse(await readFile(card, 'utf8')), ...change }));
}

describe('resolveModel', () => {
  it('finds the bundled model by its id, and it is whole', async () => {
    const { card, path } = await resolveModel('kinemacolor-base');
    assert.equal(card.id, 'kinemacolor-base');
    assert.equal((await readFile(path)).length, card.bytes);
  });

  it('finds a model by id in a folder and by path', async () => {
    const path = await writeTinyModel(folder, 'obedient');
    assert.equal((await resolveModel('obedient', folders())).path, path);
    assert.equal((await resolveModel(path)).card.id, 'obedient');
  });

  it('keeps what it does not know of a card, and fills in what is usual', async () => {
    const path = await writeTinyModel(folder, 'obedient', { urls: ['https://example.org/a.onnx'], multipleOf: undefined });
    const { card } = await resolveModel(path);
    assert.deepEqual(card.urls, ['https://example.org/a.onnx']);
    assert.equal(card.multipleOf, 1);
    assert.equal(card.matrix, 'bt709');
    assert.deepEqual(card.preferredSize, { shortSide: 64 });
  });

  it('says which ids there are', async () => {
    await writeTinyModel(folder, 'obedient');
    await writeTinyModel(folder, 'deaf');
    await refused(resolveModel('nonesuch', folders()), /There is no model "nonesuch"; the models here are deaf, obedient\./);
    await refused(resolveModel('nonesuch', folders('nowhere')), /there are no models in/);
  });

  it('refuses a file that was cut off, by its size', async () => {
    const path = await writeTinyModel(folder, 'obedient');
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    await refused(resolveModel(path), /is damaged: expected \d+ bytes, .*obedient\.onnx has 100; fetch it again/);
  });

  it('refuses a file with one wrong bit, by its hash', async () => {
    const path = await writeTinyModel(folder, 'obedient');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path, bytes);
    await refused(resolveModel(path), /is damaged: expected SHA-256 [0-9a-f]{64}, .* has [0-9a-f]{64}/);
  });

  it('refuses a file that is not there, and one without a card', async () => {
    const path = await writeTinyModel(folder, 'obedient');
    await rm(path);
    await refused(resolveModel(path), /Expected a model file at .*obedient\.onnx, but there is none/);
    await refused(resolveModel('obedient', folders()), /The file of model "obedient" is missing/);
    await writeFile(join(folder, 'bare.onnx'), 'x');
    await refused(resolveModel(join(folder, 'bare.onnx')), /Expected the model's card at .*bare\.json/);
    await writeFile(join(folder, 'model.pt'), 'x');
    await refused(resolveModel(join(folder, 'model.pt')), /Expected a model as an \.onnx file or an id/);
  });

  const badCards: [string, Record<string, unknown>, RegExp][] = [
    ['a missing field', { licence: undefined }, /"licence"/],
    ['a hash that is none', { sha256: 'abc' }, /"sha256": expected 64 lower-case hex digits/],
    ['a file in another folder', { file: '../other.onnx' }, /"file": expected a file name without a folder/],
    ['no outputs', { outputs: [] }, /"outputs"/],
    ['another id than its name', { id: 'other' }, /expected its id to be "obedient", as the file is named, received "other"/],
  ];
  for (const [what, change, sentence] of badCards) {
    it(`refuses a card with ${what}`, async () => {
      const path = await writeTinyModel(folder, 'obedient');
      await changeCard(path, change);
      await refused(resolveModel(path), /^The model card .*obedient\.json cannot be used: /);
      await refused(resolveModel(path), sentence);
    });
  }

  it('refuses a card that is no JSON', async () => {
    const path = await writeTinyModel(folder, 'obedient');
    await appendFile(path.replace('.onnx', '.json'), '}');
    await refused(resolveModel(path), /The model card .*obedient\.json cannot be read/);
  });
});

describe('listCards', () => {
  it('gives the cards by id', async () => {
    await writeTinyModel(folder, 'obedient');
    await writeTinyModel(folder, 'deaf');
    assert.deepEqual(
      (await listCards(folders())).map(({ card }) => card.id),
      ['deaf', 'obedient'],
    );
  });

  it('knows the bundled model', async () => {
    assert.ok((await listCards(modelFolders())).some(({ card }) => card.id === 'kinemacolor-base'));
  });
});
