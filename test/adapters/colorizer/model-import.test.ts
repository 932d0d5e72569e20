import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importModel } from '../../../src/adapters/colorizer/model-import.ts';
import { resolveModel } from '../../../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../../../src/errors.ts';
import { writeForeignModel } from '../../fixtures/models/foreign-models.ts';

let folders: { package: string; user: string };
let elsewhere: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-import-'));
  folders = { package: join(folder, 'package'), user: join(folder, 'user') };
  elsewhere = join(folder, 'elsewhere');
  await Promise.all([mkdir(folders.package), mkdir(elsewhere)]);
});
afterEach(() => rm(join(folders.user, '..'), { recursive: true }));

const there = (): Promise<string[]> => readdir(folders.user).catch(() => []);

async function refused(promise: Promise<unknown>, sentence: RegExp): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof KinemacolorError && error.kind === 'model', String(error));
    assert.match(error.message, sentence);
    assert.ok(!error.message.includes('\n'));
    return true;
  });
  assert.deepEqual(await there(), []);
}

/** A model whose card comes with the package and whose file does not. */
async function known(change: Record<string, unknown> = {}): Promise<string> {
  const path = await writeForeignModel(folders.package, 'eccv16', { card: { page: 'https://example.org/', ...change } });
  const file = join(elsewhere, 'downloaded.onnx');
  await writeFile(file, await readFile(path));
  await rm(path);
  return file;
}

describe('importModel', () => {
  it('takes the file of a card that is known, under any name, and leaves the original', async () => {
    const file = await known();
    const { path, unchecked } = await importModel(file, 'eccv16', folders);
    assert.deepEqual([path, unchecked], [join(folders.user, 'eccv16.onnx'), []]);
    assert.deepEqual(await there(), ['eccv16.onnx']);
    assert.equal((await resolveModel('eccv16', folders)).path, path);
    assert.equal(Buffer.compare(await readFile(file), await readFile(path)), 0);
  });

  it('says what the card of the package leaves unchecked', async () => {
    const file = await known({ bytes: null, sha256: null });
    assert.deepEqual((await importModel(file, 'eccv16', folders)).unchecked, ['bytes', 'sha256']);
    assert.deepEqual((await resolveModel('eccv16', folders)).unchecked, ['bytes', 'sha256']);
  });

  it('takes a model with a card of its own, and writes down what its card did not know', async () => {
    const file = await writeForeignModel(elsewhere, 'ddcolor', {
      id: 'mine',
      card: { bytes: null, sha256: null, file: 'x.onnx' },
    });
    await importModel(file, join(elsewhere, 'mine.json'), folders);
    assert.deepEqual(await there(), ['mine.json', 'mine.onnx']);
    const { card, sha256, unchecked } = await resolveModel('mine', folders);
    assert.deepEqual([card.file, card.sha256, unchecked], ['mine.onnx', sha256, []]);
  });

  it('can be repeated', async () => {
    const file = await writeForeignModel(elsewhere, 'ddcolor', { id: 'mine' });
    await importModel(file, join(elsewhere, 'mine.json'), folders);
    await importModel(file, join(elsewhere, 'mine.json'), folders);
    await importModel(join(folders.user, 'mine.onnx'), 'mine', folders);
    assert.deepEqual(await there(), ['mine.json', 'mine.onnx']);
  });

  it('refuses another file than the card says, naming the file that was given', async () => {
    const file = await known();
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    await refused(importModel(file, 'eccv16', folders), /expected SHA-256 [0-9a-f]{64}, .*elsewhere.downloaded\.onnx has/);
    await writeFile(file, 'short');
    await refused(importModel(file, 'eccv16', folders), /expected \d+ bytes, .*downloaded\.onnx has 5/);
    await refused(
      importModel(join(elsewhere, 'no.onnx'), 'eccv16', folders),
      /Expected a model file at .*no\.onnx, but there is none/,
    );
    await refused(importModel(file, 'nonesuch', folders), /There is no model "nonesuch"/);
    await refused(importModel(file, join(elsewhere, 'no.json'), folders), /The model card .*no\.json cannot be read/);
  });

  it('refuses a model that does not do what its own card says, and one that is no model', async () => {
    const file = await writeForeignModel(elsewhere, 'ddcolor', { id: 'mine', gray: 255 });
    await refused(importModel(file, join(elsewhere, 'mine.json'), folders), /it sees a picture only in 0\.\.255/);
    const other = await writeForeignModel(elsewhere, 'ddcolor', { id: 'text', card: { bytes: null, sha256: null } });
    await writeFile(other, 'a text');
    await refused(importModel(other, join(elsewhere, 'text.json'), folders), /Model "text" cannot be opened: /);
  });

  it("refuses a card that takes the id of one of the package's", async () => {
    const file = await known();
    await writeForeignModel(elsewhere, 'eccv16');
    await refused(
      importModel(file, join(elsewhere, 'eccv16.json'), folders),
      /The id "eccv16" of .* comes with the package; give it another id, or import with --card eccv16/,
    );
  });
});
