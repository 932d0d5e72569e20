import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { colorize, filmWarnings } from '../../../harness/run-cli.ts';
import { decode, lumaOf, makeTinyFilm } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = [...TINY, '--codec', 'ffv1', '--json'];
const FRAMES = 8;
const [WIDTH, HEIGHT] = [160, 90];
/** What a bar may be: black, or what is left of the picture's edge in it. */
const BLACK = 20;

describe('a film whose picture changes its size', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);

  before(async () => {
    await makeTinyFilm(at('first.ts'), { scenes: [FRAMES], sound: 'none', output: ['-f', 'mpegts'] });
  });

  /** The film of the first size and one of another, and the lines and columns of each later frame that are all black. */
  async function joined(name: string, size: { width: number; height: number }, sar = '1') {
    const filters = [`setsar=${sar}`, 'lutyuv=y=clip(val\\,60\\,235)']; // nothing black but bars
    const output = ['-f', 'mpegts'];
    await makeTinyFilm(at(`${name}.ts`), { ...size, scenes: [FRAMES], sound: 'none', firstScene: 2, filters, output });
    const parts = [at('first.ts'), at(`${name}.ts`)].map(path => readFile(path));
    await writeFile(at(`${name}-joined.ts`), Buffer.concat(await Promise.all(parts)));
    const end = await colorize([at(`${name}-joined.ts`), '-o', at(`${name}.mkv`), ...FAST]);
    const luma = await lumaOf(at(`${name}.mkv`));
    assert.equal(luma.length, 2 * FRAMES * WIDTH * HEIGHT);
    const last = luma.subarray(-WIDTH * HEIGHT);
    const isBar = (samples: readonly number[]) => samples.every(sample => sample <= BLACK);
    const rows = Array.from({ length: HEIGHT }, (_, y) => isBar([...last.subarray(y * WIDTH, (y + 1) * WIDTH)]));
    const columns = Array.from({ length: WIDTH }, (_, x) => isBar(rows.map((_, y) => last[y * WIDTH + x]!)));
    return { end, luma, rows, columns };
  }

  const bars = (lines: readonly boolean[]) => [lines.indexOf(false), lines.length - 1 - lines.lastIndexOf(false)];

  it('a narrower picture stands between bars, as high as the film, and it is said; the film’s own stays bit for bit', async () => {
    const { end, luma, rows, columns } = await joined('narrow', { width: 120, height: 90 });
    assert.deepEqual(
      [bars(rows), bars(columns)],
      [
        [0, 0],
        [20, 20],
      ],
    );
    const reported = filmWarnings(end).filter(message => message.includes('changes its size'));
    assert.equal(reported.length, 1);
    assert.match(reported[0]!, /to 120x90 at frame 8 \(0\.33 s\): .* than 160x90 are fitted into it, with their shape kept/);
    assert.ok(luma.subarray(0, FRAMES * WIDTH * HEIGHT).equals(await decode(at('first.ts'), ['extractplanes=y'])));
  });

  it('a larger one is made as small as it must be, a smaller one of the same shape fills the film', async () => {
    const large = await joined('large', { width: 480, height: 180 });
    assert.deepEqual(
      [bars(large.rows), bars(large.columns)],
      [
        [14, 16], // in whole chroma samples
        [0, 0],
      ],
    );
    const small = await joined('small', { width: 80, height: 45 + 1 });
    assert.ok(Math.max(...bars(small.rows), ...bars(small.columns)) <= 4);
  });

  it('its shape is the one it is shown in', async () => {
    const { rows, columns } = await joined('squeezed', { width: 80, height: 90 }, '2');
    assert.deepEqual(
      [bars(rows), bars(columns)],
      [
        [0, 0],
        [0, 0],
      ],
    );
  });
});
