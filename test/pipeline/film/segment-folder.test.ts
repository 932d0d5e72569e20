import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { segmentsIn } from '../../../src/pipeline/film/segment-folder.ts';
import { FINGERPRINT, publishBytes, reportOf } from '../../fixtures/farm/finished-shot.ts';

describe('the folder of finished shots', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segments-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const names = async () => (await readdir(folder)).sort();
  const SHOT = [`${FINGERPRINT}.json`, `${FINGERPRINT}.mkv`];

  it('of many writers of equal bytes each succeeds, and there is one shot', async () => {
    await Promise.all(Array.from({ length: 8 }, () => publishBytes(segmentsIn(folder), 'same')));
    assert.deepEqual((await segmentsIn(folder).finished(FINGERPRINT))?.segmentSha256, reportOf('same').segmentSha256);
    assert.deepEqual(await names(), SHOT);
  });

  it('of many writers of unequal bytes one is kept whole, and every other learns of it', async () => {
    const bytes = ['first', 'other', 'third', 'forth'];
    const outcomes = await Promise.allSettled(bytes.map(one => publishBytes(segmentsIn(folder), one)));
    const kept = await readFile(join(folder, SHOT[1]!), 'utf8');
    for (const [i, outcome] of outcomes.entries()) {
      if (bytes[i] === kept) assert.equal(outcome.status, 'fulfilled');
      else assert.equal((outcome as PromiseRejectedResult).reason.kind, 'conflict');
    }
    assert.equal((await segmentsIn(folder).finished(FINGERPRINT))?.segmentSha256, reportOf(kept).segmentSha256);
    assert.deepEqual(await names(), SHOT);
  });

  it('a segment without its report, left by a writer that was killed, is taken where its bytes are equal and replaced where not', async () => {
    for (const left of ['bytes', 'others']) {
      await writeFile(join(folder, SHOT[1]!), left);
      assert.equal(await segmentsIn(folder).finished(FINGERPRINT), undefined);
      await publishBytes(segmentsIn(folder), 'bytes');
      assert.ok(await segmentsIn(folder).finished(FINGERPRINT));
      await unlink(join(folder, SHOT[0]!));
    }
  });

  it('a damaged shot counts as missing and is replaced', async () => {
    const messages: string[] = [];
    await publishBytes(segmentsIn(folder), 'bytes');
    for (const damage of [() => truncate(join(folder, SHOT[1]!), 2), () => writeFile(join(folder, SHOT[0]!), '{}')]) {
      await damage();
      const store = segmentsIn(folder, { warn: message => messages.push(message) });
      assert.equal(await store.finished(FINGERPRINT), undefined);
      await publishBytes(store, 'bytes');
      assert.ok(await store.finished(FINGERPRINT));
    }
    assert.equal(messages.length, 2);
    assert.deepEqual(await names(), SHOT);
  });
});
