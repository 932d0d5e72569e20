import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOneSentence, colorize, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { lumaOf, makeTinyFilm, probe } from '../../../harness/tiny-film.ts';
import { everyFfmpeg, folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';
import { listedPackets } from '../../fixtures/packet-times.ts';

const FAST = ['--preset', 'ultrafast', ...TINY, '--json'];
const FRAMES = 36;
const MPEG2 = ['-c:v', 'mpeg2video', '-q:v', '2', '-bf', '2', '-c:a', 'mp2', '-f', 'vob'];
const TS = ['-bf', '2', '-g', '12', '-f', 'mpegts'];

describe('a film whose clock starts anew', () => {
  const folder = folderPerGroup();
  /** One that can carry sound over a jump, and one that cannot. */
  let able: string | undefined;
  let unable: string | undefined;
  const at = (name: string) => join(folder, name);
  const joined = async (name: string, parts: readonly string[]) => {
    await writeFile(at(name), Buffer.concat(await Promise.all(parts.map(part => readFile(at(part))))));
    return at(name);
  };

  before(async () => {
    const ffmpegs = await everyFfmpeg();
    able = ffmpegs.find(({ major }) => major >= 5)?.path;
    unable = ffmpegs.find(({ major }) => major < 5)?.path;
    await makeTinyFilm(at('cell.vob'), { scenes: [FRAMES], output: MPEG2 });
    await makeTinyFilm(at('mute.vob'), { scenes: [FRAMES], sound: 'none', output: MPEG2 });
    await makeTinyFilm(at('cell.ts'), { scenes: [FRAMES], output: TS });
    // The clock of another recorder, a day later.
    await makeTinyFilm(at('later.ts'), { scenes: [FRAMES], firstScene: 1, output: ['-output_ts_offset', '80000', ...TS] });
  });

  for (const [source, parts, container] of [
    ['two.vob', ['cell.vob', 'cell.vob'], 'mkv'],
    ['two.ts', ['cell.ts', 'cell.ts'], 'mp4'],
    ['three.ts', ['cell.ts', 'later.ts', 'cell.ts'], 'mkv'],
  ] as const)
    it(`${parts.join(' + ')} to ${container}: time goes on, sound stays in step, the jumps are told`, async function () {
      if (able === undefined) this.skip();
      const film = await joined(source, parts);
      const output = at(`${source}.${container}`);
      const env = { KINEMACOLOR_FFMPEG: able };
      const end = await colorize([film, '-o', output, ...FAST], { env });
      const jumps = filmWarnings(end).filter(message => message.includes('The clock of'));
      assert.equal(jumps.length, 1, filmWarnings(end).join('\n'));
      assert.equal(jumps[0]!.split(' by ').length - 1, parts.length - 1, jumps[0]);
      const [pictures, sound] = [await listedPackets(output, 'v:0'), await listedPackets(output, 'a:0')];
      assert.equal(pictures.length, parts.length * FRAMES);
      // Nothing of a cell is shown or heard before all of the one before is over, and nothing is held longer than a few frames for that.
      const steps = (times: readonly { start: number }[]) => times.slice(1).map(({ start }, i) => start - times[i]!.start);
      const [least, most] = [Math.min(...steps(pictures)), Math.max(...steps(pictures))];
      assert.ok(least > 0.04 && most < 0.2, `pictures follow each other after ${least} to ${most} s`);
      const [softest, longest] = [Math.min(...steps(sound)), Math.max(...steps(sound))];
      assert.ok(softest > 0.02 && longest < 0.1, `sound follows after ${softest} to ${longest} s`);
      // In each cell sound and picture lie against each other as in the file they came from.
      let [picture, packet] = [0, 0];
      for (const part of parts) {
        const own = [await listedPackets(at(part), 'v:0'), await listedPackets(at(part), 'a:0')] as const;
        const offset = own[1][0]!.start - own[0][0]!.start;
        assert.ok(Math.abs(sound[packet]!.start - pictures[picture]!.start - offset) < 0.0015, `${part} is out of step`);
        picture += own[0].length;
        packet += own[1].length;
      }
      assert.equal(packet, sound.length);
    });

  it('every picture comes, once, as it was', async () => {
    const film = await joined('mute2.vob', ['mute.vob', 'mute.vob']);
    await colorize([film, '-o', at('mute2.mkv'), '--codec', 'ffv1', ...FAST]);
    const cell = await lumaOf(at('mute.vob'));
    assert.ok((await lumaOf(at('mute2.mkv'))).equals(Buffer.concat([cell, cell])));
  });

  it('a stretch of it, over the jump', async function () {
    if (able === undefined) this.skip();
    const film = await joined('cut.ts', ['cell.ts', 'cell.ts']);
    const args = [film, '-o', at('cut.mp4'), '--from', '1', '--duration', '1', ...FAST];
    await colorize(args, { env: { KINEMACOLOR_FFMPEG: able } });
    const [pictures, sound] = [await listedPackets(at('cut.mp4'), 'v:0'), await listedPackets(at('cut.mp4'), 'a:0')];
    assert.ok(pictures.length >= 22 && pictures.length <= 24, `${pictures.length} pictures`);
    const [first, last] = [sound[0]!.start, sound.at(-1)!.start];
    assert.ok(first >= 0 && first < 0.03 && last > 0.95 && last < 1.05, `sound from ${first} to ${last} s`);
    assert.ok(sound.length > 40, `${sound.length} packets of sound`);
  });

  it('measured against its source it is the same', async function () {
    if (able === undefined) this.skip();
    const film = await joined('measured.vob', ['cell.vob', 'cell.vob']);
    const env = { KINEMACOLOR_FFMPEG: able };
    await colorize([film, '-o', at('measured.mkv'), '--codec', 'ffv1', ...FAST], { env });
    const end = await runCli(['measure', at('measured.mkv'), '--source', film], { env });
    assert.match(end.stdout, /Luma +the same, bit for bit\nTimes +the same .*\nStream 1 \(audio, mp2\) +same/);
  });

  it('an ffmpeg that cannot carry sound over a jump is refused before any work', async function () {
    if (unable === undefined) this.skip();
    const film = await joined('old.vob', ['cell.vob', 'cell.vob']);
    const end = await runCli(['colorize', film, '-o', at('old.mkv'), '--quiet'], { env: { KINEMACOLOR_FFMPEG: unable } });
    assertOneSentence(
      end,
      5,
      /starts anew in mid-film, and ffmpeg .* cannot keep its sound in step there; use ffmpeg 5 or later/,
    );
  });

  it('a film whose clock runs on is not told to jump', async () => {
    const end = await runCli(['plan', at('cell.ts'), '-o', at('cell.json'), '--json']);
    assert.deepEqual(filmWarnings(end), []);
    assert.equal((await probe(at('cell.ts'))).streams.length, 2);
  });
});
