import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colorize, runCli } from '../../harness/run-cli.ts';
import { decode, lumaOf } from '../../harness/tiny-film.ts';
import type { Plan } from '../../src/media/plan/plan.ts';
import { ffmpegRun, folderPerGroup } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models/models.ts';

const STREET = fileURLToPath(new URL('../../../samples/street.mp4', import.meta.url));
const SIZE = { width: 160, height: 90 };
/** Nothing moves in the film: left alone, its ends would be its only keyframes. */
const CLOSE = ['--keyframe-every', '24'];
const KEYFRAMES = [0, 24, 48, 72];
/** The tiny model's tint grows with luma, so that a scene whose light changes from keyframe to keyframe changes its colour. */
const LIGHT = "geq=lum='lum(X,Y)+16*mod(floor((N+12)/24)\\,2)':cb=128:cr=128";

describe('colorize: a shot agrees with itself', () => {
  const folder = folderPerGroup();
  let film = '';
  let seeing = '';
  before(async () => {
    film = join(folder, 'light.mkv');
    const graph = `scale=${SIZE.width}:${SIZE.height},setsar=1,format=yuv420p,trim=end_frame=1,loop=loop=72:size=1,setpts=N/24/TB,${LIGHT}`;
    await ffmpegRun(['-y', '-i', STREET, '-vf', graph, '-an', '-frames:v', '73', '-r', '24', '-c:v', 'ffv1', film]);
    seeing = await writeTinyModel(folder, 'seeing');
  });

  const planned = async (name: string, ...more: string[]): Promise<Plan> => {
    const path = join(folder, name);
    const end = await runCli(['plan', film, '-o', path, '--model', seeing, ...CLOSE, ...more]);
    assert.equal(end.code, 0, end.stderr);
    return JSON.parse(await readFile(path, 'utf8')) as Plan;
  };

  it('one thing has one colour, luma as it was, whatever the number of workers', async () => {
    const plan = await planned('plan.json');
    assert.deepEqual(
      plan.shots.map(({ keyframes }) => keyframes.map(({ index }) => index)),
      [KEYFRAMES],
    );
    const strays: number[] = [];
    for (const [name, ...more] of [
      ['off.mkv', '--agreement', 'off'],
      ['on.mkv', '--workers', '1'],
    ] as const) {
      const path = join(folder, name);
      await colorize([film, '-o', path, '--codec', 'ffv1', '--model', seeing, '--device', 'cpu', ...CLOSE, ...more]);
      assert.equal(Buffer.compare(await lumaOf(film), await lumaOf(path)), 0, 'luma differs');
      strays.push(await stray(path));
    }
    const rendered = join(folder, 'rendered.mkv');
    const end = await runCli(['render', join(folder, 'plan.json'), '-o', rendered, '--workers', '3']);
    assert.equal(end.code, 0, end.stderr);
    assert.ok(strays[0]! > 0.5, `the model agrees with itself anyway: ${strays[0]}`);
    // Measured on six frames of the sample: .61 to .63 of it.
    assert.ok(strays[1]! < 0.7 * strays[0]!, `strays by ${strays[1]} instead of ${strays[0]} codes`);
  });

  it('the plan records what it agrees on: with a model that sees, unless told otherwise, and the same each time', async () => {
    const [first, again, off] = [
      await planned('first.json'),
      await planned('again.json', '--device', 'cpu'),
      await planned('off.json', '--agreement', 'off'),
    ];
    assert.ok(first.shots[0]!.anchors);
    assert.deepEqual(again.shots, first.shots);
    assert.equal(off.shots[0]!.anchors, undefined);
    const blind = await writeTinyModel(folder, 'obedient');
    assert.equal((await planned('blind.json', '--model', blind)).shots[0]!.anchors, undefined);
    const pictures = join(folder, 'pictures');
    assert.equal((await runCli(['keyframes', film, '-o', pictures, '--model', seeing, ...CLOSE])).code, 0);
    const given = await planned('given.json', '--keyframes-only', '--keyframes', pictures);
    assert.equal(given.shots[0]!.anchors, undefined);
  });

  it('a stretch agrees as its own frames do', async () => {
    const stretch = ['--from', '0.5', '--duration', '2'];
    const [one, two] = [await planned('one.json', ...stretch), await planned('two.json', ...stretch)];
    assert.ok(one.shots[0]!.anchors);
    assert.deepEqual(two.shots, one.shots);
  });
});

/** How far the mean chroma of keyframes strays from their mean, in code values. */
async function stray(path: string): Promise<number> {
  const cb = await decode(path, ['extractplanes=u']);
  const size = (SIZE.width / 2) * (SIZE.height / 2);
  const means = KEYFRAMES.map(index => cb.subarray(index * size, (index + 1) * size).reduce((sum, code) => sum + code, 0) / size);
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length;
  return means.reduce((sum, one) => sum + Math.abs(one - mean), 0) / means.length;
}
