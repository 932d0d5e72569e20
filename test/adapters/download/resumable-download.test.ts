import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { link, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serveFiles } from '../../fixtures/models/file-server.ts';
import { ETAG, FILE, openPullBench, PART, type PullBench, refused } from '../../fixtures/models/pull-bench.ts';

/** How long a silent server is waited for, in milliseconds: longer than a busy machine takes to answer. */
const STALL = 2000;

const execute = promisify(execFile);

/** A certificate of our own for localhost. Rejects where there is no openssl. */
async function makeCertificate(folder: string): Promise<{ key: Buffer; cert: Buffer; path: string }> {
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await execute('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    path,
    ...subject,
  ]);
  return { key: await readFile(key), cert: await readFile(path), path };
}

let bench: PullBench;
beforeEach(async () => {
  bench = await openPullBench();
});
afterEach(() => bench.close());

describe('downloadInto', () => {
  const served: [string, readonly string[], readonly (readonly [string, string | undefined, string | undefined])[]][] = [
    ['a whole file', ['/good'], [['/good', undefined, undefined]]],
    [
      'a connection that breaks twice: goes on each time, only if the file is still the same',
      ['/drops'],
      [
        ['/drops', undefined, undefined],
        ['/drops', `bytes=${PART}-`, ETAG],
        ['/drops', `bytes=${2 * PART}-`, ETAG],
      ],
    ],
    [
      'a server that falls silent: leaves it and goes on',
      ['/stalls'],
      [
        ['/stalls', undefined, undefined],
        ['/stalls', `bytes=${PART}-`, ETAG],
      ],
    ],
    [
      'a server that knows no ranges: takes the whole again',
      ['/drops-without-range'],
      [
        ['/drops-without-range', undefined, undefined],
        ['/drops-without-range', `bytes=${PART}-`, ETAG],
      ],
    ],
    [
      'a file that changed in between: takes the whole of the new one',
      ['/drops-then-changed'],
      [
        ['/drops-then-changed', undefined, undefined],
        ['/drops-then-changed', `bytes=${PART}-`, '"0"'],
      ],
    ],
    [
      'a server that sends another part than asked for: begins anew',
      ['/other-part'],
      [
        ['/other-part', undefined, undefined],
        ['/other-part', `bytes=${PART}-`, ETAG],
        ['/other-part', undefined, undefined],
      ],
    ],
    [
      'a mirror: goes on there with what the first address sent',
      ['/drops-for-good', '/good'],
      [
        ['/drops-for-good', undefined, undefined],
        ['/drops-for-good', `bytes=${PART}-`, ETAG],
        ['/good', `bytes=${PART}-`, undefined],
      ],
    ],
    [
      'a server that is busy: asks again',
      ['/busy'],
      [
        ['/busy', undefined, undefined],
        ['/busy', undefined, undefined],
        ['/busy', undefined, undefined],
      ],
    ],
    [
      'a redirection',
      ['/moved'],
      [
        ['/moved', undefined, undefined],
        ['/good', undefined, undefined],
      ],
    ],
    ['a server that packs although asked not to', ['/packed'], [['/packed', undefined, undefined]]],
    [
      'mirrors in order, past those that are gone, lie or serve another file',
      ['/gone', '/says-less', '/wrong', '/moved-in-a-circle', '/good'],
      [],
    ],
  ];
  for (const [what, places, requested] of served) {
    it(`fetches ${what}`, async () => {
      await bench.card(places);
      const { outcome, path, unchecked } = await bench.pull(places[0] === '/stalls' ? { timeout: STALL } : {});
      assert.deepEqual([outcome, path, unchecked], ['fetched', join(bench.folders.user, 'big.onnx'), []]);
      assert.equal(Buffer.compare(await readFile(path), FILE), 0);
      assert.deepEqual(await bench.there(), ['big.onnx']); // no part, no lock, no state
      if (requested.length > 0) {
        assert.deepEqual(
          bench.server.requested.map(({ url, range, ifRange }) => [url, range, ifRange]),
          requested,
        );
      }
    });
  }

  const lies: [string, string, RegExp][] = [
    ['says that the file is smaller', '/says-less', /it says that its file has 100000 bytes, expected 300000/],
    ['says that the file is larger', '/says-more', /it says that its file has 300001 bytes, expected 300000/],
    ['ends too early', '/sends-less', /it ended after 100000 of 300000 bytes/],
    ['does not end', '/sends-more', /it sends more than the 300000 bytes that the file has/],
    ['serves another file of the same size', '/wrong', /it gave a file with SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/],
    ['has no such file', '/gone', /it answered with HTTP 404/],
    ['is out of order', '/broken', /it answered with HTTP 500/],
    ['sends everybody in a circle', '/moved-in-a-circle', /the connection failed \(redirect count exceeded\)/],
    ['hangs up after a few bytes, every time', '/drops-every-time', /the connection failed|it ended after/],
    ['never says anything', '/mute', /it sent nothing for 0\.1 seconds/],
  ];
  for (const [what, place, sentence] of lies) {
    it(`refuses a server that ${what}`, async () => {
      await bench.card([place]);
      await refused(bench.pull(place === '/mute' ? { timeout: 100 } : {}), 'model', sentence);
      assert.ok(!(await bench.there()).includes('big.onnx'));
    });
  }

  it('leaves a server that never ends, where nobody says how long the file is', async () => {
    await bench.card(['/endless'], { bytes: null });
    await refused(bench.pull({ maxBytes: 5_000_000 }), 'model', /it does not end within 5000000 bytes/);
    assert.equal((await stat(join(bench.folders.user, 'big.onnx.part'))).size, 0);
  });

  it('does not follow an answer that leads away from the web', async () => {
    await bench.card(['/elsewhere']);
    await refused(bench.pull(), 'model', /it sends on from http to file .*which is not followed/);
  });

  it('does not follow one from an encrypted connection to an open one', async function () {
    const made = await makeCertificate(bench.folders.package).catch(() => undefined);
    if (!made) this.skip(); // no openssl here
    const safe = createServer({ key: made.key, cert: made.cert }, (_, response) => {
      response.writeHead(302, { location: `${bench.server.origin}/good` }).end();
    });
    await new Promise<void>(resolve => safe.listen(0, '127.0.0.1', resolve));
    try {
      await bench.card([], { urls: [`https://localhost:${(safe.address() as AddressInfo).port}/big`] });
      const program = `
        import { pullModel } from ${JSON.stringify(new URL('../../../src/adapters/models/model-pull.js', import.meta.url).href)};
        await pullModel('big', { folders: ${JSON.stringify(bench.folders)}, pause: 1 }).then(() => console.log('fetched'), cause => console.log(cause.message));`;
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: made.path };
      const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', program], { env });
      assert.match(stdout, /it sends on from https to http \(http:\/\/127\.0\.0\.1:\d+\), which is not followed/);
      assert.deepEqual(bench.server.requested, []);
    } finally {
      safe.closeAllConnections();
      await new Promise(resolve => safe.close(resolve));
    }
  });

  it('writes into no file of another name, whatever lies in the place of its part', async () => {
    await bench.card(['/good']);
    await mkdir(bench.folders.user, { recursive: true });
    const others = ['letter.txt', 'state.txt', 'twin.txt'].map(name => join(bench.folders.user, name));
    for (const other of others) await writeFile(other, 'Dear archive');
    await symlink(others[0]!, join(bench.folders.user, 'big.onnx.part'));
    await symlink(others[1]!, join(bench.folders.user, 'big.onnx.part.json'));
    await bench.pull();
    await rm(join(bench.folders.user, 'big.onnx'));
    await link(others[2]!, join(bench.folders.user, 'big.onnx.part'));
    await bench.pull();
    for (const other of others) assert.equal(await readFile(other, 'utf8'), 'Dear archive');
    assert.equal(Buffer.compare(await readFile(join(bench.folders.user, 'big.onnx')), FILE), 0);
  });

  it('says what every address did', async () => {
    await bench.card(['/gone', '/wrong']);
    await refused(bench.pull(), 'model', /\/gone: it answered with HTTP 404; http:.*\/wrong: it gave a file with SHA-256/);
  });

  it('refuses a host that is not there', async () => {
    const gone = await serveFiles({});
    await gone.close();
    await bench.card([], { urls: [`${gone.origin}/nobody`] });
    await refused(bench.pull(), 'model', /\/nobody: the connection failed \(.*ECONNREFUSED/);
  });
});
