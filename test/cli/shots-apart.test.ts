import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOneSentence, type CliEnd, colorize, runCli } from '../../harness/run-cli.ts';
import { makeTinyFilm, packets } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';

const SCENES = [10, 14, 11, 12];

describe('render-shot and join', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);
  const render = (...args: string[]) => runCli(['render-shot', at('plan.json'), '--segments', at('shots'), '--json', ...args]);
  const joined = (...args: string[]) => runCli(['join', at('plan.json'), '--segments', at('shots'), '--json', ...args]);
  const rendered = ({ events }: CliEnd, reused: boolean) =>
    events.flatMap(({ type, shot, reused: was }) => (type === 'shot-done' && was === reused ? [Number(shot)] : [])).sort();

  before(async () => {
    const film = await makeTinyFilm(at('film.mp4'), { scenes: SCENES });
    const settings = ['--preset', 'ultrafast', '--device', 'cpu'];
    await colorize([film, '-o', at('whole.mp4'), ...settings]);
    const plan = await runCli(['plan', film, '-o', at('plan.json'), ...settings]);
    assert.equal(plan.code, 0, plan.stderr);
  });

  it('join names what is missing with exit code 4, and leaves nothing', async () => {
    const [first] = await Promise.all([render('--shot', '3'), render('--shot', '1..2')]);
    assert.equal(first.code, 0, first.stderr);
    const end = await joined('-o', at('joined.mp4'));
    assertOneSentence(end, 4, /1 of 4 shots are not finished in .*shots: 0;/);
    assert.ok(!(await readdir(folder)).includes('joined.mp4'));
  });

  it('a shot that is there is not rendered again', async () => {
    const end = await render('--shot', '0..3');
    assert.deepEqual(rendered(end, false), [0]);
    assert.deepEqual(rendered(end, true), [1, 2, 3]);
    assert.deepEqual(rendered(await render('--task', '1/2'), false), []);
  });

  it('the joined film is packet by packet that of a run on this machine, sound included, twice in a row', async () => {
    for (const _ of ['once', 'again']) {
      const end = await joined('-o', at('joined.mp4'));
      assert.equal(end.code, 0, end.stderr);
      for (const streams of ['v', 'a'])
        assert.deepEqual(await packets(at('joined.mp4'), streams), await packets(at('whole.mp4'), streams));
    }
    assert.deepEqual(
      (await readdir(at('shots'))).filter(name => !/^[0-9a-f]{64}\.(mkv|json)$/.test(name)),
      [],
    );
  });

  it('what cannot be meant is refused with one sentence', async () => {
    assertOneSentence(await render('--shot', '4'), 2, /Expected shots from 0 to 3/);
    assertOneSentence(await render('--task', '2/2'), 2, /Expected a task/);
    assertOneSentence(await render(), 2, /Expected --shot or --task/);
    const nowhere = await runCli(['join', at('plan.json'), '--segments', at('nowhere'), '-o', at('x.mp4')]);
    assertOneSentence(nowhere, 4, /None of the 4 shots is finished in .*nowhere; /);
  });
});
