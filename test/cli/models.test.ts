import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliEnd, runCli, startCli } from '../../harness/run-cli.ts';
import { decode, lumaOf, makeTinyFilm } from '../../harness/tiny-film.ts';
import { temporaryFolder } from '../fixtures/films.ts';
import { type FileServer, inTurn, serveFiles, whole } from '../fixtures/models/file-server.ts';
import { foreignFile, writeForeignModel } from '../fixtures/models/foreign-models.ts';

/** Large enough to arrive in many pieces. */
const REMARK = 300_000;
const FIRST_PART = 150_000;

describe('kinemacolor models', () => {
  let folder = '';
  let remove = async () => {};
  let models = '';
  let film = '';
  let server: FileServer;
  const at = (name: string) => join(folder, name);
  const environment = () => ({ KINEMACOLOR_MODELS: models, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' });
  const run = (...args: string[]): Promise<CliEnd> => runCli(args, { env: environment() });
  const colorize = (output: string, ...args: string[]) =>
    run('colorize', film, '-o', at(output), '--codec', 'ffv1', '--device', 'cpu', ...args);

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    models = at('models');
    await mkdir(models);
    film = await makeTinyFilm(at('film.mp4'), { scenes: [6] });
    const bytes = foreignFile('ddcolor', { remark: REMARK, size: 64 });
    server = await serveFiles({
      '/ddcolor.onnx': inTurn(whole(bytes, { upTo: FIRST_PART, after: 'stall' }), whole(bytes)),
    });
    // A person's own card, for a file on a server.
    const path = await writeForeignModel(folder, 'ddcolor', {
      id: 'far',
      remark: REMARK,
      size: 64,
      card: { urls: [`${server.origin}/ddcolor.onnx`], licence: 'CC-BY-NC-4.0' },
    });
    await writeFile(join(models, 'far.json'), await readFile(path.replace('.onnx', '.json')));
  });
  after(async () => {
    await server.close();
    await remove();
  });

  it('lists what is here and what can be had', async () => {
    const words = await run('models', 'list');
    assert.equal(words.code, 0);
    assert.match(words.stdout, /^kinemacolor-base +here +[\d.]+ MB +MIT AND Apache-2.0 +Kinemacolor base$/m);
    assert.match(words.stdout, /^ddcolor-tiny-fp16 +to pull +135\.4 MB +Apache-2\.0/m);
    assert.match(words.stdout, /^deoldify-artistic-mk +to import +size unknown +MIT/m);
    assert.match(words.stdout, /^far +to pull/m);
  });

  it('a model that is not here: colorize says how to get it', async () => {
    const { code, stderr } = await colorize('no.mkv', '--model', 'ddcolor-tiny-fp16');
    assert.equal(code, 5);
    assert.match(
      stderr,
      /^kinemacolor: The file of model "ddcolor-tiny-fp16" is missing: .*"kinemacolor models pull ddcolor-tiny-fp16"/m,
    );
    assert.equal((await run('models', 'path', 'far')).code, 5);
  });

  it('asks before it takes a licence that limits', async () => {
    const { code, stderr } = await run('models', 'pull', 'far');
    assert.equal(code, 2);
    assert.match(stderr, /comes under the licence "CC-BY-NC-4\.0", .*add --accept-licence\.$/m);
    assert.equal(server.requested.length, 0);
  });

  it('goes on with a download that kill -9 ended', async () => {
    const args = ['models', 'pull', 'far', '--accept-licence', '--json'];
    const killed = await startCli(args, {
      env: environment(),
      onEvent: (event, one) => event.type === 'download' && one.kill('SIGKILL'),
    }).ended;
    assert.equal(killed.signal, 'SIGKILL');
    const { code, events, stderr } = await run(...args);
    assert.equal(code, 0, stderr);
    assert.deepEqual([server.requested.length, server.requested[0]!.range, server.requested[1]!.ifRange], [2, undefined, '"1"']);
    assert.match(server.requested[1]!.range!, /^bytes=[1-9]\d*-$/);
    const last = events.at(-1)!;
    assert.deepEqual([last.type, last.id, last.outcome, last.unchecked], ['model-there', 'far', 'fetched', []]);
    const path = (await run('models', 'path', 'far')).stdout.trim();
    assert.equal(path, join(models, 'far.onnx'));
    assert.equal(Buffer.compare(await readFile(path), await readFile(at('far.onnx'))), 0);
  });

  it('colours a film with it, and never touches the luma', async () => {
    const { code, stderr } = await colorize('far.mkv', '--model', 'far');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Colour by far on cpu/);
    assert.equal(Buffer.compare(await lumaOf(at('far.mkv')), await lumaOf(film)), 0);
    const blue = await decode(at('far.mkv'), ['extractplanes=u']);
    assert.ok(blue.reduce((sum, value) => sum + value, 0) / blue.length > 132);
  });

  it('imports a file without a network, and blends it with another', async () => {
    const mine = await writeForeignModel(folder, 'deoldify', { id: 'mine', card: { bytes: null, sha256: null } });
    const imported = await run('models', 'import', mine, '--card', at('mine.json'));
    assert.equal(imported.code, 0, imported.stderr);
    const blended = await colorize('blend.mkv', '--model', 'far+mine', '--report', at('report.json'));
    assert.equal(JSON.parse(await readFile(at('report.json'), 'utf8')).model, 'far+mine');
    assert.equal(blended.code, 0, blended.stderr);
    assert.equal(Buffer.compare(await lumaOf(at('blend.mkv')), await lumaOf(film)), 0);
    const [one, both] = [await decode(at('far.mkv'), ['extractplanes=u']), await decode(at('blend.mkv'), ['extractplanes=u'])];
    assert.notEqual(Buffer.compare(one, both), 0);
  });

  it('verifies every file, and says what is damaged', async () => {
    const good = await run('models', 'verify');
    assert.equal(good.code, 0, good.stdout);
    assert.match(good.stdout, /^far: .*, SHA-256 as on its card$/m);
    await writeFile(join(models, 'mine.onnx'), 'no model');
    const bad = await run('models', 'verify', '--json');
    assert.equal(bad.code, 5);
    assert.deepEqual(
      bad.events.map(({ id, failure }) => [id, failure !== undefined]),
      [
        ['kinemacolor-base', false],
        ['far', false],
        ['mine', true],
      ],
    );
  });

  it('shows a card, in words and as it is', async () => {
    const { stdout } = await run('models', 'show', 'zhang-siggraph17-mk');
    assert.match(stdout, /^hints +taken$/m);
    assert.match(stdout, /^takes +L: lab-L, N x 1 x H x W, 0\.\.100$/m);
    assert.match(stdout, /^size +not stated on its card, not checked$/m);
    const { events } = await run('models', 'show', 'far', '--json');
    assert.equal(events[0]!.licence, 'CC-BY-NC-4.0');
    assert.equal((await run('models', 'show', 'nonesuch')).code, 5);
  });
});
