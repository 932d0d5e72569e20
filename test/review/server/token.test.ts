import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reviewToken } from '../../../src/review/server/token.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

describe('the token of a review', () => {
  let project = '';
  let remove = async () => {};
  const path = () => join(project, 'private', 'token');
  beforeEach(async () => {
    ({ path: project, remove } = await temporaryFolder());
  });
  afterEach(async () => {
    delete process.env.KINEMACOLOR_REVIEW_TOKEN;
    await remove();
  });

  it('is kept where its owner alone reads it, and goes on being the same', async () => {
    const token = await reviewToken(project);
    assert.ok(token.length >= 32);
    assert.equal(await readFile(path(), 'utf8'), token);
    if (process.platform !== 'win32') {
      assert.equal((await stat(path())).mode & 0o777, 0o600);
      assert.equal((await stat(join(project, 'private'))).mode & 0o777, 0o700);
    }
    assert.equal(await reviewToken(project), token);
  });

  it('is another after a day', async () => {
    const token = await reviewToken(project);
    const before = Date.now() / 1000 - 25 * 60 * 60;
    await utimes(path(), before, before);
    assert.notEqual(await reviewToken(project), token);
  });

  it('is another where others could have read it, or it is no file of its own', async function () {
    if (process.platform === 'win32') this.skip();
    const token = await reviewToken(project);
    await chmod(path(), 0o644);
    const second = await reviewToken(project);
    assert.notEqual(second, token);
    await chmod(join(project, 'private'), 0o755);
    assert.notEqual(await reviewToken(project), second);
    assert.equal((await stat(join(project, 'private'))).mode & 0o777, 0o700);
    const known = join(project, 'known');
    await mkdir(known);
    await writeFile(join(known, 'token'), 'x'.repeat(40), { mode: 0o600 });
    await rm(path());
    await symlink(join(known, 'token'), path());
    assert.notEqual(await reviewToken(project), 'x'.repeat(40));
    assert.equal(await readFile(join(known, 'token'), 'utf8'), 'x'.repeat(40));
  });

  it('from the environment is taken where it is long enough', async () => {
    process.env.KINEMACOLOR_REVIEW_TOKEN = 'short';
    await assert.rejects(reviewToken(project), { kind: 'usage', message: /at least 24 characters .*received 5/ });
    process.env.KINEMACOLOR_REVIEW_TOKEN = 'k'.repeat(24);
    assert.equal(await reviewToken(project), 'k'.repeat(24));
  });
});
