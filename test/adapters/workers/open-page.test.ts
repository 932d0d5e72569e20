import assert from 'node:assert/strict';
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startReview } from '../../../harness/review-server.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { openPage } from '../../../src/adapters/workers/open-page.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

describe('the page is opened in a browser', () => {
  let folder = '';
  let remove = async () => {};
  const path = process.env.PATH;
  const reported = () => join(folder, 'told');
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    ({ path: folder, remove } = await temporaryFolder());
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(
      join(bin, 'xdg-open'),
      `#!/bin/sh\necho "$1" > "${reported()}.part"\nmv "${reported()}.part" "${reported()}"\n`,
    );
    await chmod(join(bin, 'xdg-open'), 0o755);
    process.env.PATH = `${bin}${delimiter}${path}`;
  });
  after(async () => {
    process.env.PATH = path;
    await remove();
  });

  it('never by a command that is no terminal’s', async () => {
    const film = await makeTinyFilm(join(folder, 'film.mkv'), { scenes: [4] });
    const server = await startReview([film, '--device', 'cpu', '--preset', 'ultrafast'], { PATH: process.env.PATH! });
    await server.stop();
    await assert.rejects(access(reported()));
  });

  it('through a file of ours: the secret of its address is no argument of a process', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    await openPage('http://127.0.0.1:9/?token=secret', project);
    for (let tries = 0; tries < 200; tries++) {
      if (
        await access(reported()).then(
          () => true,
          () => false,
        )
      )
        break;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    const opened = (await readFile(reported(), 'utf8')).trim();
    assert.doesNotMatch(opened, /secret/);
    assert.match(await readFile(fileURLToPath(opened), 'utf8'), /url=http:\/\/127\.0\.0\.1:9\/\?token=secret/);
  });
});
