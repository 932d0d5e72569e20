import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startReview } from '../../../harness/review-server.ts';
import { frameHashes, makeTinyFilm } from '../../../harness/tiny-film.ts';
import { colorizeVideo } from '../../../src/index.ts';
import { openJournal } from '../../../src/pipeline/film/journal.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY, TINY_MODEL } from '../../fixtures/models/tiny-model.ts';

/** Files of ours as a full disk, a crash or a person leaves them. */
const GARBAGE = ['', '{', 'null', '[]', '{"kinemacolor":1}', '[[0,1],"x"]', '\0'.repeat(64)];
const SETTINGS = { codec: 'ffv1', device: 'cpu', model: TINY_MODEL } as const;

describe('a broken cache is an absent cache', () => {
  const folder = folderPerGroup();
  let film = '';
  const at = (name: string) => join(folder, name);
  before(async () => {
    film = await makeTinyFilm(at('film.mkv'), { width: 64, height: 48, scenes: [6, 6], sound: 'none' });
  });

  it('the plan and the reports of an interrupted run', async () => {
    await colorizeVideo(film, at('whole.mkv'), { settings: SETTINGS });
    const whole = await frameHashes(at('whole.mkv'));
    for (const [i, garbage] of GARBAGE.entries()) {
      const output = at(`out${i}.mkv`);
      const place = `${output}.kinemacolor`;
      if (i === 0) await colorizeVideo(film, output, { settings: SETTINGS, shots: 'keep', existing: 'replace' });
      await mkdir(place, { recursive: true });
      const names = await readdir(`${at('out0.mkv')}.kinemacolor`);
      assert.equal(names.filter(name => /^[0-9a-f]{64}\.json$/.test(name)).length, 2);
      for (const name of names.filter(one => one.endsWith('.json'))) await writeFile(join(place, name), garbage);
      const report = await colorizeVideo(film, output, { settings: SETTINGS, shots: 'keep', existing: 'replace' });
      assert.deepEqual(
        report.shots.map(({ reused }) => reused),
        [false, false],
        garbage,
      );
      assert.deepEqual(await frameHashes(output), whole);
    }
  });

  it('what a project says was rendered last', async () => {
    const server = await startReview([film, '-o', at('review.mkv'), '--codec', 'ffv1', ...TINY]);
    await server.stop();
    for (const garbage of GARBAGE) {
      await writeFile(join(`${film}.kinemacolor`, 'rendered.json'), garbage);
      const again = await startReview([film, '-o', at('review.mkv'), '--codec', 'ffv1', ...TINY]);
      assert.equal((await again.ask('/api/project')).status, 200);
      await again.stop();
    }
  });

  it('a journal tells of no plan', async () => {
    for (const garbage of GARBAGE) {
      await mkdir(at('j'), { recursive: true });
      await writeFile(at('j/plan.json'), garbage);
      const journal = await openJournal(at('j'));
      assert.equal(await journal.readPlan(), undefined);
      await journal.release('interrupted');
    }
  });
});
