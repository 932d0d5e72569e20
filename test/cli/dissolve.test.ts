import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colorize, runCli } from '../../harness/run-cli.ts';
import { decode, frameHashes, lumaOf } from '../../harness/tiny-film.ts';
import { ffmpegRun, folderPerGroup } from '../fixtures/films.ts';

const STREET = fileURLToPath(new URL('../../../samples/street.mp4', import.meta.url));
const SIZE = { width: 160, height: 90 };
/** Seconds into the sample at which each scene begins, and how long they last and overlap. */
const SCENES = { starts: ['0.4', '3.4'], length: 1.8, overlap: 0.5 };

describe('colorize: a film with a dissolve', () => {
  const folder = folderPerGroup();
  let film = '';
  before(async () => {
    film = join(folder, 'dissolve.mkv');
    const inputs = SCENES.starts.flatMap(start => ['-ss', start, '-t', String(SCENES.length), '-i', STREET]);
    const later = SCENES.length - SCENES.overlap;
    const scaled = `scale=${SIZE.width}:${SIZE.height},setsar=1,fps=24`;
    const graph = [
      `[0:v]${scaled},setpts=N/24/TB[a]`,
      `[1:v]${scaled},format=yuva420p,setpts=N/24/TB,fade=in:st=0:d=${SCENES.overlap}:alpha=1,setpts=PTS+${later}/TB[b]`,
      '[a][b]overlay=eof_action=repeat,format=gray,format=yuv420p',
    ];
    await ffmpegRun(['-y', ...inputs, '-filter_complex', graph.join(';'), '-an', '-c:v', 'ffv1', film]);
  });

  it('mixes the colours of both scenes over it, luma as it was, the same with any number of workers', async () => {
    const plan = join(folder, 'plan.json');
    assert.equal((await runCli(['plan', film, '-o', plan])).code, 0);
    const { shots } = JSON.parse(await readFile(plan, 'utf8')) as { shots: { kind: string; start: number; end: number }[] };
    assert.deepEqual(
      shots.map(({ kind }) => kind),
      ['steady', 'dissolve', 'steady'],
    );
    const results = ['1', '3'].map(workers => ({ workers, path: join(folder, `${workers}.mkv`) }));
    for (const { workers, path } of results) {
      await colorize([film, '-o', path, '--codec', 'ffv1', '--workers', workers, '--keyframe-every', '5', '--device', 'cpu']);
      assert.equal(Buffer.compare(await lumaOf(film), await lumaOf(path)), 0, 'luma differs');
    }
    const [one, three] = [await frameHashes(results[0]!.path), await frameHashes(results[1]!.path)];
    assert.deepEqual(three, one);

    const means = await meanChroma(results[0]!.path);
    const { start, end } = shots[1]!;
    const [from, to] = [means[start]!, means[end - 1]!];
    assert.ok(Math.abs(from - to) > 1, `both scenes have the same colour, ${from} and ${to}: nothing can be told`);
    for (let i = start; i < end; i++) {
      const share = (i - start) / (end - 1 - start);
      const mixed = from + share * (to - from);
      assert.ok(Math.abs(means[i]! - mixed) < 0.35 * Math.abs(from - to) + 0.5, `frame ${i}: ${means[i]}, not ${mixed}`);
    }
  });
});

/** Mean code value of Cb less that of Cr of every frame. */
async function meanChroma(path: string): Promise<number[]> {
  const [cb, cr] = await Promise.all([decode(path, ['extractplanes=u']), decode(path, ['extractplanes=v'])]);
  const size = (SIZE.width / 2) * (SIZE.height / 2);
  return Array.from({ length: cb.length / size }, (_, i) => {
    let sum = 0;
    for (let at = i * size; at < (i + 1) * size; at++) sum += cb[at]! - cr[at]!;
    return sum / size;
  });
}
