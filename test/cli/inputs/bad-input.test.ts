import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { runCli } from '../../../harness/run-cli.ts';
import { lumaOf, makeTinyFilm, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { makeFilm } from '../../fixtures/films.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const BUNDLED = fileURLToPath(new URL('../../../../models/kinemacolor-base', import.meta.url));
const FAST = ['--preset', 'ultrafast', ...TINY];

const DAMAGE = /is damaged|has errors,/;

/** As the README says. */
const CODE = { usage: 2, source: 3, partial: 4, environment: 5, output: 6 } as const;

describe('colorize: bad input ends in one sentence, an exit code and nothing left behind', () => {
  const group = folderPerTest();
  const { at, refused } = group;

  const toOutput = (source: string, ...more: string[]) => ['colorize', source, '-o', at('out.mp4'), '--quiet', ...more];

  describe('the film', () => {
    it('missing', () => refused(CODE.source, /no such file/, toOutput(at('nowhere.mp4'))));

    it('that cannot be found, by what stands in the way', async () => {
      const strange = Buffer.concat([Buffer.from(`${group.folder}/a`), Buffer.from([0xff]), Buffer.from('.mp4')]);
      await copyFile(group.film, strange); // Node's arguments and names of folders are UTF-8
      await symlink('loop.mp4', at('loop.mp4'));
      await refused(CODE.source, /rename it/, toOutput(at('a\ufffd.mp4')));
      await refused(CODE.source, /its links lead in a circle/, toOutput(at('loop.mp4')));
      await refused(CODE.source, /the name is too long/, toOutput(at(`${'x'.repeat(300)}.mp4`)));
      await refused(CODE.source, /a part of the path is a file/, toOutput(join(group.film, 'film.mp4')));
    });

    it('empty', async () => {
      await writeFile(at('empty.mp4'), '');
      await refused(CODE.source, /empty/, toOutput(at('empty.mp4')));
    });

    it('text that calls itself .mp4', async () => {
      await writeFile(at('letter.mp4'), 'Dear archive,\n'.repeat(200));
      await refused(CODE.source, /Expected a film at .*letter\.mp4/, toOutput(at('letter.mp4')));
    });

    it('a folder', () => refused(CODE.source, /numbered pictures .* found none; give a folder of them/, toOutput(group.folder)));

    it('sound without a picture', async () => {
      const source = await makeFilm('sound', group.folder);
      await refused(CODE.source, /only audio/, toOutput(source));
    });

    it('a picture stream without a frame', async () => {
      await runFfmpeg(await locateFfmpeg(), ['-i', group.film, '-map', '0', '-c', 'copy', '-frames:v', '0', at('nothing.avi')]);
      await refused(CODE.source, /no picture|no frame/, toOutput(at('nothing.avi')));
    });

    it('cut short: what decodes is rendered, the warning says how much, exit code 4', async () => {
      const source = await makeTinyFilm(at('short.mkv'), { scenes: [10, 10, 10] });
      const bytes = (await stat(source)).size;
      await truncate(source, Math.round(bytes * 0.6));
      const args = ['colorize', source, '-o', at('out.mkv'), '--report', at('report.json'), '--codec', 'ffv1', ...FAST];
      const end = await runCli(args);
      assert.equal(end.code, CODE.partial, end.stderr);
      const message = /Warning: .*damaged or cut short: (\d+) frames of about 3\d decode/.exec(end.stderr);
      assert.ok(message, end.stderr);
      const [before, after] = [await lumaOf(source), await lumaOf(at('out.mkv'))];
      assert.equal(Buffer.compare(after, before), 0);
      assert.equal(after.length / (160 * 90), Number(message[1]));
      assert.ok(Number(message[1]) > 5 && Number(message[1]) < 30);
      const report = JSON.parse(await readFile(at('report.json'), 'utf8')) as { damage: string };
      assert.match(report.damage, /cut short/);
    });

    it('with faults inside: a warning says so, exit code 4, also where a stretch alone is wanted', async () => {
      const source = await makeTinyFilm(at('faulty.mp4'), { scenes: [10, 10, 10], sound: 'none' });
      const bytes = await readFile(source);
      const middle = Math.floor(bytes.length / 2);
      bytes.fill(0x55, middle, middle + 400);
      await writeFile(source, bytes);
      for (const stretch of [[], ['--duration', '1']]) {
        const end = await runCli(['plan', source, '-o', at('plan.json'), ...stretch]);
        assert.equal(end.code, CODE.partial, end.stderr);
        assert.match(end.stderr, /Warning: .*(has errors|is damaged)/);
      }
    });

    it('that holds fewer frames than its index counts: a warning says how many, exit code 4', async () => {
      const source = await makeTinyFilm(at('short.avi'), { scenes: [10, 10], output: ['-c:v', 'mpeg4', '-q:v', '3'] });
      const whole = await runCli(['plan', source, '-o', at('plan.json')]); // an empty chunk stands for a frame that is shown twice
      assert.equal(whole.code, 0, whole.stderr);
      assert.doesNotMatch(whole.stderr, DAMAGE);
      await truncate(source, Math.round((await stat(source)).size * 0.7));
      const end = await runCli(['colorize', source, '-o', at('out.mkv'), ...FAST]);
      assert.equal(end.code, CODE.partial, end.stderr);
      const message = /Warning: .*its index counts 20 frames, but (\d+) decode/.exec(end.stderr);
      assert.ok(message && Number(message[1]) < 20, end.stderr);
    });

    it('whose edit list hides frames: they are not missed', async () => {
      const whole = await makeTinyFilm(at('whole.mp4'), { scenes: [24, 10], output: ['-g', '12'] });
      const ffmpeg = await locateFfmpeg();
      await runFfmpeg(ffmpeg, ['-ss', '0.75', '-i', whole, '-c', 'copy', at('cut.mp4')]);
      const { streams } = await probe(at('cut.mp4'));
      const end = await runCli(['plan', at('cut.mp4'), '-o', at('plan.json')]);
      assert.equal(end.code, 0, end.stderr);
      assert.doesNotMatch(end.stderr, DAMAGE);
      const { source } = JSON.parse(await readFile(at('plan.json'), 'utf8')) as { source: { frames: number } };
      assert.ok(source.frames < Number(streams[0]!.nb_frames), 'the edit list hides nothing');
    });

    it('in colour already: a warning, and its luma goes on', async () => {
      const colors = ["geq=lum='p(X,Y)':cb='90+60*sin(X/9)':cr='150+50*cos(Y/7)'"];
      const source = await makeTinyFilm(at('colour.mp4'), { scenes: [6], filters: colors });
      const end = await runCli(['colorize', source, '-o', at('out.mkv'), '--codec', 'ffv1', ...FAST]);
      assert.equal(end.code, 0, end.stderr);
      assert.match(end.stderr, /Warning: .*in colour already/);
      assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), await lumaOf(source)), 0);
    });

    it('of no colour: no such warning', async () => {
      const end = await runCli(['plan', group.film, '-o', at('plan.json')]);
      assert.equal(end.code, 0, end.stderr);
      assert.doesNotMatch(end.stderr, /Warning: .*colour/);
    });
  });

  describe('the command line', () => {
    it('unknown codec, and a value out of range', async () => {
      await refused(CODE.usage, /codec.*divx|divx.*codec/is, toOutput(group.film, '--codec', 'divx'));
      await refused(CODE.usage, /quality/, toOutput(group.film, '--quality', '99'));
      await refused(CODE.usage, /keyframeEvery|keyframe-every/, toOutput(group.film, '--keyframe-every', '0'));
    });

    it('a number of workers that cannot be', async () => {
      await refused(CODE.usage, /whole number of workers.*received NaN/, toOutput(group.film, '--workers', 'x'));
      await refused(CODE.usage, /whole number of workers.*received 0/, toOutput(group.film, '--workers', '0'));
    });

    it('only given keyframes, but none given', () =>
      refused(CODE.usage, /--keyframes/, toOutput(group.film, '--keyframes-only')));

    it('a value that is no number', () => refused(CODE.usage, /quality/, toOutput(group.film, '--quality', 'high')));

    it('unknown pipeline, and one that is not valid', async () => {
      await refused(CODE.usage, /documentary.*received "talkie"/, toOutput(group.film, '--pipeline', 'talkie'));
      await writeFile(at('mine.json'), '{"name":"mine","description":"d","settings":{"qualty":3}}');
      await refused(CODE.usage, /mine\.json is not valid.*qualty/, toOutput(group.film, '--pipeline', at('mine.json')));
    });

    it('a container that we do not write, and one that cannot hold the codec', async () => {
      await refused(CODE.usage, /\.mp4, \.m4v, \.mov, \.mkv or \.mxf/, ['colorize', group.film, '-o', at('out.avi'), '--quiet']);
      await refused(CODE.usage, /cannot hold ffv1/, toOutput(group.film, '--codec', 'ffv1'));
    });

    it('a device that is not there', () =>
      refused(CODE.environment, /Device directml cannot be used/, toOutput(group.film, '--device', 'directml')));

    it('a GPU without a driver, whatever its libraries write to the terminal', async function () {
      if (process.platform !== 'linux') this.skip(); // elsewhere WebGPU needs no Vulkan
      const args = toOutput(group.film, '--device', 'webgpu');
      await refused(CODE.environment, /Device webgpu cannot be used/, args, { VK_ICD_FILENAMES: at('no-driver.json') });
    });
  });

  describe('the model', () => {
    it('damaged', async () => {
      const [card, model] = [await readFile(`${BUNDLED}.json`), await readFile(`${BUNDLED}.onnx`)];
      for (let i = 0; i < 64; i++) model[Math.floor((i * model.length) / 64)]! ^= 0xff;
      await writeFile(at('kinemacolor-base.json'), card);
      await writeFile(at('kinemacolor-base.onnx'), model);
      await refused(CODE.environment, /damaged: expected SHA-256/, toOutput(group.film, '--model', at('kinemacolor-base.onnx')));
    });

    it('that does not do what its card says', async () => {
      for (const kind of ['wrong-planes', 'deaf'] as const) {
        const path = await writeTinyModel(group.folder, kind);
        await refused(CODE.environment, new RegExp(`Model "${kind}"`), toOutput(group.film, '--model', path, '--device', 'cpu'));
      }
    });

    it('that is not there', () =>
      refused(CODE.environment, /no model "technicolor"/, toOutput(group.film, '--model', 'technicolor')));
  });

  describe('keyframe pictures', () => {
    const picture = (name: string, width = 160, height = 90) => {
      const background = { r: 200, g: 80, b: 60 };
      return sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toFile(at(`keys/${name}`));
    };
    const withKeys = () => toOutput(group.film, '--keyframes', at('keys'), ...FAST);
    beforeEach(() => mkdir(at('keys')));

    it('of another size', async () => {
      await picture('000002.png', 100, 90);
      await refused(CODE.source, /to be 160x90.*received 100x90/, withKeys());
    });

    it('beyond the film', async () => {
      await picture('000012.png');
      await refused(CODE.source, /frame 12, but the film's last frame is 11/, withKeys());
    });

    it('not named by a number', async () => {
      await picture('red.png');
      await refused(CODE.source, /named by its frame index.*red\.png/, withKeys());
    });

    it('that are no pictures', async () => {
      await writeFile(at('keys/000002.png'), 'not a picture');
      await refused(CODE.source, /000002\.png cannot be read/, withKeys());
    });

    it('none in the folder', () => refused(CODE.source, /found none/, withKeys()));

    it('in no folder', () => refused(CODE.source, /cannot be read/, toOutput(group.film, '--keyframes', at('no-keys'))));
  });

  it('ffmpeg missing', () =>
    refused(CODE.environment, /does not run; install ffmpeg/, toOutput(group.film), {
      KINEMACOLOR_FFMPEG: join(dirname(group.film), 'no-ffmpeg'),
    }));
});
