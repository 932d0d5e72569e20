import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colorize, runCli } from '../../../harness/run-cli.ts';
import { decode, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Plan } from '../../../src/media/plan/plan.ts';
import type { RunReport } from '../../../src/pipeline/run/shot-report.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';

const STREET = fileURLToPath(new URL('../../../../samples/street.mp4', import.meta.url));
const mean = (codes: Uint8Array) => codes.reduce((sum, code) => sum + code, 0) / codes.length;

describe('colorize: references for the shots that they are like', () => {
  const test = folderPerTest();
  let like = '';
  let unlike = '';
  before(async () => {
    const ffmpeg = await locateFfmpeg();
    [like, unlike] = [`${test.root}/like`, `${test.root}/unlike`];
    await Promise.all([like, unlike].map(folder => mkdir(folder)));
    const tinted = 'crop=iw*0.9:ih*0.9,scale=iw*0.8:-2,colorchannelmixer=rr=1.25:gg=0.95:bb=0.6';
    await runFfmpeg(ffmpeg, ['-i', STREET, '-frames:v', '1', '-vf', tinted, `${like}/tinted.png`]);
    for (const folder of [like, unlike])
      await runFfmpeg(ffmpeg, ['-f', 'lavfi', '-i', 'testsrc=s=200x160', '-frames:v', '1', `${folder}/bars.png`]);
  });
  const referencesOf = async (...options: string[]) => {
    const end = await runCli([
      'plan',
      STREET,
      '-o',
      test.at('plan.json'),
      '--device',
      'cpu',
      '--duration',
      '12f',
      '-q',
      ...options,
    ]);
    assert.equal(end.code, 0, end.stderr);
    const { shots } = JSON.parse(await readFile(test.at('plan.json'), 'utf8')) as Plan;
    return shots[0]!.keyframes.map(({ color }) => (color.kind === 'reference' ? basename(color.path) : color.kind));
  };

  it('the picture that shows what the shot shows gives its colour, the other is not used; the report says so', async () => {
    const options = ['--duration', '6f', '--codec', 'ffv1', '--device', 'cpu', '-q'];
    await colorize([STREET, '-o', test.at('out.mkv'), '--references', like, '--report', test.at('report.json'), ...options]);
    await colorize([STREET, '-o', test.at('plain.mkv'), ...options]);
    const { shots } = JSON.parse(await readFile(test.at('report.json'), 'utf8')) as RunReport;
    assert.deepEqual(
      shots[0]!.references?.map(path => basename(path)),
      ['tinted.png'],
    );
    const [cr, plain] = await Promise.all(['out.mkv', 'plain.mkv'].map(name => decode(test.at(name), ['extractplanes=v'])));
    assert.ok(mean(cr!) > mean(plain!) + 3, `${mean(cr!)}, ${mean(plain!)}`);
  });
  it('none is used where nothing is alike; one that is given for a stretch is used there and nowhere else', async () => {
    assert.deepEqual(new Set(await referencesOf('--references', unlike)), new Set(['model']));
    const twice = ['0f-4f', '4f-8f'].flatMap(stretch => ['--reference-for', `${stretch}=${unlike}/bars.png`]);
    const placed = await referencesOf('--keyframe-every', '4', ...twice);
    assert.deepEqual([placed[0], placed[1], placed.at(-1)], ['bars.png', 'bars.png', 'model']);
  });
  it('refuses another form, a picture or folder that is not there, and a stretch without a keyframe', async () => {
    const refused = (code: number, sentence: RegExp, ...options: string[]) =>
      test.refused(code, sentence, ['plan', STREET, '-o', 'plan.json', '-q', ...options]);
    await refused(
      2,
      /Expected a stretch and a picture, such as "0:10-0:25=coat\.jpg".*received "coat\.jpg"/,
      '--reference-for',
      'coat.jpg',
    );
    await refused(3, /Expected a reference picture at .*gone\.jpg, but there is no such file/, '--reference-for', '0-1=gone.jpg');
    await refused(3, /in the folder of references empty, found none/, '--references', 'empty');
    const far = ['--duration', '6f', '--device', 'cpu', '--reference-for', `2f-3f=${unlike}/bars.png`];
    await refused(2, /Expected a keyframe in the stretch of --reference-for/, ...far);
  });
});
