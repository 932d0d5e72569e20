import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startReview } from '../../../harness/review-server.ts';
import { colorize, runCli } from '../../../harness/run-cli.ts';
import { frameHashes, makeTinyFilm } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = [...TINY, '--preset', 'ultrafast', '--codec', 'ffv1'];

describe('shots between colorize, review and render', () => {
  const folder = folderPerGroup();

  it('review takes what colorize kept, render what review made; nothing is rendered twice and nothing differs', async () => {
    const film = await makeTinyFilm(join(folder, 'film.mkv'), { scenes: [8, 8, 8] });
    const [output, other] = [join(folder, 'colour.mkv'), join(folder, 'other.mkv')];
    await colorize([film, '-o', output, '--keep-shots', ...FAST]);
    const before = await frameHashes(output);
    const server = await startReview([film, '-o', output, ...FAST]);
    try {
      const { shots } = await server.api('project');
      assert.ok(shots.length >= 3);
      assert.ok(shots.every(({ state }: { state: string }) => state === 'rendered'));
      assert.equal((await server.ask(`/api/frames/9?of=${shots[1].shown}&width=80`)).status, 200, 'shown without a render');
      assert.equal(await server.render(), output);
      const done = server.run.events.filter(({ type }) => type === 'done').at(-1)!;
      assert.equal(done.reused, shots.length);
      assert.deepEqual(await frameHashes(output), before);
      const hint = { x: 0.5, y: 0.5, color: '#cc2211', radius: 0.2 };
      assert.equal((await server.edit({ kind: 'hint-add', index: shots[1].keyframes[0].index, hint })).status, 200);
      await server.render();
    } finally {
      await server.stop();
    }
    await rm(`${output}.kinemacolor`, { recursive: true });
    const end = await runCli(['render', join(`${film}.kinemacolor`, 'plan.json'), '-o', other, '--json']);
    assert.equal(end.code, 0, end.stderr);
    const done = end.events.find(({ type }) => type === 'done')!;
    assert.equal(done.reused, done.shots);
    assert.deepEqual(await frameHashes(other), await frameHashes(output));
    await assert.rejects(access(`${other}.kinemacolor`), 'nothing is left where nothing was to be kept');
  });
});
