import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { frechetDistance } from '../../bench/natural/frechet.ts';
import { CHOSEN_FFMPEG } from '../../harness/run-cli.ts';
import { ffmpegRun, temporaryFolder } from '../fixtures/films.ts';
import { TINT, writeTinyModel } from '../fixtures/models/models.ts';
import { node, onnxFile, value } from '../fixtures/models/onnx-file.ts';

const BENCH = fileURLToPath(new URL('../../bench/natural.js', import.meta.url));

function bench(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, KINEMACOLOR_FFMPEG: CHOSEN_FFMPEG };
  return new Promise(resolve => {
    execFile(process.execPath, [BENCH, ...args], { env }, (cause, stdout, stderr) =>
      resolve({ code: typeof cause?.code === 'number' ? cause.code : 0, stdout, stderr }),
    );
  });
}

/** A judge whose features are the mean red, green and blue; the largest of them is what it takes the picture for. */
function plainJudge(): Buffer {
  const nodes = [node('GlobalAveragePool', ['rgb'], 'features'), node('Identity', ['features'], 'logits')];
  const outputs = [value('logits', 3, undefined), value('features', 3, undefined)];
  return onnxFile({ nodes, tensors: [], inputs: [value('rgb', 3, undefined)], outputs });
}

const near = (actual: number, expected: number, off: number) =>
  assert.ok(Math.abs(actual - expected) <= off, `expected ${expected} within ${off}, received ${actual}`);

describe('bench:natural', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it('measures pictures of one red against the tint that a model gives them', async () => {
    const pictures = folder.path;
    const background = { r: 153, g: 102, b: 102 };
    for (const name of ['a.png', 'b.png'])
      await sharp({ create: { width: 96, height: 64, channels: 3, background } })
        .png()
        .toFile(join(pictures, name));
    const model = await writeTinyModel(pictures, 'obedient');
    const [judge, labels, json] = ['judge.onnx', 'labels.json', 'report.json'].map(name => join(pictures, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(judge, plainJudge());
    await writeFile(labels, JSON.stringify({ 'a.png': 2 }));
    const sheet = join(pictures, 'sheet.png.out');
    const files = ['--json', json, '--sheet', sheet, '--labels', labels, '--judge', judge, '--model', model];
    const ended = await bench(['--pictures', pictures, '--size', '64', ...files]);
    assert.equal(ended.code, 0, ended.stderr);
    const { gray, models, truth, labelled } = JSON.parse(await readFile(json, 'utf8')).pictures;
    const y = (0.2126 * 153 + 0.7874 * 102) / 255;
    const off = { red: 0.6 - y, other: 0.4 - y };
    const squares = off.red ** 2 + 2 * off.other ** 2;
    near(gray.psnr, -10 * Math.log10(squares / 3), 0.1);
    near(gray.frechet, squares, 0.002);
    near(models[0].meanChroma, Math.SQRT2 * TINT * y, 0.003);
    near(truth.meanChroma, Math.hypot(off.other / 1.8556, off.red / 1.5748), 0.001);
    assert.equal(truth.frechet, 0);
    assert.deepEqual(
      [gray, models[0], truth].map(one => one.nearGray),
      [1, 0, 0],
    );
    assert.deepEqual(
      [models[0], truth].map(one => one.yellowOrange),
      [0, 1],
    );
    near(models[0].hueDistance, 1, 1e-9);
    assert.equal(labelled, 1);
    assert.deepEqual(
      [models[0], truth].map(one => one.seenAsTruth),
      [0, 1],
    );
    assert.deepEqual(
      [models[0], truth].map(one => one.recognised),
      [1, 0],
      'the tint is blue most of all',
    );
    const { width, height } = await sharp(sheet).metadata();
    assert.deepEqual([width, height], [2 * (3 * 64 + 8) - 8, 64], 'source, result, truth; twice');
  });

  it('measures frames of a film, and leaves its black bars out', async () => {
    const [film, json] = [join(folder.path, 'film.mkv'), join(folder.path, 'film.json')];
    // Bars of scan noise: each second sample is light enough to count.
    const bars = "color=gray:s=128x64:r=12:d=2,format=gray,geq=lum='if(between(X,16,111),200,10+10*mod(Y,2))'";
    await ffmpegRun(['-f', 'lavfi', '-i', bars, '-c:v', 'ffv1', film]);
    const model = await writeTinyModel(folder.path, 'obedient');
    const ended = await bench(['--films', film, '--frames', '3', '--json', json, '--model', model]);
    assert.equal(ended.code, 0, ended.stderr);
    const [report] = JSON.parse(await readFile(json, 'utf8')).films;
    assert.equal(report.frames, 3);
    const { nearGray, yellowOrange, meanChroma } = report.models[0];
    assert.ok(nearGray < 0.02 && yellowOrange === 0, ended.stdout);
    near(meanChroma, (Math.SQRT2 * TINT * 200) / 255, 0.004);
  });

  it('says in one sentence how the judge is made', async () => {
    const { code, stderr } = await bench(['--pictures', folder.path]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Expected the judge's network with --judge FILE, received none; make it by: python -m models.training.judge --out .*\n$/,
    );
  });

  it('the Fréchet distance is that of two normal distributions', () => {
    const rows = (spread: readonly number[], mean: number) =>
      spread.flatMap((deviation, axis) =>
        [-1, 1].map(sign => Float32Array.from(spread, (_, at) => mean + (at === axis ? sign * deviation : 0))),
      );
    // Two axes, independent: variances 2 s^2 / 3 each, so the distance is the means' and that of the deviations.
    const expected = 2 * 0.5 ** 2 + (2 / 3) * ((3 - 1) ** 2 + (4 - 2) ** 2);
    near(frechetDistance(rows([3, 4], 1), rows([1, 2], 1.5)), expected, 1e-5);
  });
});
