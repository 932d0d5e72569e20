import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startReview, type TestServer } from '../../harness/review-server.ts';
import { runCli } from '../../harness/run-cli.ts';
import { makeTinyFilm, namesBelow } from '../../harness/tiny-film.ts';
import { temporaryFolder } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models/models.ts';

/** The telemetry client's first connection comes 9 s after the library is loaded, its second 5 s later; in ms. */
const FIRST_WORDS = 15_000;

/**
 * ONNX Runtime's telemetry client writes a device's number and its events into the home and its marks into the temporary folder as soon as
 * the library is loaded, long before it sends anything: where nothing is written, it never began. It sends through the proxy that the environment
 * names, as anything native here would: a proxy of ours that is never asked says that nothing was sent, and sends nothing on.
 */
describe('nothing is told to anybody', () => {
  let folder = '';
  let remove = async () => {};
  let proxy: Server;
  const requested: string[] = [];
  let env: Readonly<Record<string, string>> = {};
  let server: TestServer;
  let opened = 0;
  let places: readonly string[] = [];
  let [film, model] = ['', ''];
  const at = (name: string) => join(folder, name);

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    proxy = createServer(socket => {
      socket
        .on('error', () => undefined)
        .once('data', data => requested.push(data.toString('latin1').split('\r\n')[0]!) && socket.destroy());
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const proxies = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTPS_PROXY', 'ALL_PROXY'].map(name => [name, url]);
    const home = { HOME: at('home'), TMPDIR: at('tmp'), XDG_CACHE_HOME: at('cache'), LOCALAPPDATA: at('local') };
    places = Object.values(home);
    for (const place of places) await mkdir(place);
    // Whoever asks for telemetry in the environment does not ask for ours.
    env = { ...home, ...Object.fromEntries(proxies), no_proxy: '', NO_PROXY: '', ORT_DISABLE_TELEMETRY: '0' };
    film = await makeTinyFilm(at('film.mp4'), { width: 64, height: 48, scenes: [5] });
    model = await writeTinyModel(folder, 'obedient');
    server = await startReview([film, '--model', model], env); // serves while the other tests run
    opened = Date.now();
  });
  after(async () => {
    await server?.stop();
    proxy?.close();
    await remove();
  });

  /** Run with a home and a temporary folder that are empty, and expect them to stay so. */
  async function leavesNothing(args: readonly string[], code: number): Promise<void> {
    const end = await runCli(args, { env, cwd: folder });
    assert.equal(end.code, code, end.stderr);
    for (const place of places) assert.deepEqual(await namesBelow(place), [], place);
  }

  it('where a film and a picture are coloured', async () => {
    await leavesNothing(['colorize', film, '-o', at('out.mkv'), '--codec', 'ffv1', '--model', model], 0);
    await leavesNothing(['keyframes', film, '-o', at('keys'), '--model', model], 0);
    await leavesNothing(['colorize', at('keys/000000.png'), '-o', at('out.png'), '--model', model], 0);
  });

  it('where devices are tried, each in a process of its own', () => leavesNothing(['doctor'], 0));

  it('by a thread that cannot see to it: it refuses', async () => {
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

  it('while a model is open for as long as it takes to send something', async () => {
    await wait(Math.max(0, opened + FIRST_WORDS - Date.now()));
    assert.deepEqual(requested, []);
    await server.stop();
  });
});
