import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOneSentence, type CliEnd, colorize, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = ['--preset', 'ultrafast', ...TINY, '--json'];
const FRAMES = 24;

const doneFrames = ({ events }: CliEnd) => events.find(({ type }) => type === 'done')?.frames;

describe('which picture stream is the film', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);
  const joined = async (name: string, parts: readonly string[], output: readonly string[] = []) => {
    const inputs = parts.flatMap(part => ['-i', at(part)]);
    const maps = parts.flatMap((_, place) => ['-map', `${place}:v`]);
    await runFfmpeg(await locateFfmpeg(), [...inputs, ...maps, '-c', 'copy', ...output, at(name)]);
    return at(name);
  };

  before(async () => {
    await makeTinyFilm(at('film.mkv'), { sound: 'none' });
    await makeTinyFilm(at('small.mkv'), { sound: 'none', width: 80, height: 46, firstScene: 2 });
    await makeTinyFilm(at('short.mkv'), { sound: 'none', width: 320, height: 180, scenes: [8] });
    const ffmpeg = await locateFfmpeg();
    // An audio player's picture as muxers without flags write it: one JPEG, larger than the film.
    const one = ['-frames:v', '1', '-vf', 'scale=640:360', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'];
    await runFfmpeg(ffmpeg, ['-i', at('film.mkv'), ...one, at('thumb.mkv')]);
    // Five pictures spread over the film's whole length, as a player's storyboard.
    const five = ['-vf', "select='not(mod(n,5))'", ...ffmpeg.passthrough, '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'];
    await makeTinyFilm(at('long.mkv'), { sound: 'none', scenes: [60] });
    await runFfmpeg(ffmpeg, ['-i', at('film.mkv'), ...five, at('board.mkv')]);
  });

  for (const container of ['mp4', 'mkv'])
    it(`a picture before the film, without a flag, in ${container}: the film is coloured, the picture kept, and it is said`, async () => {
      const source = await joined(`thumb-first.${container}`, ['thumb.mkv', 'film.mkv']);
      const output = at(`thumb-first.color.${container}`);
      const end = await colorize([source, '-o', output, ...FAST]);
      assert.equal(doneFrames(end), FRAMES);
      const [message, ...more] = filmWarnings(end);
      assert.deepEqual(more, []);
      assert.match(message!, /holds 2 picture streams: stream 1 \(h264, 160x90, 24 frames.*\) is taken for the film/);
      assert.match(message!, /stream 0 \(mjpeg, 640x360, 1 frame.*\); choose another with --stream\.$/);
      const { streams } = await probe(output);
      assert.deepEqual(
        streams.map(({ codec_name }) => codec_name),
        ['mjpeg', 'h264'],
      );
      const hashes = async (path: string) => (await packets(path, 'v:0')).map(({ hash }) => hash);
      assert.deepEqual(await hashes(output), await hashes(source));
    });

  it('a storyboard of few frames, a short teaser, a smaller picture: not the film, whatever their place', async () => {
    const boards = await joined('board-first.mkv', ['board.mkv', 'long.mkv']);
    const teaser = await joined('teaser-first.mp4', ['short.mkv', 'film.mkv']);
    const proxy = await joined('proxy-first.mkv', ['small.mkv', 'film.mkv'], ['-disposition:0', '0', '-disposition:1', '0']);
    const ends = await Promise.all([boards, teaser, proxy].map(path => runCli(['plan', path, '-o', `${path}.json`, '--json'])));
    const frames = await Promise.all(
      [boards, teaser, proxy].map(async path => {
        const { source } = JSON.parse(await readFile(`${path}.json`, 'utf8')) as { source: Record<string, unknown> };
        return [source.stream, source.frames];
      }),
    );
    assert.deepEqual(frames, [
      [1, 60],
      [1, FRAMES],
      [1, FRAMES],
    ]);
    for (const end of ends) assert.equal(filmWarnings(end).length, 1);
  });

  it("the container's own choice stands before size", async () => {
    const source = await joined(
      'default-small.mkv',
      ['film.mkv', 'small.mkv'],
      ['-disposition:0', '0', '-disposition:1', 'default'],
    );
    const end = await runCli(['plan', source, '-o', at('default.json'), '--json']);
    assert.match(filmWarnings(end)[0]!, /stream 1 \(h264, 80x46/);
  });

  it('--stream names another: it is coloured, by plan and render too, and measured', async () => {
    const source = await joined('two.mkv', ['film.mkv', 'small.mkv'], ['-disposition:0', 'default', '-disposition:1', '0']);
    const plan = await runCli(['plan', source, '-o', at('two.json'), '--stream', '1', '--json']);
    assert.equal(plan.code, 0, plan.stderr);
    const end = await runCli(['render', at('two.json'), '-o', at('two.color.mkv'), '--json']);
    assert.equal(end.code, 0, end.stderr);
    assert.deepEqual([filmWarnings(plan), filmWarnings(end)], [[], []]);
    const { streams } = await probe(at('two.color.mkv'));
    assert.deepEqual(
      streams.map(({ width }) => width),
      [160, 80],
    );
    const copied = await Promise.all([source, at('two.color.mkv')].map(path => packets(path, 'v:0')));
    assert.deepEqual(
      copied[1]!.map(({ hash }) => hash),
      copied[0]!.map(({ hash }) => hash),
    );
    const measured = await runCli(['measure', at('two.color.mkv'), '--source', source, '--stream', '1', '--json']);
    assert.equal(measured.code, 0, measured.stderr);
    const report = JSON.parse(measured.stdout) as { streams: { fates?: unknown } & Record<string, unknown>; timing: unknown };
    assert.match(JSON.stringify(report.streams), /"same"/);
  });

  it('--stream that is none is one sentence', async () => {
    await copyFile(at('film.mkv'), at('one.mkv'));
    const end = await runCli(['colorize', at('one.mkv'), '-o', at('none.mkv'), '--stream', '3']);
    assertOneSentence(
      end,
      2,
      /Expected --stream to be a picture stream of .*one\.mkv, received 3, but it has stream 0 \(h264, 160x90/,
    );
  });
});
