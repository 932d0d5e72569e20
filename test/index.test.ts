import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { liveChildren } from '../src/adapters/workers/child-processes.ts';
import {
  assemble,
  colorizeVideo,
  KinemacolorError,
  openJournal,
  openWorkshop,
  type ProgressEvent,
  planVideo,
  renderShot,
  resolveSettings,
} from '../src/index.ts';
import { temporaryFolder } from './fixtures/films.ts';
import { frameHashes, lumaOf, makeTinyFilm } from './fixtures/tiny-film.ts';

const SETTINGS = { codec: 'ffv1', device: 'cpu', preset: 'ultrafast' } as const;

describe('the library', () => {
  let folder = '';
  let remove = async () => {};
  let film = '';
  const at = (name: string) => join(folder, name);

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    film = await makeTinyFilm(at('film.mp4'), { scenes: [8, 8] });
  });
  after(() => remove());

  it('colours a film, tells its progress and reports each shot', async () => {
    const events: ProgressEvent[] = [];
    const report = await colorizeVideo(film, at('whole.mkv'), { settings: SETTINGS, onProgress: event => events.push(event) });
    assert.equal(report.frames, 16);
    assert.deepEqual(
      report.shots.map(({ start, end, reused }) => [start, end, reused]),
      [
        [0, 8, false],
        [8, 16, false],
      ],
    );
    assert.equal(report.model, 'kinemacolor-base');
    assert.equal(events[0]!.type, 'source');
    assert.equal(events.at(-1)!.type, 'done');
    assert.equal(Buffer.compare(await lumaOf(at('whole.mkv')), await lumaOf(film)), 0);
  });

  it('plans, renders shot by shot in any order, and assembles: the same film', async () => {
    const plan = await planVideo(film, await resolveSettings(SETTINGS));
    const workshop = await openWorkshop(plan);
    const journal = await openJournal(at('parts'));
    try {
      const reports = [];
      for (const number of [1, 0]) {
        const fingerprints = reports.map(({ fingerprint }) => fingerprint);
        const path = await journal.newSegment();
        const report = await renderShot(plan, number, workshop, { path });
        assert.ok(!fingerprints.includes(report.fingerprint));
        await journal.record(report, path);
        reports.unshift({ ...report, reused: false });
      }
      const warnings = await assemble(plan, reports, at('parts.mkv'), workshop, journal);
      assert.deepEqual(warnings, []);
    } finally {
      await workshop.close();
      await journal.discard();
    }
    assert.deepEqual(await frameHashes(at('parts.mkv')), await frameHashes(at('whole.mkv')));
  });

  it('an AbortSignal stops a run as "interrupted" and leaves no child process', async () => {
    const stop = new AbortController();
    const onProgress = (event: ProgressEvent) => {
      if (event.type === 'frames') stop.abort();
    };
    await assert.rejects(
      colorizeVideo(film, at('stopped.mkv'), { settings: SETTINGS, signal: stop.signal, onProgress }),
      (error: unknown) => error instanceof KinemacolorError && error.kind === 'interrupted',
    );
    assert.equal(liveChildren(), 0);
    assert.ok(!(await readdir(folder)).includes('stopped.mkv'));
  });

  it('throws KinemacolorError with its kind', async () => {
    await assert.rejects(
      colorizeVideo(at('missing.mp4'), at('none.mkv')),
      (error: unknown) => error instanceof KinemacolorError && error.kind === 'source' && !error.message.includes('\n'),
    );
  });
});
