import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type MotoServer, needsMoto, s3Environment, startMoto } from '../../../harness/moto-server.ts';
import { namesBelow } from '../../../harness/tiny-film.ts';
import { fetchFilm } from '../../../src/adapters/object-store/fetch-film.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { segmentsToJoin, segmentsToRender } from '../../../src/pipeline/film/open-segments.ts';
import { type CountingProxy, openCountingProxy } from '../../fixtures/farm/counting-proxy.ts';
import { FINGERPRINT, publishBytes, reportOf } from '../../fixtures/farm/finished-shot.ts';
import { folderPerGroup } from '../../fixtures/films.ts';

describe('a bucket of S3', () => {
  const folder = folderPerGroup();
  const environment = { ...process.env };
  let moto: MotoServer;
  let proxy: CountingProxy;

  before(async function () {
    await needsMoto(this);
    moto = await startMoto();
    proxy = await openCountingProxy(moto.origin);
    Object.assign(process.env, s3Environment(proxy.origin));
    await moto.client.send(new CreateBucketCommand({ Bucket: 'films' }));
  });
  after(async () => {
    process.env = environment;
    await proxy?.close();
    moto?.close();
  });
  const put = (Key: string, Body: Buffer | string) => moto.client.send(new PutObjectCommand({ Bucket: 'films', Key, Body }));
  const text = async (Key: string) =>
    (await moto.client.send(new GetObjectCommand({ Bucket: 'films', Key }))).Body!.transformToString();

  describe('that holds finished shots', () => {
    const at = (prefix: string) => `s3://films/${prefix}`;
    const opened = async (prefix: string, warn?: (message: string) => void) =>
      (await segmentsToRender(at(prefix), { cache: folder, warn })).store;

    it('of many writers of equal bytes each succeeds; of unequal bytes one is kept whole, and every other learns of it', async () => {
      await Promise.all(Array.from({ length: 4 }, async () => publishBytes(await opened('equal'), 'same')));
      assert.equal((await (await opened('equal')).finished(FINGERPRINT))?.segmentSha256, reportOf('same').segmentSha256);
      const bytes = ['first', 'other', 'third', 'forth'];
      const outcomes = await Promise.allSettled(bytes.map(async one => publishBytes(await opened('unequal'), one)));
      const kept = await text(`unequal/${FINGERPRINT}.mkv`);
      for (const [i, outcome] of outcomes.entries()) {
        if (bytes[i] === kept) assert.equal(outcome.status, 'fulfilled');
        else assert.equal((outcome as PromiseRejectedResult).reason.kind, 'conflict');
      }
      assert.equal((await (await opened('unequal')).finished(FINGERPRINT))?.segmentSha256, reportOf(kept).segmentSha256);
      assert.deepEqual(await readdir(join(folder, 'shots')), []);
    });

    it('a segment without its report is taken where its bytes are equal and replaced where not, as is one that was changed', async () => {
      const messages: string[] = [];
      const store = await opened('left', message => messages.push(message));
      await put(`left/${FINGERPRINT}.mkv`, 'others');
      assert.equal(await store.finished(FINGERPRINT), undefined);
      await publishBytes(store, 'bytes');
      assert.ok(await store.finished(FINGERPRINT));
      await put(`left/${FINGERPRINT}.mkv`, 'bytez');
      assert.equal(await store.finished(FINGERPRINT), undefined);
      assert.match(messages.join(), /^The finished shot s3:\/\/films\/left\/a{64}\.mkv is no longer what was written/);
      await publishBytes(store, 'bytes');
      assert.equal(await text(`left/${FINGERPRINT}.mkv`), 'bytes');
    });

    it('a segment that cannot be read here ends in one sentence, not in the end of the program', async () => {
      const { files } = await segmentsToRender(at('unread'), { cache: folder });
      const part = { path: join(folder, 'none.part'), bytes: 5, sha256: reportOf('bytes').segmentSha256 };
      await assert.rejects(files.publish('shot.mkv', part), ({ kind, message }: KinemacolorError) => {
        assert.match(message, /^The work cannot go on: the system refused to open .*none\.part/);
        return kind === 'environment';
      });
    });

    it('a server that is busy is asked again; shots that are joined are fetched, and dropped', async () => {
      proxy.refuse(['PUT'], 1);
      const bytes = 'bytes'.repeat(10_000);
      await publishBytes(await opened('busy'), bytes);
      proxy.stopAfter('.mkv', 20_000, 'hang-up');
      const { store, dropFetched } = await segmentsToJoin(at('busy'), { cache: folder });
      assert.ok(await store.finished(FINGERPRINT));
      assert.equal(await readFile(store.segmentPath(FINGERPRINT), 'utf8'), bytes);
      assert.ok(await store.finished(FINGERPRINT));
      assert.equal(proxy.ranges(`busy/${FINGERPRINT}.mkv`).length, 2);
      await dropFetched([FINGERPRINT]);
      assert.deepEqual(await readdir(join(folder, 'shots')), []);
    });
  });

  describe('that holds a film', () => {
    const FILM = randomBytes(300_000);
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const films = () => namesBelow(join(folder, 'films'));

    it('gives what is missing of one that was broken off; what is here is not fetched again', async () => {
      await put('reel 1.mkv', FILM);
      const stop = new AbortController();
      proxy.stopAfter('reel%201.mkv', 120_000, 'silent');
      const onProgress = () => proxy.bytes('reel%201.mkv') >= 120_000 && stop.abort();
      const broken = fetchFilm('s3://films/reel 1.mkv', { cache: folder, signal: stop.signal, onProgress });
      await assert.rejects(broken, ({ kind }: KinemacolorError) => kind === 'interrupted');
      const path = await fetchFilm('s3://films/reel 1.mkv', { cache: folder, sha256: hash(FILM) });
      assert.ok((await readFile(path)).equals(FILM));
      assert.equal(await fetchFilm('s3://films/reel 1.mkv', { cache: folder }), path);
      const [whole, rest, ...more] = proxy.ranges('reel%201.mkv');
      assert.deepEqual([whole, more], [undefined, []]);
      const from = Number(/^bytes=(\d+)-$/.exec(rest!)![1]);
      assert.ok(from > 60_000 && from <= 120_000, `from ${from}`);
      assert.equal(proxy.bytes('reel%201.mkv'), 120_000 + FILM.length - from);
    });

    it('gives the whole of one that was replaced meanwhile, and two that want it fetch it once', async () => {
      await put('b.mkv', FILM);
      proxy.stopAfter('b.mkv', 100_000, 'hang-up');
      const other = randomBytes(300_000);
      let replaced: Promise<unknown> | undefined;
      const onProgress = () => {
        replaced ??= put('b.mkv', other);
      };
      const one = fetchFilm('s3://films/b.mkv', { cache: folder, onProgress });
      await assert.doesNotReject(one);
      await replaced;
      assert.ok((await readFile(await one)).equals(other));
      await rm(join(folder, 'films'), { recursive: true });
      const before = proxy.bytes('b.mkv');
      const paths = await Promise.all([1, 2].map(() => fetchFilm('s3://films/b.mkv', { cache: folder, sha256: hash(other) })));
      assert.equal(paths[0], paths[1]);
      assert.equal(proxy.bytes('b.mkv') - before, other.length);
      assert.deepEqual(
        (await films()).filter(name => name.includes('part')),
        [],
      );
    });

    it('that is another one, missing or empty, or cannot be had is refused in one sentence', async () => {
      const refused = (address: string, kind: string, sentence: RegExp, sha256?: string) =>
        assert.rejects(fetchFilm(address, { cache: folder, sha256 }), (cause: KinemacolorError) => {
          assert.match(cause.message, sentence);
          assert.equal(cause.kind, kind);
          return true;
        });
      await put('empty.mkv', Buffer.alloc(0));
      await put('c.mkv', 'a film');
      await refused('s3://films/none.mkv', 'source', /^Expected a film at s3:\/\/films\/none\.mkv, found none\.$/);
      await refused('s3://films', 'source', /found none/);
      await refused('s3://films/empty.mkv', 'source', /found an empty file/);
      await refused('s3://films/c.mkv', 'network', /it gave a file with SHA-256/, 'a'.repeat(64));
      await refused('s3://Films/c.mkv', 'usage', /^Expected an address in S3 as s3:\/\/BUCKET\/KEY, received/);
      const { files } = await segmentsToRender('s3://no-such/shots', { cache: folder });
      await assert.rejects(
        files.names(),
        /^KinemacolorError: Expected to list s3:\/\/no-such\/shots\/, but it answers with HTTP 404/,
      );
      await assert.rejects(files.makeReady(), ({ kind }: KinemacolorError) => kind === 'output');
      await writeFile(join(folder, 'file'), '');
      await assert.rejects(
        fetchFilm('s3://films/c.mkv', { cache: join(folder, 'file') }),
        ({ kind, message }: KinemacolorError) => kind === 'output' && /another folder with --cache/.test(message),
      );
    });
  });
});
