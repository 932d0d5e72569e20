import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { assertOneSentence, colorize, runCli } from '../../harness/run-cli.ts';
import { decode, makeTinyFilm, namesBelow, runFfmpeg } from '../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { QualityReport } from '../../src/index.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';
import { plainCdc, plainColorfulness, plainFlickerAtRest, plainLuma, plainPsnr, rawFilm } from '../fixtures/plain-measures.ts';

const LOSSLESS = ['-c:v', 'ffv1'];
const SIZE = { width: 64, height: 48 } as const;
const LUMA = '40+mod(X*13+Y*29\\,150)';
/** Seven frames of a textured picture at rest whose chroma changes from frame to frame by formulas of X, Y, N. */
const colored = (cb: string, cr: string, luma = LUMA) => [
  ...['-f', 'lavfi', '-i'],
  `nullsrc=s=64x48:r=24,format=yuv444p,geq=lum='${luma}':cb='${cb}':cr='${cr}',trim=end_frame=7`,
];
const TRUTH = colored('110+mod(X*3\\,40)', '120+mod(Y*5\\,30)');
const RESULT = colored('112+mod(X*3\\,40)+3*mod(N\\,2)', '118+mod(Y*5\\,30)-mod(N\\,3)');

describe('measure', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);
  const make = async (name: string, args: readonly string[]) => {
    await runFfmpeg(await locateFfmpeg(), [...args, at(name)]);
    return at(name);
  };

  async function measured(args: readonly string[]): Promise<QualityReport> {
    const end = await runCli(['measure', ...args, '--json']);
    assert.equal(end.code, 0, end.stderr);
    return JSON.parse(end.stdout) as QualityReport;
  }

  before(async () => {
    await make('truth.mkv', [...TRUTH, ...LOSSLESS]);
    await make('result.mkv', [...RESULT, ...LOSSLESS]);
    await make('gray.mkv', [...colored('128', '128'), ...LOSSLESS]);
  });

  it('every figure is the one that a plain second implementation gives', async () => {
    const raw = async (name: string) => rawFilm(await decode(at(name)), SIZE.width, SIZE.height);
    const [result, truth, gray] = await Promise.all(['result.mkv', 'truth.mkv', 'gray.mkv'].map(raw));
    const { film, luma, shots } = await measured([at('result.mkv'), '--truth', at('truth.mkv'), '--source', at('gray.mkv')]);
    const same = (got: number | undefined, wanted: number) =>
      assert.ok(Math.abs(got! - wanted) <= 1e-6 * Math.max(1, wanted), `${got} is not ${wanted}`);
    assert.equal(film.frames, 7);
    assert.equal(shots.length, 1);
    same(film.cdc, plainCdc(result!));
    same(film.cdcTruth, plainCdc(truth!));
    same(film.cdcLuma, plainCdc(gray!));
    same(film.colorfulness, plainColorfulness(result!));
    same(film.colorfulnessTruth, plainColorfulness(truth!));
    same(film.psnr, plainPsnr(result!, truth!));
    same(film.flicker, plainFlickerAtRest(result!));
    same(film.flickerTruth, 0);
    same(film.flickerInside, film.flicker!);
    assert.deepEqual([luma!.max, luma!.mean, luma!.frames], [0, 0, 0]);
    assert.ok(film.cdc! > 0 && film.flicker! > 1 && film.psnr! < 60);
  });

  it('frames whose colour was given are left out of PSNR', async () => {
    await mkdir(at('keys'));
    for (const frame of [0, 3]) {
      const image = sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } });
      await image.png().toFile(at(`keys/00000${frame}.png`));
    }
    const [result, truth] = await Promise.all(
      ['result.mkv', 'truth.mkv'].map(async name => rawFilm(await decode(at(name)), 64, 48)),
    );
    const { film } = await measured([at('result.mkv'), '--truth', at('truth.mkv'), '--keyframes', at('keys')]);
    const wanted = plainPsnr(result!, truth!, frame => frame !== 0 && frame !== 3);
    assert.ok(Math.abs(film.psnr! - wanted) < 1e-5);
    assert.ok(Math.abs(film.psnr! - plainPsnr(result!, truth!)) > 1e-3);
  });

  it('luma that was touched is told, with how far and in how many frames', async () => {
    const touched = `${LUMA}+5*eq(N\\,2)*eq(X\\,9)-3*eq(N\\,4)*lt(Y\\,2)`;
    await make('touched.mkv', [...colored('100', '140', touched), ...LOSSLESS]);
    const { luma } = await measured([at('touched.mkv'), '--source', at('gray.mkv')]);
    const [result, gray] = await Promise.all(
      ['touched.mkv', 'gray.mkv'].map(async name => rawFilm(await decode(at(name)), 64, 48)),
    );
    const wanted = plainLuma(result!, gray!);
    assert.equal(wanted.max, 5);
    assert.equal(luma!.max, 5);
    assert.ok(Math.abs(luma!.mean - wanted.mean) < 1e-9);
    assert.deepEqual([luma!.frames, luma!.depth], [2, 8]);
  });

  describe('of a film of ours', () => {
    before(async () => {
      await makeTinyFilm(at('film.mp4'), { scenes: [10, 9] });
      const fast = ['--codec', 'ffv1', ...TINY, '--keyframe-every', '4'];
      await colorize([at('film.mp4'), '-o', at('color.mkv'), ...fast, '--report', at('run.json')]);
    });

    it('measured with the report of its run: luma, times and streams are the source’s', async () => {
      const { luma, timing, streams, shots, film, shotsFrom } = await measured([at('color.mkv'), '--plan', at('run.json')]);
      assert.equal(shotsFrom, 'run');
      assert.deepEqual([luma!.max, luma!.mean], [0, 0]);
      assert.deepEqual([timing!.same, timing!.frames, timing!.astray], [true, { source: 19, result: 19 }, 0]);
      assert.deepEqual(
        streams!.map(({ kind, fate }) => [kind, fate]),
        [['audio', 'same']],
      );
      assert.deepEqual(
        shots.map(({ start, end }) => [start, end]),
        [
          [0, 10],
          [10, 19],
        ],
      );
      for (const { handOvers, trust, unseen } of [...shots, film]) {
        assert.ok(handOvers!.count > 0 && handOvers!.typical >= 0 && handOvers!.jump >= 0);
        assert.ok(trust! > 0 && trust! <= 1 && unseen! >= 0 && unseen! < 1);
      }
    });

    it('measured with another number of workers, or with no word about shots, the figures are the same', async () => {
      const quality = await measured([at('color.mkv'), '--plan', at('run.json')]);
      const reported = await measured([at('color.mkv'), '--plan', at('run.json'), '--workers', '1']);
      assert.deepEqual(reported, quality);
      const found = await measured([at('color.mkv'), '--source', at('film.mp4')]);
      assert.equal(found.shotsFrom, 'detector');
      assert.deepEqual([found.film.flicker, found.film.cdc], [quality.film.flicker, quality.film.cdc]);
      assert.equal(found.film.handOvers, undefined);
      assert.deepEqual(
        found.shots.map(({ start, end }) => [start, end]),
        quality.shots.map(({ start, end }) => [start, end]),
      );
    });

    it('one page holds everything: plots and pictures, and nothing from elsewhere', async () => {
      const end = await runCli([
        'measure',
        at('color.mkv'),
        '--plan',
        at('run.json'),
        '--html',
        at('page.html'),
        '-o',
        at('page.json'),
      ]);
      assert.equal(end.code, 0, end.stderr);
      assert.match(end.stdout, /^color\.mkv: 19 frames, against its source film\.mp4\n/);
      assert.match(end.stdout, /Luma +the same, bit for bit/);
      const page = await readFile(at('page.html'), 'utf8');
      assert.ok((page.match(/<svg/g) ?? []).length >= 3);
      const pictures = [...page.matchAll(/<img src="data:image\/jpeg;base64,([^"]+)"/g)];
      assert.ok(pictures.length >= 2);
      const { width, height } = await sharp(Buffer.from(pictures[0]![1]!, 'base64')).metadata();
      assert.deepEqual([width, height], [160, 90]);
      assert.doesNotMatch(page, /(src|href)="(?!data:)|url\(|@import|<script/);
      assert.doesNotMatch(page, /NaN|undefined|Infinity/);
      const svg = /<svg[\s\S]*?<\/svg>/.exec(page)![0].replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
      await sharp(Buffer.from(svg)).png().toBuffer(); // parses
      assert.ok(!(await readFile(at('page.json'), 'utf8')).includes('base64'));
    });

    it('a stretch, side by side, is measured against its part of the source', async () => {
      const args = ['--from', '0.25', '--duration', '0.4', '--layout', 'side-by-side', '--codec', 'ffv1', ...TINY];
      await colorize([at('film.mp4'), '-o', at('part.mkv'), ...args, '--report', at('part.json')]);
      const quality = await measured([at('part.mkv'), '--plan', at('part.json')]);
      assert.deepEqual([quality.luma!.max, quality.timing!.same, quality.streams], [0, true, undefined]);
      assert.equal(quality.shots[0]!.start, 6);
      assert.ok(quality.warnings.some(message => /side by side/.test(message)));
      assert.ok(quality.film.colorfulness > 0);
    });

    it('a frame too few, late frames and changed sound are told', async () => {
      const ffmpeg = await locateFfmpeg();
      const late = ['-vf', "settb=1/1000,setpts='PTS+20*gt(N\\,11)'", ...ffmpeg.passthrough, '-enc_time_base', '1:1000'];
      const other = ['-f', 'lavfi', '-i', 'sine=frequency=500:sample_rate=48000:duration=0.79'];
      const maps = ['-map', '0:v', '-map', '1:a', '-frames:v', '17', '-c:v', 'ffv1', '-c:a', 'aac'];
      await make('changed.mkv', ['-i', at('color.mkv'), ...other, ...maps, ...late]);
      const { timing, streams, luma, warnings, film } = await measured([at('changed.mkv'), '--source', at('film.mp4')]);
      assert.deepEqual(timing!.frames, { source: 19, result: 17 });
      assert.deepEqual([timing!.same, timing!.astray, timing!.firstAstray], [false, 5, 12]);
      assert.ok(Math.abs(timing!.largestDifference - 0.02) < 0.0015);
      assert.deepEqual(
        streams!.map(({ fate }) => fate),
        ['different'],
      );
      assert.equal(luma!.max, 0);
      assert.equal(film.frames, 17);
      assert.ok(warnings.some(message => /different numbers of frames \(the result 17, the source 19\)/.test(message)));
    });
  });

  describe('bad input is one sentence', () => {
    const refused = async (code: number, sentence: RegExp, args: readonly string[]) => {
      const before = await namesBelow(folder);
      assertOneSentence(await runCli(['measure', ...args, '--quiet']), code, sentence);
      assert.deepEqual(await namesBelow(folder), before);
    };

    it('a film that is not there, or is none', async () => {
      await refused(3, /no such file/, [at('nowhere.mkv')]);
      await refused(3, /no such file/, [at('result.mkv'), '--source', at('nowhere.mkv')]);
      await writeFile(at('letter.mkv'), 'Dear archive,\n'.repeat(99));
      await refused(3, /Expected a film/, [at('result.mkv'), '--truth', at('letter.mkv')]);
    });

    it('films of different sizes', async () => {
      await makeTinyFilm(at('large.mp4'), { scenes: [4], sound: 'none' });
      await refused(3, /films of one size.*64x48.*160x90/, [at('result.mkv'), '--source', at('large.mp4')]);
    });

    it('a plan that is none, pictures that are not there, places that cannot be written', async () => {
      await copyFile(at('result.mkv'), at('plan.json'));
      await refused(2, /plan\.json/, [at('result.mkv'), '--plan', at('plan.json')]);
      await writeFile(at('odd.json'), '{"shots": []}');
      await refused(2, /plan or report of a run/, [at('result.mkv'), '--plan', at('odd.json')]);
      await refused(2, /cannot be read/, [at('result.mkv'), '--plan', at('no.json')]);
      await refused(3, /cannot be read/, [at('result.mkv'), '--keyframes', at('no')]);
      await refused(6, /folder does not exist/, [at('result.mkv'), '--html', at('no/page.html')]);
      await refused(2, /workers/, [at('result.mkv'), '--workers', '0']);
    });
  });
});
