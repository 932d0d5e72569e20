import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runCli, startCli } from '../../harness/run-cli.ts';
import { decode, frameHashes, lumaOf, makeTinyFilm, namesBelow, packets, probe, runFfmpeg } from '../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../fixtures/folder-per-test.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const LOSSLESS = ['--codec', 'ffv1', ...TINY];
const CODE = { usage: 2, source: 3, output: 6 } as const;

describe('colorize: numbered pictures are a film', () => {
  const group = folderPerTest(); // twelve frames in two scenes
  const { at, refused } = group;
  const results = async () => (await namesBelow(group.folder)).filter(name => !name.startsWith('scans'));
  const inFolder = (...args: string[]) => runCli(['colorize', ...args, '--json', ...LOSSLESS], { cwd: group.folder });

  /** The frames of the group's film as pictures `scan_00100.ENDING`, ... */
  async function writeScans(ending: string, pixelFormat: string): Promise<void> {
    await mkdir(at('scans'));
    const output = ['-start_number', '100', '-pix_fmt', pixelFormat, at(`scans/scan_%05d.${ending}`)];
    await runFfmpeg(await locateFfmpeg(), ['-i', group.film, '-vf', 'extractplanes=y', ...output]);
  }

  for (const [ending, pixelFormat, depth] of [
    ['tif', 'gray16le', 16],
    ['png', 'gray', 8],
    ['dpx', 'gray16le', 16],
  ] as const)
    it(`${ending}, ${depth} bit: luma kept to the code, at the rate that is given`, async () => {
      await writeScans(ending, pixelFormat);
      const end = await inFolder(`scans/scan_%05d.${ending}`, '-o', 'out.mkv', '--fps', '16');
      assert.equal(end.code, 0, end.stderr);
      const { streams } = await probe(at('out.mkv'));
      assert.deepEqual([streams[0]!.r_frame_rate, streams[0]!.pix_fmt], ['16/1', depth === 16 ? 'yuv420p16le' : 'yuv420p']);
      const scans = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          decode(at(`scans/scan_${String(100 + i).padStart(5, '0')}.${ending}`), [], pixelFormat),
        ),
      );
      assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), Buffer.concat(scans)), 0);
      assert.deepEqual(await results(), ['out.mkv']);
    });

  it('exr holds linear light', async function () {
    const ffmpeg = await locateFfmpeg();
    if (!ffmpeg.encoders.has('exr')) this.skip(); // nothing here can write one
    await writeScans('exr', 'grayf32le');
    const end = await inFolder('scans', '--sequence', '-o', 'out.mkv');
    assert.equal(end.code, 0, end.stderr);
    const mean = (bytes: Buffer) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
    const [linear, shown] = [mean(await lumaOf(group.film)) / 255, mean(await decode(at('out.mkv'), ['format=gray'])) / 255];
    assert.ok(shown > linear + 0.1, `${linear} is shown as ${shown}`);
  });

  it('a folder or a glob with a film as its result is a sequence, too; sound is laid beside it', async () => {
    await writeScans('png', 'gray');
    for (const [i, source] of ['scans', 'scans/*.png'].entries()) {
      const end = await inFolder(source, '-o', `${i}.mkv`, '--audio', group.film);
      assert.equal(end.code, 0, end.stderr);
      assert.deepEqual(
        (await packets(at(`${i}.mkv`), 'a:0')).map(({ hash }) => hash),
        (await packets(group.film, 'a:0')).map(({ hash }) => hash),
      );
    }
    assert.deepEqual(await frameHashes(at('0.mkv')), await frameHashes(at('1.mkv')));
  });

  it('none of the files that are read is replaced, pictures or sound', async () => {
    await writeScans('png', 'gray');
    await copyFile(group.film, at('sound.mkv'));
    const read = ['sound.mkv', 'scans/scan_00100.png', 'scans/scan_00111.png'];
    const bytes = () => Promise.all(read.map(name => readFile(at(name))));
    const before = await bytes();
    const rest = ['--overwrite', ...TINY, '--quiet'];
    for (const output of [
      ['-o', 'scans/scan_%05d.png'],
      ['-o', 'sound.mkv', '--audio', 'sound.mkv'],
    ])
      await refused(CODE.usage, /is the input itself/, ['colorize', 'scans/scan_%05d.png', ...output, ...rest]);
    assert.deepEqual(await bytes(), before);
    assert.deepEqual(await results(), ['sound.mkv']);
  });

  it('a folder is one film where the result is, in mxf as well', async () => {
    await mkdir(at('scans'));
    const large = ['-vf', 'extractplanes=y,scale=256:128', '-frames:v', '2', at('scans/scan_%05d.png')];
    await runFfmpeg(await locateFfmpeg(), ['-i', group.film, ...large]);
    const end = await runCli(['colorize', 'scans', '-o', 'out.mxf', '--codec', 'dnxhr', ...TINY, '--quiet'], {
      cwd: group.folder,
    });
    assert.equal(end.code, 0, end.stderr);
    assert.equal((await packets(at('out.mxf'), 'v:0')).length, 2);
  });

  it('missing numbers are reported, and the frame before them is held, so that sound laid beside stays in step', async () => {
    await writeScans('png', 'gray');
    for (const number of [103, 104, 107]) await rm(at(`scans/scan_00${number}.png`));
    const end = await inFolder('scans/scan_%05d.png', '-o', 'out.mkv', '--audio', group.film);
    assert.equal(end.code, 0, end.stderr);
    const { path, frames } = end.events.find(({ type }) => type === 'source')!;
    assert.deepEqual([path, frames], [at('scans/scan_%05d.png'), 12]);
    const warnings = end.events.filter(({ type }) => type === 'warning').map(({ message }) => String(message));
    assert.ok(
      warnings.some(text => /lacks 3 pictures \(103 to 104, 107\); the frame before each gap is held for its time/.test(text)),
    );
    const [first = 0, ...later] = (await packets(at('out.mkv'), 'v:0')).map(({ pts }) => pts);
    assert.deepEqual(
      later.map(time => time - first),
      [1, 2, 5, 6, 8, 9, 10, 11].map(frame => Math.round((frame * 1000) / 24)),
    );
    assert.deepEqual(
      (await packets(at('out.mkv'), 'a:0')).map(({ hash }) => hash),
      (await packets(group.film, 'a:0')).map(({ hash }) => hash),
    );
  });

  it('every command that takes a film takes them, joined once beside them', async () => {
    await writeScans('png', 'gray');
    const done = async (...args: string[]) => {
      const end = await runCli([...args, '--json'], { cwd: group.folder });
      assert.equal(end.code, 0, end.stderr);
      return end;
    };
    await done('plan', 'scans/scan_%05d.png', '--fps', '16', '-o', 'plan.json', ...LOSSLESS);
    const joined = await stat(at('scans/scan.joined.mkv'));
    await done('render', 'plan.json', '-o', 'out.mkv');
    assert.equal((await probe(at('out.mkv'))).streams[0]!.r_frame_rate, '16/1');
    await done('keyframes', 'scans/scan_%05d.png', '--fps', '16', '-o', 'keys', ...LOSSLESS);
    await done('preview', 'scans/scan_%05d.png', '--fps', '16', '-o', 'look', '--sheet-only', ...TINY);
    await done('open', 'scans/scan_%05d.png', '--fps', '16', ...LOSSLESS);
    const { stdout } = await done('measure', 'out.mkv', '--source', 'scans/scan_%05d.png', '--fps', '16');
    const { luma } = JSON.parse(stdout) as { luma: { max: number } };
    assert.equal(luma.max, 0);
    assert.equal((await stat(at('scans/scan.joined.mkv'))).mtimeMs, joined.mtimeMs, 'it was joined again');
    const names = ['keys', 'look', 'out.mkv', 'plan.json', 'scans'];
    assert.deepEqual((await readdir(group.folder)).sort(), names);
    await refused(CODE.usage, /--fps is about numbered pictures/, ['plan', group.film, '--fps', '16', '--quiet']);
  });

  it('kill -9 in the middle: the same command goes on with what is finished, to the same film', async () => {
    await writeScans('png', 'gray');
    const args = ['colorize', 'scans/scan_%05d.png', '-o', 'out.mkv', '--json', ...LOSSLESS];
    const { ended } = startCli(args, {
      cwd: group.folder,
      onEvent: ({ type }, { kill }) => type === 'shot-done' && kill('SIGKILL'),
    });
    assert.equal((await ended).signal, 'SIGKILL');
    const again = await inFolder('scans/scan_%05d.png', '-o', 'out.mkv');
    assert.equal(again.code, 0, again.stderr);
    assert.ok(Number(again.events.at(-1)!.reused) >= 1);
    const whole = await inFolder('scans/scan_%05d.png', '-o', 'whole.mkv');
    assert.equal(whole.code, 0, whole.stderr);
    assert.deepEqual(await frameHashes(at('out.mkv')), await frameHashes(at('whole.mkv')));
    assert.deepEqual(await results(), ['out.mkv', 'whole.mkv']);
  });

  describe('as the result', () => {
    /** Y' (BT.709) of the first picture's pixels, 0..1. */
    async function lumaOfPicture(path: string): Promise<Float64Array> {
      const rgb = await decode(path, [], 'rgb48le');
      const at = (i: number) => rgb.readUInt16LE(2 * i) / 65535;
      return Float64Array.from(
        { length: rgb.length / 6 },
        (_, i) => 0.2126 * at(3 * i) + 0.7152 * at(3 * i + 1) + 0.0722 * at(3 * i + 2),
      );
    }
    const spread = (rgb: Buffer) => rgb.reduce((sum, value, i) => sum + Math.abs(value - rgb[i - (i % 3)]!), 0) / rgb.length;

    for (const [ending, pixelFormat] of [
      ['tif', 'rgb48le'],
      ['png', 'rgb48be'],
      ['dpx', 'rgb48be'],
    ] as const)
      it(`${ending}: the source's numbers and its depth, luma within a code of 8 bit, and colour`, async () => {
        await writeScans('tif', 'gray16le');
        const end = await runCli(['colorize', 'scans/scan_%05d.tif', '-o', `c_%05d.${ending}`, ...TINY], {
          cwd: group.folder,
        });
        assert.equal(end.code, 0, end.stderr);
        const names = await results();
        assert.deepEqual(
          names,
          Array.from({ length: 12 }, (_, i) => `c_${String(100 + i).padStart(5, '0')}.${ending}`),
        );
        assert.equal((await probe(at(names[7]!))).streams[0]!.pix_fmt, pixelFormat);
        const [luma, scan] = [await lumaOfPicture(at(names[7]!)), await decode(at('scans/scan_00107.tif'), [], 'gray16le')];
        const worst = luma.reduce((most, value, i) => Math.max(most, Math.abs(value - scan.readUInt16LE(2 * i) / 65535)), 0);
        assert.ok(worst < 1 / 255, `luma differs by ${worst}`);
        assert.ok(spread(await decode(at(names[7]!), [], 'rgb24')) > 1, 'it has no colour');
      });

    it('a stretch of a film is numbered by its frames; pictures that are there already are never overwritten unasked', async () => {
      const args = ['colorize', group.film, '-o', 'c_%04d.png', '--from', '4f', '--to', '7f', ...TINY, '--quiet'];
      assert.equal((await runCli(args, { cwd: group.folder })).code, 0);
      assert.deepEqual(await results(), ['c_0004.png', 'c_0005.png', 'c_0006.png']);
      assert.equal((await probe(at('c_0004.png'))).streams[0]!.pix_fmt, 'rgb24');
      await refused(CODE.output, /c_0004\.png exists; choose another name, or replace/, args);
      assert.equal((await runCli([...args, '--overwrite'], { cwd: group.folder })).code, 0);
    });

    it('kill -9 in the middle: the same command goes on, to the same pictures', async () => {
      const args = ['colorize', group.film, '-o', 'c_%04d.png', '--json', ...TINY];
      const { ended } = startCli(args, {
        cwd: group.folder,
        onEvent: ({ type }, { kill }) => type === 'pictures' && kill('SIGKILL'),
      });
      assert.equal((await ended).signal, 'SIGKILL');
      assert.deepEqual(
        (await results()).filter(name => name.endsWith('.png')),
        [],
      );
      const again = await runCli(args, { cwd: group.folder });
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(again.events.map(({ type }) => type).slice(-2), ['pictures', 'done'], 'done when the pictures are there');
      assert.equal(again.events.findLast(({ type }) => type === 'done')!.reused, 2);
      const killed = await Promise.all((await results()).map(name => decode(at(name))));
      assert.equal(killed.length, 12);
      assert.equal((await runCli(args.with(3, 'd_%04d.png'), { cwd: group.folder })).code, 0);
      const whole = await Promise.all((await results()).filter(name => name.startsWith('d')).map(name => decode(at(name))));
      assert.equal(Buffer.compare(Buffer.concat(killed), Buffer.concat(whole)), 0);
    });

    it('what cannot be written is one sentence', async () => {
      const make = (output: string, ...more: string[]) => ['colorize', group.film, '-o', output, '--quiet', ...more];
      await refused(CODE.usage, /end in \.tif, \.png, \.dpx or \.exr/, make('c_%04d.mkv'));
      await refused(CODE.usage, /Pictures have no codec, received x265/, make('c_%04d.tif', '--codec', 'x265'));
      await refused(CODE.usage, /A page is about a film/, make('c_%04d.tif', '--report', 'r.html'));
    });
  });

  it('what is no sequence is one sentence', async () => {
    await makeTinyFilm(at('film.mkv'), { scenes: [4] });
    await mkdir(at('two'));
    for (const name of ['a_1.png', 'b_1.png']) await writeFile(at(`two/${name}`), '');
    await mkdir(at('broken'));
    for (const name of ['1.png', '2.png']) await writeFile(at(`broken/${name}`), 'Dear archive');
    const colorize = (...args: string[]) => ['colorize', ...args, '--quiet'];
    await refused(CODE.source, /numbered pictures .* at x_%03d\.tif, found none/, colorize('x_%03d.tif', '-o', 'out.mkv'));
    await refused(
      CODE.source,
      /one sequence of pictures at two, found 2 \(a_#\.png, b_#\.png\)/,
      colorize('two', '-o', 'out.mp4'),
    );
    await refused(CODE.source, /pictures of broken cannot be joined into a film/, colorize('broken', '-o', 'out.mp4'));
    await mkdir(at('jpeg')); // in TIFF: more than an ffmpeg of 2018 reads, and it gives no reason
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#777' } })
      .tiff({ compression: 'jpeg' })
      .toFile(at('jpeg/1.tif'));
    await refused(CODE.source, /cannot read them and does not say why\. Install a newer one/, colorize('jpeg', '-o', 'out.mp4'), {
      KINEMACOLOR_FFMPEG: 'bundled',
    });
    await refused(CODE.usage, /a film to write for the numbered pictures/, colorize('two', '--sequence'));
    await refused(CODE.usage, /--fps is about numbered pictures/, colorize('film.mkv', '-o', 'out.mkv', '--fps', '16'));
    await refused(
      CODE.usage,
      /frames a second as 24 or 24000\/1001 \(--fps\), received "x"/,
      colorize('two', '-o', 'o.mkv', '--fps', 'x'),
    );
  });
});
