import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import sharp from 'sharp';
import { startReview, type TestServer } from '../../../harness/review-server.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { temporaryFolder } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const HINT = { x: 0.5, y: 0.5, color: '#aa3322', radius: 0.1 };

describe('review server: what is refused', () => {
  let server: TestServer;
  let remove = async () => {};
  before(async () => {
    const { path: folder, ...rest } = await temporaryFolder();
    remove = rest.remove;
    const film = await makeTinyFilm(join(folder, 'film.mkv'), { scenes: [8, 8] });
    server = await startReview([film, ...TINY, '--preset', 'ultrafast']);
  });
  after(async () => {
    await server.stop();
    await remove();
  });
  const revision = async () => ((await (await server.ask('/api/project')).json()) as { revision: number }).revision;

  /** `fetch` sets Host and cleans paths by itself; this sends what it is told. */
  const rawStatus = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = server.url;
      const asked = request({ hostname, port, path, method, headers }, response => {
        resolve(response.statusCode!);
        asked.destroy();
      });
      asked.on('error', reject);
      if (method === 'GET') asked.end();
      else asked.flushHeaders(); // the body is announced and never sent
    });
  const withToken = () => ({ 'x-kinemacolor-token': server.token });

  it('another host name that leads here (DNS rebinding)', async () => {
    assert.equal(await rawStatus('/api/project', { ...withToken(), host: `evil.example:${server.url.port}` }), 403);
    assert.equal(await rawStatus('/api/project', { ...withToken(), host: `127.0.0.1.evil.example` }), 403);
    assert.equal(await rawStatus('/api/project', { ...withToken(), host: `localhost:${server.url.port}` }), 200);
  });
  it('requests that another site makes', async () => {
    const before = await revision();
    const headers = { ...withToken(), origin: 'https://evil.example' };
    const response = await server.ask('/api/undo', { method: 'POST', headers });
    assert.equal(response.status, 403);
    assert.equal(await rawStatus('/api/project', { ...withToken(), origin: 'null' }), 403);
    assert.equal(await rawStatus('/api/project', { ...withToken(), origin: server.url.origin }), 200);
    assert.equal(await revision(), before);
  });
  it('no token, or a wrong one', async () => {
    assert.equal((await fetch(new URL('/api/project', server.url.origin))).status, 401);
    const wrong = { 'x-kinemacolor-token': `${server.token.slice(0, -1)}!` };
    assert.equal((await fetch(new URL('/api/project', server.url.origin), { headers: wrong })).status, 401);
    assert.equal((await fetch(new URL(`/api/project?token=${server.token}`, server.url.origin))).status, 200);
  });
  it('every refusal is kept by nobody and carries the content policy', async () => {
    const here = server.url.origin;
    for (const [path, headers, status] of [
      ['/api/project', {}, 401],
      ['/', {}, 401],
      ['/api/project', { ...withToken(), origin: 'https://evil.example' }, 403],
      ['/nothing/here', withToken(), 404],
    ] as const) {
      const response = await fetch(new URL(path, here), { headers });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    }
  });
  it('paths that lead out of the page', async () => {
    for (const path of ['/../../../package.json', '/%2e%2e/%2e%2e/package.json', '/page.js/../../../package.json'])
      assert.equal(await rawStatus(path, withToken()), 404, path);
    assert.equal(await rawStatus('/api/frames/..%2f..%2fetc%2fpasswd', withToken()), 400);
  });
  it('too much: 413', async () => {
    const before = await revision();
    const announced = (bytes: number) => ({ ...withToken(), 'content-length': String(bytes) });
    assert.equal(await rawStatus('/api/edits', announced(300_000), 'POST'), 413);
    assert.equal(await rawStatus('/api/keyframes/0/picture', announced(65e6), 'PUT'), 413);
    assert.equal(await revision(), before);
  });
  it('a picture bomb, and what is no picture', async () => {
    const before = await revision();
    const side = 12_000;
    const bomb = await sharp(Buffer.alloc(side * side), { raw: { width: side, height: side, channels: 1 } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    for (const body of [bomb, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), Buffer.from('no')]) {
      for (const use of ['paint', 'reference']) {
        const response = await server.ask(`/api/keyframes/0/picture?use=${use}`, { method: 'PUT', body: new Uint8Array(body) });
        assert.equal(response.status, 400);
        assert.match(((await response.json()) as { message: string }).message, /Expected a PNG or JPEG/);
      }
    }
    const png = await sharp(Buffer.alloc(4), { raw: { width: 2, height: 2, channels: 1 } })
      .png()
      .toBuffer();
    const strange = await server.ask('/api/keyframes/0/picture?use=../x', { method: 'PUT', body: new Uint8Array(png) });
    assert.equal(strange.status, 400);
    assert.equal(await revision(), before);
  });
  it('malformed JSON, and edits that cannot be', async () => {
    const before = await revision();
    assert.equal((await server.ask('/api/edits', { method: 'POST', body: '{"kind":' })).status, 400);
    const bad = [
      { kind: 'rm -rf' },
      { kind: 'hint-add', index: 0 },
      { kind: 'hint-add', index: 0, hint: { ...HINT, x: 2 } },
      { kind: 'hint-add', index: 99, hint: HINT },
      { kind: 'hint-remove', index: 0, id: 'h9' },
      { kind: 'hint-change', index: 0, id: 'h9', set: { x: 0.1 } },
      { kind: 'palette-place', name: 'nobody', place: { index: 0, x: 0, y: 0 } },
      { kind: 'keyframe-move', index: 0, to: 12 },
      { kind: 'picture', index: 0, path: '/etc/passwd', sha256: '0'.repeat(64) },
      { kind: 'grade', grade: { saturation: 9 } },
    ];
    for (const edit of bad) assert.equal((await server.edit(edit)).status, 400, JSON.stringify(edit));
    assert.equal((await server.ask('/api/undo', { method: 'POST' })).status, 409);
    assert.equal(await revision(), before);
  });
});
