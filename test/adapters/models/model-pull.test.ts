import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { ProgressEvent } from '../../../src/progress.ts';
import { holdLock } from '../../fixtures/held-lock.ts';
import { FILE, OTHER, openPullBench, PART, type PullBench, refused } from '../../fixtures/models/pull-bench.ts';

let bench: PullBench;
beforeEach(async () => {
  bench = await openPullBench();
});
afterEach(() => bench.close());

describe('pullModel', () => {
  it('goes on from an earlier run, and throws a beginning away that is of another file', async () => {
    await bench.card(['/good']);
    await mkdir(bench.folders.user);
    await writeFile(join(bench.folders.user, 'big.onnx.part'), FILE.subarray(0, PART));
    await bench.pull();
    assert.deepEqual(
      bench.server.requested.map(({ range }) => range),
      [`bytes=${PART}-`],
    );
    await rm(join(bench.folders.user, 'big.onnx'));
    await writeFile(join(bench.folders.user, 'big.onnx.part'), OTHER.subarray(0, PART));
    await bench.pull();
    assert.equal(Buffer.compare(await readFile(join(bench.folders.user, 'big.onnx')), FILE), 0);
    assert.deepEqual(
      bench.server.requested.map(({ range }) => range),
      [`bytes=${PART}-`, `bytes=${PART}-`, undefined],
    );
  });

  it('takes a part that an earlier run had whole without asking anybody, and one that is too long for none', async () => {
    await bench.card(['/good']);
    await mkdir(bench.folders.user);
    await writeFile(join(bench.folders.user, 'big.onnx.part'), FILE);
    await bench.pull();
    assert.deepEqual(bench.server.requested, []);
    await rm(join(bench.folders.user, 'big.onnx'));
    await writeFile(join(bench.folders.user, 'big.onnx.part'), Buffer.concat([FILE, OTHER]));
    await bench.pull();
    assert.deepEqual(
      bench.server.requested.map(({ range }) => range),
      [undefined],
    );
  });

  it('keeps a file that is whole, replaces one that is damaged', async () => {
    await bench.card(['/good']);
    await bench.pull();
    assert.equal((await bench.pull()).outcome, 'there-already');
    assert.equal(bench.server.requested.length, 1);
    await writeFile(join(bench.folders.user, 'big.onnx'), OTHER);
    assert.equal((await bench.pull()).outcome, 'fetched');
  });

  it('never writes into the folder of the package, not even over a damaged file', async () => {
    await bench.card(['/good']);
    await writeFile(join(bench.folders.package, 'big.onnx'), OTHER);
    await refused(bench.pull(), 'model', /is damaged: expected SHA-256/);
    assert.equal(Buffer.compare(await readFile(join(bench.folders.package, 'big.onnx')), OTHER), 0);
  });

  it('checks by SHA-256 alone where the card knows no size, and says so', async () => {
    await bench.card(['/drops'], { bytes: null });
    assert.deepEqual((await bench.pull()).unchecked, ['bytes']);
    assert.equal(bench.server.requested.length, 3);
  });

  it('tells how far it is, and of every trouble', async () => {
    await bench.card(['/drops', '/good']);
    const events: ProgressEvent[] = [];
    await bench.pull({ onProgress: event => events.push(event) });
    const last = events.filter(event => event.type === 'download').at(-1)!;
    assert.deepEqual([last.model, last.done, last.total], ['big', FILE.length, FILE.length]);
    const warnings = events.filter(event => event.type === 'warning');
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!.message, new RegExp(`/drops: .*; going on from byte ${PART}\\.$`));
  });

  it('stops when asked to, keeps what has come, and lets the next run have it', async () => {
    await bench.card(['/stalls']);
    const stop = new AbortController();
    const onProgress = (event: ProgressEvent) => event.type === 'download' && stop.abort();
    await refused(bench.pull({ signal: stop.signal, timeout: 60_000, onProgress }), 'interrupted', /was stopped/);
    assert.deepEqual(await bench.there(), ['big.onnx.part', 'big.onnx.part.json']);
    await bench.pull();
    assert.match(bench.server.requested[1]!.range!, /^bytes=[1-9]/);
  });

  it('waits for nobody: refuses while another process fetches the same, but not for one that died', async () => {
    await bench.card(['/good']);
    await mkdir(bench.folders.user);
    const other = await holdLock(join(bench.folders.user, 'big.onnx.part.lock'));
    await refused(
      bench.pull(),
      'usage',
      new RegExp(`Another run \\(process ${other.pid}, .*\\) is fetching model "big"; wait for it`),
    );
    await other.kill();
    assert.equal((await bench.pull()).outcome, 'fetched');
  });

  const unfit: [string, Record<string, unknown>, string, RegExp][] = [
    [
      'a card without SHA-256',
      { sha256: null },
      'model',
      /names no SHA-256 to tell the right file by; get it from .*\/good and bring it/,
    ],
    [
      'a card without an address',
      { urls: [], page: 'https://example.org/' },
      'model',
      /names no address .*; get it from https:\/\/example\.org\//,
    ],
    ['a licence that limits', { licence: 'CC-BY-NC-4.0' }, 'usage', /under the licence "CC-BY-NC-4\.0", .*add --accept-licence/],
  ];
  for (const [what, change, kind, sentence] of unfit) {
    it(`refuses ${what} before anything is asked`, async () => {
      await bench.card(['/good'], change);
      await refused(bench.pull(), kind, sentence);
      assert.deepEqual(bench.server.requested, []);
    });
  }

  it('refuses a folder that cannot be written, and names the way out', async () => {
    await bench.card(['/good']);
    const folders = { ...bench.folders, user: join(bench.folders.package, 'big.json', 'below') };
    await refused(
      bench.pull({ folders }),
      'output',
      /^Cannot write .*below: .*; name another folder for models in KINEMACOLOR_MODELS\.$/,
    );
    assert.deepEqual(bench.server.requested, []);
  });

  it('takes a licence that limits where a person accepts it', async () => {
    await bench.card(['/good'], { licence: 'CC-BY-NC-4.0' });
    assert.equal((await bench.pull({ licence: 'accepted' })).outcome, 'fetched');
  });

  it('goes through the proxy that HTTP_PROXY names, and past it where NO_PROXY says so', async () => {
    const through: string[] = [];
    const proxy = createServer((request, response) => {
      through.push(request.url!);
      response.writeHead(502).end();
    }).on('connect', (request, socket) => {
      through.push(request.url!);
      const [host, port] = request.url!.split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => {});
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    try {
      process.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      await bench.card(['/good']);
      await bench.pull();
      assert.deepEqual(through, [bench.server.origin.replace('http://', '')]);
      await rm(join(bench.folders.user, 'big.onnx'));
      process.env.NO_PROXY = '127.0.0.1';
      await bench.pull();
      assert.equal(through.length, 1);
      delete process.env.NO_PROXY;
      process.env.HTTP_PROXY = 'not an address';
      await rm(join(bench.folders.user, 'big.onnx'));
      await refused(bench.pull(), 'environment', /^HTTP_PROXY or HTTPS_PROXY cannot be used \(/);
    } finally {
      proxy.closeAllConnections();
      await new Promise(resolve => proxy.close(resolve));
    }
  });
});
