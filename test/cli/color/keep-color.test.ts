import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { colorize, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { decode, lumaOf, makeTinyFilm } from '../../../harness/tiny-film.ts';
import type { Plan } from '../../../src/media/plan/plan.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';

const FRAMES = 20;
/** Colour bars that drift, up to a frame. */
const bars = (end: number) =>
  `geq=lum='p(X,Y)':cb='if(lt(N,${end}),128+70*sin((X+N)/9),128)':cr='if(lt(N,${end}),128+60*cos(Y/7),128)'`;

describe('colorize: shots that are in colour already', () => {
  const test = folderPerTest();
  const films = { mixed: '', colored: '' };
  before(async () => {
    films.mixed = await makeTinyFilm(`${test.root}/mixed.mp4`, { scenes: [FRAMES, FRAMES], filters: [bars(FRAMES)] });
    films.colored = await makeTinyFilm(`${test.root}/colored.mp4`, { scenes: [FRAMES, FRAMES], filters: [bars(2 * FRAMES)] });
  });
  const planOf = async (film: string, ...options: string[]) => {
    const end = await runCli(['plan', film, '-o', test.at('plan.json'), '--overwrite', '--json', ...options]);
    assert.equal(end.code, 0, end.stderr);
    const { shots } = JSON.parse(await readFile(test.at('plan.json'), 'utf8')) as Plan;
    return { kept: shots.map(({ kept }) => kept === true), shots, warnings: filmWarnings(end) };
  };

  it('colour bars before a black-and-white film stay as they are, sample by sample; the rest is coloured', async () => {
    const output = test.at('out.mkv');
    const end = await colorize([films.mixed, '-o', output, '--codec', 'ffv1', '--saturation', '2', '--device', 'cpu', '--json']);
    assert.match(filmWarnings(end).join(), /in colour already in 1 of 2 shots \(frames 0\.\.19\), which stay as they are/);
    assert.deepEqual(await lumaOf(output), await lumaOf(films.mixed));
    for (const plane of ['u', 'v']) {
      const [before, after] = await Promise.all([films.mixed, output].map(path => decode(path, [`extractplanes=${plane}`])));
      const half = before!.length / 2;
      assert.deepEqual(after!.subarray(0, half), before!.subarray(0, half));
      assert.ok(
        after!.subarray(half).some(code => Math.abs(code - 128) > 4),
        'the gray half is coloured',
      );
    }
  });
  it('auto keeps nothing of a film in colour throughout, always keeps it, never keeps nothing', async () => {
    const auto = await planOf(films.colored);
    assert.deepEqual(auto.kept, [false, false]);
    assert.match(auto.warnings.join(), /its colour replaced; --keep-color always keeps it/);
    assert.deepEqual((await planOf(films.colored, '--keep-color', 'always')).kept, [true, true]);
    assert.deepEqual((await planOf(films.mixed, '--keep-color', 'never')).kept, [false, false]);
  });
  it('a keyframe picture in such a shot is a wish to colour it', async () => {
    const keys = await runCli([
      'keyframes',
      films.mixed,
      '-o',
      test.at('keys'),
      '--keep-color',
      'never',
      '--device',
      'cpu',
      '-q',
    ]);
    assert.equal(keys.code, 0, keys.stderr);
    const { kept, shots } = await planOf(films.mixed, '--keyframes', test.at('keys'));
    assert.deepEqual(kept, [false, false]);
    assert.equal(shots[0]!.keyframes[0]!.color.kind, 'picture');
  });
});
