import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runCli } from '../../../harness/run-cli.ts';
import { namesBelow } from '../../../harness/tiny-film.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const STATEMENT = /Colour synthesised by Kinemacolor \d+\.\d+\.\d+; model obedient \(sha256 [0-9a-f]{16}\); run [0-9a-f]+\./;

describe('colorize: numbered pictures say that their colour is synthetic', () => {
  const group = folderPerTest();
  const { at } = group;

  for (const [ending, read] of [
    ['tif', async (path: string) => (await sharp(path).metadata()).xmp!.toString('utf8')],
    ['dpx', async (path: string) => (await readFile(path)).toString('latin1', 0, 2048)],
  ] as const)
    it(ending, async () => {
      const args = ['colorize', group.film, '-o', `c_%02d.${ending}`, '--to', '2f', ...TINY, '-q'];
      const end = await runCli(args, { cwd: group.folder });
      assert.equal(end.code, 0, end.stderr);
      const names = await namesBelow(group.folder);
      assert.deepEqual(names, [`c_00.${ending}`, `c_01.${ending}`]);
      for (const name of names) assert.match(await read(at(name)), STATEMENT);
    });
});
