import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { everyFfmpeg, temporaryFolder } from '../fixtures/films.ts';
import { assertOneSentence, runCli } from '../fixtures/run-cli.ts';
import { makeTinyFilm, namesBelow } from '../fixtures/tiny-film.ts';

/** As the README says. */
const SOURCE = 3;
const ffmpegs = await everyFfmpeg();

/** Files that say where a film is, by what a person would call them. `secret`: a film that nobody meant to give away; `url`: somebody's server. */
const PLAYLISTS: Readonly<Record<string, (place: { secret: string; url: string }) => string>> = {
  'an HLS playlist': ({ secret, url }) =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n${secret}\n#EXTINF:1,\n${url}/segment.ts\n#EXT-X-ENDLIST\n`,
  'an HLS playlist of playlists': ({ url }) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n${url}/inner.m3u8\n`,
  'an HLS playlist with a key': ({ secret, url }) =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF:1,\n${secret}\n#EXT-X-ENDLIST\n`,
  'a concat list': ({ secret }) => `ffconcat version 1.0\nfile '${secret}'\n`,
  'a concat list of addresses': ({ url }) => `ffconcat version 1.0\nfile '${url}/film.mp4'\n`,
  'a DASH manifest': ({ url }) =>
    `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" minBufferTime="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="v" bandwidth="1000" width="64" height="64" codecs="avc1.4d401f"><BaseURL>${url}/film.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  'a session description': ({ url }) =>
    `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${new URL(url).port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
};

describe('a film that somebody else made', () => {
  let folder = '';
  let remove = async () => {};
  let server: Server;
  let calls = 0;
  let url = '';
  let secret = '';

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    secret = await makeTinyFilm(join(folder, 'secret.ts'), { scenes: [12] });
    server = createServer(socket => {
      calls++;
      socket.destroy();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await new Promise(resolve => server.close(resolve));
    await remove();
  });

  for (const ffmpeg of ffmpegs) {
    describe(`with ffmpeg ${ffmpeg.version}`, () => {
      const env = { KINEMACOLOR_FFMPEG: ffmpeg.path };
      for (const [name, text] of Object.entries(PLAYLISTS)) {
        it(`that is ${name}: refused, nothing is read and nobody is asked`, async () => {
          const place = join(folder, `${ffmpeg.origin} ${name}`);
          await mkdir(place);
          const film = join(place, 'film.mp4');
          await writeFile(film, text({ secret, url }));
          calls = 0;
          const end = await runCli(['colorize', film, '-o', join(place, 'out.mkv'), '--quiet'], { env });
          assertOneSentence(end, SOURCE, /Expected a film at .*film\.mp4, but it is a playlist/);
          assert.equal(calls, 0, 'the film made us ask a server');
          assert.deepEqual(await namesBelow(place), ['film.mp4']);
        });
      }

      it('that is a playlist: refused by every command', async () => {
        const place = join(folder, `${ffmpeg.origin} commands`);
        await mkdir(place);
        const film = join(place, 'film.mp4');
        await writeFile(film, PLAYLISTS['an HLS playlist']!({ secret, url }));
        calls = 0;
        for (const command of ['plan', 'preview', 'keyframes', 'measure']) {
          const output = command === 'measure' ? [] : ['-o', join(place, 'out')];
          assertOneSentence(await runCli([command, film, ...output, '--quiet'], { env }), SOURCE, /it is a playlist \(hls\)/);
        }
        assert.equal(calls, 0);
        assert.deepEqual(await namesBelow(place), ['film.mp4']);
      });

      it('whose name is a pattern of numbered pictures: the file itself is meant', async () => {
        const place = join(folder, `${ffmpeg.origin} pattern`);
        await mkdir(place);
        for (const name of ['film%d.png', 'film0.png', 'film1.png']) await writeFile(join(place, name), await picture());
        const end = await runCli(['plan', join(place, 'film%d.png'), '-o', join(place, 'plan.json'), '--quiet'], { env });
        assertOneSentence(end, SOURCE, /Expected a film at .*film%d\.png/);
      });

      it('that is a playlist where an output should go: it is not taken for ours, and not read', async () => {
        const place = join(folder, `${ffmpeg.origin} output`);
        await mkdir(place);
        const output = join(place, 'out.mp4');
        const text = PLAYLISTS['an HLS playlist']!({ secret, url });
        await writeFile(output, text);
        calls = 0;
        const end = await runCli(['colorize', secret, '-o', output, '--quiet'], { env });
        assertOneSentence(end, 6, /was not made by Kinemacolor/);
        assert.equal(calls, 0);
        assert.equal(await readFile(output, 'utf8'), text);
      });

      it('is opened with what an old ffmpeg means said aloud, and only then', async () => {
        const end = await runCli(['plan', secret, '-o', join(folder, `${ffmpeg.origin}.json`)], { env });
        assert.equal(end.code, 0, end.stderr);
        const warned = /Warning: .* is from 2018: .*only films that you trust, or install a newer ffmpeg/.test(end.stderr);
        assert.equal(warned, ffmpeg.year < 2023, end.stderr);
        const { stdout } = await runCli(['doctor'], { env });
        assert.equal(/is from 2018/.test(stdout), ffmpeg.year < 2023, stdout);
        assert.match(stdout, /licence: GPL-[23]\.0-or-later/);
      });
    });
  }

  it('is opened with an ffmpeg from an npm package put beside ours rather than with the bundled one', async function () {
    const newer = ffmpegs.find(({ year }) => year >= 2023);
    if (!newer) return this.skip();
    const modules = join(folder, 'modules');
    const added = join(modules, 'ffmpeg-static');
    await mkdir(added, { recursive: true });
    await writeFile(join(added, 'package.json'), '{"name":"ffmpeg-static","version":"5.3.0"}');
    const env = { KINEMACOLOR_FFMPEG: '', PATH: '/nowhere', NODE_PATH: modules };
    const without = await runCli(['doctor'], { env });
    assert.match(without.stdout, /\(bundled\)/); // its install script has not run
    await symlink(newer.path, join(added, 'ffmpeg'));
    const end = await runCli(['doctor'], { env });
    assert.match(end.stdout, new RegExp(`${newer.version.replaceAll('+', '\\+')} \\(added\\) at ${added}`));
    assert.doesNotMatch(end.stdout, /is from 2018/);
  });

  async function picture(): Promise<Buffer> {
    const { default: sharp } = await import('sharp');
    return sharp({ create: { width: 16, height: 16, channels: 3, background: 'gray' } })
      .png()
      .toBuffer();
  }
});
