import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveFiles } from '../fixtures/file-server.ts';
import { ETAG, FILE, openPullBench, PART, type PullBench, refused } from '../fixtures/pull-bench.ts';

/** How long a silent server is waited for, in milliseconds: longer than a busy machine takes to answer. */
const STALL = 2000;

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
  for (const [what, places, asked] of served) {
    it(`fetches ${what}`, async () => {
      await bench.card(places);
      const { outcome, path, unchecked } = await bench.pull(places[0] === '/stalls' ? { patience: STALL } : {});
      assert.deepEqual([outcome, path, unchecked], ['fetched', join(bench.folders.user, 'big.onnx'), []]);
      assert.equal(Buffer.compare(await readFile(path), FILE), 0);
      assert.deepEqual(await bench.there(), ['big.onnx']); // no part, no lock, no state
      if (asked.length > 0) {
        assert.deepEqual(
          bench.server.asked.map(({ url, range, ifRange }) => [url, range, ifRange]),
          asked,
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
    ['never says anything', '/mute', /it said nothing for 0\.1 seconds/],
  ];
  for (const [what, place, sentence] of lies) {
    it(`refuses a server that ${what}`, async () => {
      await bench.card([place]);
      await refused(bench.pull(place === '/mute' ? { patience: 100 } : {}), 'model', sentence);
      assert.ok(!(await bench.there()).includes('big.onnx'));
    });
  }

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
