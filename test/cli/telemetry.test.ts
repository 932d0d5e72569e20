import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models.ts';
import { runCli } from '../fixtures/run-cli.ts';
import { makeTinyFilm, namesBelow } from '../fixtures/tiny-film.ts';

/**
 * ONNX Runtime's telemetry client writes a device's number and its events into the home and its marks into the temporary folder as soon as
 * the library is loaded, long before it sends anything: where nothing is written, it never began.
 */
describe('nothing is told to anybody', () => {
  let folder = '';
  let remove = async () => {};
  const at = (name: string) => join(folder, name);
  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
  });
  after(() => remove());

  /** Run with a home and a temporary folder that are empty, and expect them to stay so. */
  async function leavesNothing(args: readonly string[], code: number): Promise<void> {
    const places = { HOME: at('home'), TMPDIR: at('tmp'), XDG_CACHE_HOME: at('cache'), LOCALAPPDATA: at('local') };
    for (const place of Object.values(places)) await mkdir(place, { recursive: true });
    // Whoever asks for telemetry in the environment does not ask for ours.
    const end = await runCli(args, { env: { ...places, ORT_DISABLE_TELEMETRY: '0' }, cwd: folder });
    assert.equal(end.code, code, end.stderr);
    for (const place of Object.values(places)) assert.deepEqual(await namesBelow(place), [], place);
  }

  it('where a film and a picture are coloured', async () => {
    const film = await makeTinyFilm(at('film.mp4'), { width: 64, height: 48, scenes: [5] });
    const model = await writeTinyModel(folder, 'obedient');
    await leavesNothing(['colorize', film, '-o', at('out.mkv'), '--codec', 'ffv1', '--model', model], 0);
    await leavesNothing(['keyframes', film, '-o', at('keys'), '--model', model], 0);
    await leavesNothing(['colorize', at('keys/000000.png'), '-o', at('out.png'), '--model', model], 0);
  });

  it('where devices are tried, each in a process of its own', () => leavesNothing(['doctor'], 0));

  it('by a thread that cannot see to it: it refuses', async () => {
    const model = await writeTinyModel(folder, 'obedient');
    const session = new URL('../../src/adapters/onnx/session.js', import.meta.url).href;
    const program = `
      const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(session)})
        .then(({ openSession }) => openSession({ path: ${JSON.stringify(model)}, provider: 'cpu', threads: 1 }))
        .then(async opened => { await opened.close(); parentPort.postMessage('opened'); }, cause => parentPort.postMessage(cause.message));`;
    const ask = (env: Record<string, string>) =>
      new Promise(resolve => new Worker(program, { eval: true, env: { ...process.env, ...env } }).once('message', resolve));
    assert.match(String(await ask({ ORT_DISABLE_TELEMETRY: '' })), /Expected ORT_DISABLE_TELEMETRY=1 in the environment/);
    assert.equal(await ask({ ORT_DISABLE_TELEMETRY: '1' }), 'opened');
  });
});
