import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openColorizer } from '../../../src/adapters/colorizer/onnx-colorizer.ts';
import { cardOfFile, type ListedModel, listCards } from '../../../src/adapters/models/model-cards.ts';
import { modelFolders } from '../../../src/adapters/models/model-folders.ts';
import { licenceTerms, type ModelCard } from '../../../src/media/models/model-card.ts';
import { modelSize } from '../../../src/media/models/model-size.ts';
import { type Family, foreignFile } from '../../fixtures/models/foreign-models.ts';

/** Which tiny model keeps the contract of a shipped card. */
function familyOf({ inputs, outputs }: ModelCard): Family {
  if (outputs[0]!.content === 'rgb') return 'deoldify';
  if (inputs[0]!.content === 'gray-rgb-from-L') return 'ddcolor';
  return inputs.length === 3 ? 'siggraph17' : 'eccv16';
}

describe('the cards of the package', () => {
  let folder = '';
  let foreign: ListedModel[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kinemacolor-cards-'));
    const all = await listCards({ package: modelFolders().package, user: join(folder, 'user') });
    foreign = all.filter(({ card }) => card.id !== 'kinemacolor-base');
  });
  after(() => rm(folder, { recursive: true }));

  it('are of DDColor, DeOldify, SIGGRAPH17 and ECCV16, each with its file in the folder of the person', async () => {
    const families = new Set(foreign.map(({ card }) => familyOf(card)));
    assert.deepEqual([...families].sort(), ['ddcolor', 'deoldify', 'eccv16', 'siggraph17']);
    for (const { card, path, file } of foreign) {
      assert.deepEqual([path, file], [join(folder, 'user', `${card.id}.onnx`), 'missing']);
    }
    const { package: shelf } = modelFolders();
    assert.deepEqual(
      (await readdir(shelf)).filter(name => name.endsWith('.onnx')),
      ['kinemacolor-base.onnx'],
    );
  });

  it('name files that nobody else does, over https, under licences that ask for nothing', () => {
    const hashes = foreign.flatMap(({ card }) => card.sha256 ?? []);
    assert.equal(new Set(hashes).size, hashes.length);
    for (const { card } of foreign) {
      assert.ok(card.urls.every(url => url.startsWith('https://')));
      assert.ok(card.urls.length > 0 || card.page !== undefined, card.id);
      assert.equal(licenceTerms(card), 'permissive', card.id);
    }
  });

  it('each state a contract that a file can keep: it opens, and one of each family colours a picture of the size it asks for', async () => {
    const tried = new Set<Family>();
    for (const { card } of foreign) {
      const family = familyOf(card);
      const size = card.inputs[0]!.shape?.[2];
      const names = [card.inputs.map(({ name }) => name!), card.outputs[0]!.name ?? 'anything'] as const;
      const gray = card.inputs[0]!.range?.[1] as 1 | 255;
      const rgb = card.outputs[0]!.range?.[1] as 1 | 255;
      const path = join(folder, card.file);
      await writeFile(
        path,
        foreignFile(family, { names, ...(gray && { gray }), ...(rgb && { rgb }), ...(typeof size === 'number' && { size }) }),
      );
      const colorizer = await openColorizer({ card, path, device: 'cpu', threads: 1 });
      assert.equal(colorizer.takesHints, family === 'siggraph17');
      if (tried.has(family)) {
        await colorizer.close();
        continue;
      }
      tried.add(family);
      const shown = modelSize({ width: 720, height: 576 }, colorizer.card);
      const luma = new Float32Array(shown.width * shown.height).fill(0.5);
      const { chroma } = await colorizer.run({ ...shown, luma });
      await colorizer.close();
      assert.ok(Math.max(...chroma.slice(0, 9).map(Math.abs)) > 0.01, card.id);
    }
  });

  it('are found for a file that lies anywhere under its name', async () => {
    const path = join(folder, 'zhang-eccv16-mk.onnx');
    assert.equal((await cardOfFile(path, modelFolders())).id, 'zhang-eccv16-mk');
  });
});

describe('licenceTerms', () => {
  for (const licence of ['MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'BSD', 'Apache-2.0', 'apache-2.0'])
    it(`${licence} asks for nothing`, () => assert.equal(licenceTerms({ licence }), 'permissive'));
  for (const licence of ['CC-BY-NC-4.0', 'GPL-3.0', 'MIT AND CC-BY-NC-4.0', 'OpenRAIL', 'unknown', 'see MIT'])
    it(`${licence} is to be accepted`, () => assert.equal(licenceTerms({ licence }), 'to-accept'));
});
