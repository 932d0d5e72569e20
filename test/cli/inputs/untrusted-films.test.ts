import assert from 'node:assert/strict';
import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { assertOneSentence, CHOSEN_FFMPEG, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, namesBelow } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { everyFfmpeg, temporaryFolder } from '../../fixtures/films.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

/** As the README says. */
const SOURCE = 3;
const ffmpegs = await everyFfmpeg();

/**
 * Files that say where a film is. `secret`: a film that nobody meant to give away; `url`: somebody's server. Without the bounds an ffmpeg takes
 * the one file of a playlist, and what lies beside a list, for the film, and that of 2018 asks the server of a manifest.
 */
const PLAYLISTS: Readonly<Record<string, (place: { secret: string; url: string }) => string>> = {
  'an HLS playlist of one file': ({ secret }) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n${secret}\n#EXT-X-ENDLIST\n`,
  'an HLS playlist of playlists': ({ url }) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n${url}/inner.m3u8\n`,
  'a concat list of the file beside it': ({ secret }) => `ffconcat version 1.0\nfile '${basename(secret)}'\n`,
  'a concat list of addresses': ({ url }) => `ffconcat version 1.0\nfile '${url}/film.mp4'\n`,
  'a DASH manifest of an address': ({ url }) => dash(`${url}/film.mp4`),
  'a DASH manifest of the file beside it': ({ secret }) => dash(basename(secret)),
  'a session description': ({ url }) =>
    `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${new URL(url).port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
};

function dash(base: string): string {
  const profile = 'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"'; // ffmpeg knows a manifest by it
  const times = 'type="static" mediaPresentationDuration="PT2S" minBufferTime="PT1S"';
  const stream = '<Representation id="v" bandwidth="1000" width="160" height="90" codecs="avc1.4d401f">';
  return `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" ${times} ${profile}><Period><AdaptationSet mimeType="video/mp4">${stream}<BaseURL>${base}</BaseURL></Representation></AdaptationSet></Period></MPD>`;
}

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
          await link(secret, join(place, 'secret.ts')); // some may only name what lies beside them
          await writeFile(film, text({ secret, url }));
          calls = 0;
          const end = await runCli(['colorize', film, '-o', join(place, 'out.mkv'), '--quiet'], { env });
          assertOneSentence(end, SOURCE, /Expected a film at .*film\.mp4, but it is a playlist/);
          assert.equal(calls, 0, 'the film made us ask a server');
          assert.deepEqual(await namesBelow(place), ['film.mp4', 'secret.ts']);
        });
      }

      it('that is a playlist: refused by every command', async () => {
        const place = join(folder, `${ffmpeg.origin} commands`);
        await mkdir(place);
        const film = join(place, 'film.mp4');
        await writeFile(film, PLAYLISTS['an HLS playlist of one file']!({ secret, url }));
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
        const text = PLAYLISTS['an HLS playlist of one file']!({ secret, url });
        await writeFile(output, text);
        calls = 0;
        const end = await runCli(['colorize', secret, '-o', output, '--quiet'], { env });
        assertOneSentence(end, 6, /was not made by Kinemacolor/);
        assert.equal(calls, 0);
        assert.equal(await readFile(output, 'utf8'), text);
      });

      it('is opened with what an old ffmpeg means said aloud, and only then', async () => {
        const end = await runCli(['plan', secret, '-o', join(folder, `${ffmpeg.origin}.json`), ...TINY], { env });
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

  it('is opened within bounds by every ffmpeg and ffprobe of a run', async () => {
    const place = join(folder, 'spied on');
    await mkdir(place);
    const real = await locateFfmpeg(CHOSEN_FFMPEG);
    const log = join(place, 'log');
    for (const [name, path] of Object.entries({ ffmpeg: real.path, ffprobe: real.probePath })) {
      // One line each, written at once: arguments that hold a newline would only be cut.
      const script = `#!/bin/sh\nline=$(printf '%s\\t' "$@")\necho "$line" >> '${log}'\nexec '${path}' "$@"\n`;
      await writeFile(join(place, name), script, { mode: 0o755 });
    }
    const env = { KINEMACOLOR_FFMPEG: join(place, 'ffmpeg') };
    const film = await makeTinyFilm(join(place, 'film.mp4'), { width: 64, height: 48, scenes: [5] });
    const model = ['--model', await writeTinyModel(folder, 'obedient'), '--quiet'];
    const at = (name: string) => join(place, name);
    for (const args of [
      ['colorize', film, '-o', at('out.mkv'), '--codec', 'ffv1', ...model],
      ['preview', film, '-o', at('sheet.png'), ...model],
      ['keyframes', film, '-o', at('keys'), ...model],
      ['measure', at('out.mkv'), '--source', film, '--quiet'],
    ]) {
      const end = await runCli(args, { env });
      assert.equal(end.code, 0, end.stderr);
    }
    const calls = (await readFile(log, 'utf8')).split('\n').map(line => line.split('\t'));
    const inputs = calls.flatMap(args =>
      args.flatMap((arg, i) => (arg === '-i' ? [args.slice(args.lastIndexOf('-i', i - 1) + 1, i + 2)] : [])),
    );
    assert.ok(inputs.length > 10, 'the spy saw no inputs');
    for (const args of inputs) {
      const line = args.join(' ');
      const ours = / pipe:0$/.test(line) || / -f (lavfi|image2) /.test(line); // what we pipe in or make up
      assert.match(
        line,
        ours ? / -protocol_whitelist file,pipe,fd / : / -protocol_whitelist file,pipe,fd -format_whitelist mov,/,
      );
      if (ours) assert.match(line, / -f \w+ /);
    }
  });

  async function picture(): Promise<Buffer> {
    const { default: sharp } = await import('sharp');
    return sharp({ create: { width: 16, height: 16, channels: 3, background: 'gray' } })
      .png()
      .toBuffer();
  }
});
