import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets } from '../../../harness/tiny-film.ts';
import { damageAdts } from '../../fixtures/adts-damage.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

/** As the README says. */
const PARTIAL = 4;

describe('colorize: a film with damaged sound', () => {
  const folder = folderPerGroup();

  it('is coloured, without the damaged packet; that is said before the first shot, and by exit code 4', async () => {
    const source = await makeTinyFilm(join(folder, 'film.ts'), { scenes: [6, 6] });
    await writeFile(source, damageAdts(await readFile(source)));
    const output = join(folder, 'out.mp4');
    const args = ['colorize', source, '-o', output, '--json', '--preset', 'ultrafast', ...TINY];
    const end = await runCli(args);
    assert.equal(end.code, PARTIAL, end.stderr);
    const place = (found: (event: (typeof end.events)[number]) => boolean) => end.events.findIndex(found);
    const reported = place(({ type, message }) => type === 'warning' && /Stream 1 \(audio, aac\).*damaged/.test(String(message)));
    assert.ok(reported >= 0 && reported < place(({ type }) => type === 'shot-start'), JSON.stringify(end.events));
    const sound = await packets(output, 'a:0');
    const of = Number(/1 of its (\d+) packets/.exec(String(end.events[reported]!.message))?.[1]);
    assert.equal(sound.length, of - 1);
  });
});
