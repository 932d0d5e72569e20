import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinemacolorError } from '../../../src/errors.ts';
import { type Journal, openJournal } from '../../../src/pipeline/film/journal.ts';
import type { ShotReport } from '../../../src/pipeline/run/shot-report.ts';
import { holdLock } from '../../fixtures/held-lock.ts';

const SEGMENT = 'segment';
const SHA256 = createHash('sha256').update(SEGMENT).digest('hex');
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)] as const;
const report = (fingerprint: string): ShotReport => ({
  ...{ shot: 0, fingerprint, kind: 'steady', start: 0, end: 5, keyframes: [0, 4], frames: 5, startTicks: 0, endTicks: 5 },
  ...{ segmentBytes: SEGMENT.length, segmentSha256: SHA256, trust: 1, unseen: 0, warnings: [] },
});

async function record(journal: Journal, fingerprint: string): Promise<void> {
  const part = await journal.newSegment();
  await writeFile(part, SEGMENT);
  assert.equal(await journal.finished(fingerprint), undefined);
  await journal.record(report(fingerprint), part);
}

describe('journal', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('a shot is done only once it was recorded', async () => {
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    assert.deepEqual(await journal.finished(ONE), report(ONE));
    assert.equal(await journal.finished(TWO), undefined);
  });
  it('a segment that lost bytes is not taken', async () => {
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    await truncate(journal.segmentPath(ONE), 3);
    assert.equal(await journal.finished(ONE), undefined);
  });
  it('a segment of which a bit turned is not taken, whatever its size and times say', async () => {
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    const { atime, mtime } = await stat(journal.segmentPath(ONE));
    assert.ok(await journal.finished(ONE));
    await writeFile(journal.segmentPath(ONE), 'segmenu');
    await utimes(journal.segmentPath(ONE), atime, mtime);
    assert.equal(await journal.finished(ONE), undefined);
  });
  it('a report that is garbage, or another shot’s, is none', async () => {
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    const path = join(place, 'j', `${ONE}.json`);
    const good = await readFile(path, 'utf8');
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      good.slice(0, 40),
      good.replace(ONE, TWO),
      good.replace('"start": 0', '"start": -1'),
    ]) {
      await writeFile(path, text);
      assert.equal(await journal.finished(ONE), undefined, text);
    }
    await writeFile(path, good);
    assert.ok(await journal.finished(ONE));
  });
  it('opening drops what a killed run left half-written and keeps what was done', async () => {
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    const half = await journal.newSegment();
    await writeFile(half, 'half');
    await writeFile(join(place, 'j', 'lock'), '1'); // as if the run were no more
    const again = await openJournal(join(place, 'j'));
    assert.ok(await again.finished(ONE));
    assert.equal(existsSync(half), false);
  });
  it('refuses while another living process holds it, takes over from a dead one', async () => {
    const other = await holdLock(join(place, 'j', 'lock'));
    await assert.rejects(
      openJournal(join(place, 'j')),
      (error: KinemacolorError) => error.kind === 'usage' && /Another run/.test(error.message),
    );
    await other.kill();
    await openJournal(join(place, 'j'));
  });
  it('release leaves nothing without a finished shot, unless interrupted with a plan', async () => {
    const journal = await openJournal(join(place, 'j'));
    await journal.writePlan('{}');
    await journal.release('interrupted');
    assert.deepEqual(await readdir(join(place, 'j')), ['plan.json']);
    await (await openJournal(join(place, 'j'))).release('failed');
    assert.equal(existsSync(join(place, 'j')), false);
  });
  it("touches nothing but what journals write, and is not opened in a film's project", async () => {
    await mkdir(join(place, 'j'));
    await writeFile(join(place, 'j', 'notes.txt'), 'mine');
    const journal = await openJournal(join(place, 'j'));
    await record(journal, ONE);
    await journal.discard();
    assert.deepEqual(await readdir(join(place, 'j')), ['notes.txt']);
    await writeFile(join(place, 'j', 'history.json'), '{}');
    await assert.rejects(openJournal(join(place, 'j')), /is a film's project; choose another output/);
    assert.deepEqual(await readdir(join(place, 'j')), ['history.json', 'notes.txt']);
  });
  it('says in one sentence why it cannot write', async () => {
    await writeFile(join(place, 'file'), '');
    await assert.rejects(
      openJournal(join(place, 'file', 'j')),
      (error: KinemacolorError) => error.kind === 'output' && /not a folder/.test(error.message),
    );
  });
});
