import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runCli, startCli } from '../../harness/run-cli.ts';
import { frameHashes, lumaOf, makeTinyFilm, namesBelow } from '../../harness/tiny-film.ts';
import { folderPerTest } from '../fixtures/folder-per-test.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const LOSSLESS = ['--codec', 'ffv1', ...TINY];
/** As the README says. */
const CODE = { usage: 2, source: 3, partial: 4 } as const;

describe('colorize: many films and pictures', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  const inFolder = (...args: string[]) => runCli(['colorize', ...args], { cwd: group.folder });

  /** A folder with a film in each of two containers, and a picture. */
  async function writeReels(): Promise<void> {
    await mkdir(at('reels'));
    await copyFile(group.film, at('reels/a.mp4'));
    await makeTinyFilm(at('reels/b.avi'), {
      scenes: [8],
      sound: 'none',
      firstScene: 2,
      output: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'],
    });
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#777' } })
      .png()
      .toFile(at('reels/c.png'));
  }

  it('a folder of both: each under its name, one line each; a bad one stops nothing; what is finished is kept', async () => {
    await writeReels();
    await writeFile(at('reels/aa.mov'), 'Dear archive,\n');
    await writeFile(at('reels/notes.txt'), 'no film');
    const first = await inFolder('reels', '-o', 'out', '--report', 'report.json', ...LOSSLESS);
    assert.equal(first.code, CODE.partial, first.stderr);
    assert.deepEqual(await namesBelow(at('out')), ['a.mkv', 'b.mkv', 'c.png']);
    assert.equal(Buffer.compare(await lumaOf(at('out/a.mkv')), await lumaOf(group.film)), 0);
    for (const line of [
      /^\S*out\/a\.mkv: 12 frames in 2 shots, /m,
      /^\S*out\/b\.mkv: 8 frames in 1 shot, /m,
      /^\S*aa\.mov: not coloured$/m,
    ])
      assert.match(first.stderr, line);
    assert.match(first.stderr, /out: 3 coloured, 1 not coloured, .*\nkinemacolor: Expected a film at \S+aa\.mov[^\n]+\n$/);
    const report = JSON.parse(await readFile(at('report.json'), 'utf8')) as Record<
      string,
      { outcome?: string; source: string }[]
    >;
    assert.deepEqual([report.films!.length, report.pictures!.length, report.failed!.length], [2, 1, 1]);

    const times = async () => Promise.all(['a.mkv', 'b.mkv', 'c.png'].map(async name => (await stat(at(`out/${name}`))).mtimeMs));
    const before = await times();
    const again = await inFolder('reels', '-o', 'out', ...LOSSLESS);
    assert.match(again.stderr, /out\/a\.mkv: finished before\n/);
    assert.match(again.stderr, /out: 0 coloured, 3 finished before, 1 not coloured/);
    assert.deepEqual(await times(), before);
    const other = await inFolder('reels/a.mp4', '-o', 'out', ...LOSSLESS, '--keyframe-every', '4');
    assert.equal(other.code, 0, other.stderr);
    assert.match(other.stderr, /out: 1 coloured, /, 'other settings are another result');
  });

  it('kill -9 between two films: the same command keeps the first and makes the others, as a run of its own would', async () => {
    await writeReels();
    await copyFile(group.film, at('reels/z.mp4'));
    const args = ['colorize', 'reels', '-o', 'out', '--json', ...LOSSLESS];
    const { ended } = startCli(args, { cwd: group.folder, onEvent: ({ type }, { kill }) => type === 'done' && kill('SIGKILL') });
    assert.equal((await ended).signal, 'SIGKILL');
    assert.ok(!(await readdir(at('out'))).includes('z.mkv'));
    const end = await inFolder('reels', '-o', 'out', '--json', ...LOSSLESS);
    assert.equal(end.code, 0, end.stderr);
    const { kept, colored, failed } = end.events.at(-1)!;
    assert.ok(Number(kept) >= 1 && Number(kept) + Number(colored) === 4 && failed === 0);
    const alone = await inFolder('reels/z.mp4', '-o', at('alone.mkv'), '--quiet', ...LOSSLESS);
    assert.equal(alone.code, 0, alone.stderr);
    assert.deepEqual(await frameHashes(at('out/z.mkv')), await frameHashes(at('alone.mkv')));
    assert.deepEqual(await namesBelow(at('out')), ['a.mkv', 'b.mkv', 'c.png', 'z.mkv']);
  });

  it('--jobs 2 colours two films at once, with the same frames', async () => {
    for (const name of ['a.mp4', 'b.mp4']) await copyFile(group.film, at(name));
    const end = await inFolder('a.mp4', 'b.mp4', '-o', 'out', '--jobs', '2', '--json', ...LOSSLESS);
    assert.equal(end.code, 0, end.stderr);
    assert.deepEqual(await frameHashes(at('out/a.mkv')), await frameHashes(at('out/b.mkv')));
    const order = end.events.map(({ type }) => type);
    assert.ok(order.indexOf('done') > order.lastIndexOf('survey'), 'the second film begins before the first ends');
  });

  it('what cannot be done with many is one sentence', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'a.avi']) await copyFile(group.film, at(name));
    await mkdir(at('keys'));
    await refused(CODE.usage, /folder for the results of many films or pictures/, ['colorize', 'a.mp4', 'b.mp4']);
    await refused(CODE.usage, /Expected one film with --keyframes, received 2/, [
      ...['colorize', 'a.mp4', 'b.mp4', '-o', 'out', '--keyframes', 'keys', '--quiet'],
    ]);
    await refused(CODE.usage, /results of different names/, ['colorize', '*.{mp4,avi}', '-o', 'out', ...LOSSLESS, '--quiet']);
    await refused(CODE.usage, /whole number of films at once \(--jobs\), received 0/, [
      ...['colorize', 'a.mp4', 'b.mp4', '-o', 'out', '--jobs', '0', '--quiet'],
    ]);
    await refused(CODE.usage, /A page is about one film/, ['colorize', 'a.mp4', 'b.mp4', '-o', 'out', '--report', 'r.html']);
    await refused(CODE.source, /films or pictures at keys, but it is a folder without any/, ['colorize', 'keys', '-o', 'out']);
  });
});
