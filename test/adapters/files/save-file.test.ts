import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { link, readdir, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guardOutput, inputsAt } from '../../../src/adapters/files/output-guard.ts';
import { createPart, removeStaleParts } from '../../../src/adapters/files/parts.ts';
import { commitPart, saveFile } from '../../../src/adapters/files/save-file.ts';
import { isSealed, sealedJson, sealedPage } from '../../../src/adapters/files/seal.ts';
import { sealedPng } from '../../../src/adapters/pictures/metadata/png-chunks.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

describe('files that are written', () => {
  let place = '';
  let remove = async () => {};
  const at = (name: string) => join(place, name);
  beforeEach(async () => {
    ({ path: place, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  const guarded = async (name: string, { inputs = [] as string[], existing = 'refuse' as const } = {}) =>
    guardOutput({ path: at(name), what: 'report', option: '--report' }, { inputs: await inputsAt(inputs), existing });
  const refused = (what: Promise<unknown>, kind: string, sentence: RegExp) =>
    assert.rejects(what, (error: KinemacolorError) => {
      assert.match(error.message, sentence);
      assert.equal(error.kind, kind);
      return true;
    });

  it('are whole, or what they were before', async () => {
    await saveFile(at('a.json'), 'one');
    await saveFile(at('a.json'), [Buffer.from('tw'), Buffer.from('o')]);
    assert.equal(await readFile(at('a.json'), 'utf8'), 'two');
    await refused(saveFile(at('nowhere/a.json'), ''), 'output', /Cannot write .*: the folder does not exist/);
    assert.deepEqual(await readdir(place), ['a.json']);
  });

  it('that appear while the work is done are kept', async () => {
    const to = await guarded('r.json');
    await writeFile(at('r.json'), 'mine');
    await refused(saveFile(to, 'ours'), 'output', /A file appeared at .*r\.json during the work; it is kept\. .*--overwrite/);
    assert.equal(await readFile(at('r.json'), 'utf8'), 'mine');
    assert.deepEqual(await readdir(place), ['r.json']);
  });

  it('that the work became a link to an input of meanwhile are kept', async () => {
    await writeFile(at('film'), 'film');
    const to = await guarded('r.json', { inputs: [at('film')] });
    await link(at('film'), at('r.json'));
    await refused(saveFile(to, 'ours'), 'output', /the input itself/);
  });

  it('of ours are replaced, until somebody changes them', async () => {
    await saveFile(await guarded('r.json'), sealedJson({ a: 1 }));
    await saveFile(await guarded('r.json'), sealedJson({ a: 2 }));
    const text = await readFile(at('r.json'), 'utf8');
    assert.equal(JSON.parse(text).a, 2);
    await writeFile(at('r.json'), text.replace('2', '3'));
    await refused(guarded('r.json'), 'output', /was not made by Kinemacolor, or was changed since/);
  });

  it('carry a seal as JSON, page and PNG', async () => {
    const png = sealedPng(
      Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64'),
    );
    for (const content of [sealedJson({ a: 'kinemacolor sha256 ' }), sealedPage('<html></html>\n'), png]) {
      await writeFile(at('x'), content);
      assert.equal(await isSealed(at('x')), true);
      const whole = await readFile(at('x'));
      const changed = Buffer.from(whole);
      changed[5]! ^= 1;
      for (const other of [changed, Buffer.concat([whole, Buffer.from('x')]), whole.subarray(0, -1)]) {
        await writeFile(at('x'), other);
        assert.equal(await isSealed(at('x')), false);
      }
    }
    for (const content of ['', 'x', 'kinemacolor sha256 ']) {
      await writeFile(at('x'), content);
      assert.equal(await isSealed(at('x')), false);
    }
    assert.equal(await isSealed(at('nothing')), false);
    assert.equal(await isSealed(place), false);
  });

  it('are never written through a link that was put in their way', async () => {
    await writeFile(at('victim'), 'victim');
    const part = await createPart(place);
    await writeFile(part, 'ours');
    await symlink(at('victim'), at('out'));
    await commitPart(part, at('out')); // one of our own folders: the link is replaced, not what it leads to
    assert.equal(await readFile(at('victim'), 'utf8'), 'victim');
    await unlink(at('out'));
    await symlink(at('gone'), at('out'));
    await refused(guarded('out'), 'output', /exists and was not made by Kinemacolor/);
  });

  it("that a killed run left half-written go; a living run's stay", async () => {
    const mine = await createPart(place);
    const dead = spawnSync('true').pid;
    const old = mine.replace(`-${process.pid}-`, `-${dead}-`);
    await rename(mine, old);
    const living = await createPart(place);
    await writeFile(at('.kinemacolor-notes.part'), '');
    await removeStaleParts(place);
    assert.deepEqual((await readdir(place)).map(at).sort(), [at('.kinemacolor-notes.part'), living].sort());
  });
});
