import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { temporaryFolder } from '../../fixtures/films.ts';

const MODULE = new URL('../../../src/adapters/files/file-kind.js', import.meta.url).href;

describe('the kind of a picture', () => {
  it('is found of more files than may be open at once', async () => {
    const { path: folder, remove } = await temporaryFolder();
    try {
      const names = Array.from({ length: 400 }, (_, i) => join(folder, `${i}.png`));
      await sharp({ create: { width: 2, height: 2, channels: 3, background: 'gray' } }).toFile(names[0]!);
      await Promise.all(names.slice(1).map(name => link(names[0]!, name)));
      const count = `
        const { pictureKind } = await import('${MODULE}');
        const kinds = await Promise.all(process.argv.slice(1).map(pictureKind));
        console.log(kinds.filter(kind => kind === 'png').length);`;
      const args = ['-c', 'ulimit -n 100 && exec "$0" --input-type=module -e "$@"', process.execPath, count, ...names];
      const { stdout } = await promisify(execFile)('sh', args);
      assert.equal(Number(stdout), names.length);
    } finally {
      await remove();
    }
  });
});
