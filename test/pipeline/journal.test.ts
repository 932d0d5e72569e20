import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinemacolorError } from '../../src/errors.ts';
import { openJournal, writeAtomic } from '../../src/pipeline/journal.ts';
import type { ShotReport } from '../../src/pipeline/shot-report.ts';

const SHA256 = createHash('sha256').update('segment').digest('hex');
const report = (fingerprint: string, segmentBytes: number): ShotReport => ({
  ...{ shot: 0, fingerprint, kind: 'steady', start: 0, end: 5, keyframes: [0, 4], frames: 5, startTicks: 0, endTicks: 5 },
  ...{ segmentBytes, segmentSha256: SHA256, trust: 1, unseen: 0, warnings: [] },
});

describe('journal', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('a shot is done only once it was recorded', async () => {
    const journal = await openJournal(join(place, 'j'));
    await writeFile(journal.temporaryPath('f1'), 'segment');
    assert.equal(await journal.finished('f1'), undefined);
    await journal.record(report('f1', 7));
    assert.deepEqual(await journal.finished('f1'), report('f1', 7));
    assert.equal(await journal.finished('f2'), undefined);
  });
  it('a segment that lost bytes is not taken', async () => {
    const journal = await openJournal(join(place, 'j'));
    await writeFile(journal.temporaryPath('f1'), 'segment');
    await journal.record(report('f1', 7));
    await truncate(journal.segmentPath('f1'), 3);
    assert.equal(await journal.finished('f1'), undefined);
  });
  it('a segment of which a bit turned is not taken, whatever its size and times say', async () => {
    const journal = await openJournal(join(place, 'j'));
    await writeFile(journal.temporaryPath('f1'), 'segment');
    await journal.record(report('f1', 7));
    const { atime, mtime } = await stat(journal.segmentPath('f1'));
    assert.ok(await journal.finished('f1'));
    await writeFile(journal.segmentPath('f1'), 'segmenu');
    await utimes(journal.segmentPath('f1'), atime, mtime);
    assert.equal(await journal.finished('f1'), undefined);
  });
  it('a report that is garbage, or another shot’s, is none', async () => {
    const journal = await openJournal(join(place, 'j'));
    await writeFile(journal.temporaryPath('f1'), 'segment');
    await journal.record(report('f1', 7));
    const path = join(place, 'j', 'f1.json');
    const good = await readFile(path, 'utf8');
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      good.slice(0, 40),
      good.replace('"f1"', '"f2"'),
      good.replace('"start": 0', '"start": -1'),
    ]) {
      await writeFile(path, text);
      assert.equal(await journal.finished('f1'), undefined, text);
    }
    await writeFile(path, good);
    assert.ok(await journal.finished('f1'));
  });
  it('opening drops what a killed run left half-written and keeps what was done', async () => {
    const journal = await openJournal(join(place, 'j'));
    await writeFile(journal.temporaryPath('f1'), 'segment');
    await journal.record(report('f1', 7));
    await writeFile(journal.temporaryPath('f2'), 'half');
    const again = await openJournal(join(place, 'j'));
    assert.ok(await again.finished('f1'));
    assert.equal(existsSync(again.temporaryPath('f2')), false);
  });
  it('refuses while another living process holds it, takes over from a dead one', async () => {
    await openJournal(join(place, 'j'));
    await writeFile(join(place, 'j', 'lock'), String(process.ppid));
    await assert.rejects(
      openJournal(join(place, 'j')),
      (error: KinemacolorError) => error.kind === 'usage' && /Another run/.test(error.message),
    );
    await writeFile(join(place, 'j', 'lock'), '4194303');
    await openJournal(join(place, 'j'));
  });
  it('release leaves nothing without a finished shot, unless interrupted with a plan', async () => {
    const journal = await openJournal(join(place, 'j'));
    await journal.writePlan('{}');
    await journal.release('interrupted');
    assert.deepEqual(await readdir(join(place, 'j')), ['plan.json']);
    await journal.release('failed');
    assert.equal(existsSync(join(place, 'j')), false);
  });
  it('says in one sentence why it cannot write', async () => {
    await writeFile(join(place, 'file'), '');
    await assert.rejects(
      openJournal(join(place, 'file', 'j')),
      (error: KinemacolorError) => error.kind === 'output' && /not a folder/.test(error.message),
    );
    await assert.rejects(writeAtomic(join(place, 'none', 'x.json'), ''), /does not exist/);
  });
});
