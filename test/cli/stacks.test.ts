import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import {
  makePhantom,
  PHANTOM_WINDOW,
  type Phantom,
  paintSlices,
  readColorFilm,
  readColorStack,
  tissueShares,
  withOutlines,
  writeSlices,
  writeStack,
} from '../../harness/phantom.ts';
import { type CliEvent, runCli, startCli } from '../../harness/run-cli.ts';
import { decode, lumaOf, namesBelow, runFfmpeg } from '../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Plan } from '../../src/media/plan/plan.ts';
import type { BatchFilm } from '../../src/pipeline/batch/film-of-batch.ts';
import type { RunReport } from '../../src/pipeline/run/shot-report.ts';
import { folderPerTest } from '../fixtures/folder-per-test.ts';
import { grayScene, imageOf } from '../fixtures/stills.ts';

const CODE = { usage: 2, source: 3 } as const;
const WINDOW = ['--window', PHANTOM_WINDOW.option];
/** Of the pixels of each tissue, the share that must carry its colour. */
const CARRIED = 0.97;

describe('colorize: stacks of slices', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  const whole = makePhantom();
  const short: Phantom = { ...whole, slices: whole.slices.slice(0, 6) };
  const run = (...args: string[]) => runCli([...args, '--json'], { cwd: group.folder });

  function assertCarried(phantom: Phantom, rgb: readonly Uint16Array[]): void {
    for (const [tissue, share] of tissueShares(phantom, rgb).entries())
      assert.ok(share >= CARRIED, `${(100 * share).toFixed(2)} % of tissue ${tissue} carry its colour`);
  }

  /** The largest distance of Y' of 16-bit RGB from the data, in code values. */
  function lumaError({ slices }: Phantom, rgb: readonly Uint16Array[]): number {
    let most = 0;
    for (const [z, { data }] of slices.entries())
      for (let i = 0; i < data.length; i++) {
        const [r, g, b] = rgb[z]!.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
        most = Math.max(most, Math.abs(0.2126 * r + 0.7152 * g + 0.0722 * b - data[i]!));
      }
    return most;
  }

  it('a TIFF of 60 slices, one in ten painted: 97 % of each tissue carry its colour, and the data keep their depth', async () => {
    await writeStack(whole, at('stack.tif'));
    await paintSlices(whole, at('keys'));
    const end = await run('colorize', 'stack.tif', ...WINDOW, '--keyframes', 'keys', '--keyframes-only');
    assert.equal(end.code, 0, end.stderr);
    const rgb = await readColorStack(at('stack.color.tif'));
    assert.equal(rgb.length, 60);
    assertCarried(whole, rgb);
    const error = lumaError(whole, rgb);
    assert.ok(error < 0.501, `the data are off by ${error} code values`);
    assert.match((await sharp(at('stack.color.tif')).metadata()).xmp!.toString(), /Colour synthesised by Kinemacolor/);
  });

  it('tissues outlined as regions on one slice in ten are carried to the others', async () => {
    const part: Phantom = { ...whole, slices: whole.slices.slice(0, 20) };
    await writeStack(part, at('stack.tif'));
    const planned = await run('plan', 'stack.tif', '-o', 'plan.json', ...WINDOW, '--codec', 'ffv1');
    assert.equal(planned.code, 0, planned.stderr);
    const plan = JSON.parse(await readFile(at('plan.json'), 'utf8')) as Plan;
    await writeFile(at('plan.json'), JSON.stringify(withOutlines(plan, part)));
    const end = await run('render', 'plan.json', '-o', 'out.mkv');
    assert.equal(end.code, 0, end.stderr);
    assertCarried(part, await readColorFilm(at('out.mkv'), part));
  });

  it('a palette colours numbered slices by intensity alone: luma bit for bit, chroma a function of it, with a colour bar', async () => {
    await writeSlices(short, at('slices'));
    const args = ['colorize', 'slices/slice_%03d.tif', ...WINDOW, '--palette', 'viridis', '--codec', 'ffv1'];
    const end = await run(...args, '-o', 'out.mkv', '--report', 'out.json');
    assert.equal(end.code, 0, end.stderr);
    const data = short.slices.map(slice => Buffer.from(slice.data.buffer));
    assert.equal(Buffer.compare(await lumaOf(at('out.mkv')), Buffer.concat(data)), 0);
    const [codes, cb] = [short.slices[2]!.data, await decode(at('out.mkv'), ['extractplanes=u'])];
    const seen = new Map<number, Set<number>>();
    for (const [i, code] of codes.entries()) {
      const chroma = cb.readUInt16LE(2 * (2 * codes.length + i));
      seen.set(code, (seen.get(code) ?? new Set()).add(chroma));
    }
    assert.ok(
      [...seen.values()].every(({ size }) => size === 1),
      'one intensity has several colours',
    );
    const different = new Set([...seen.values()].map(([one]) => one));
    assert.ok(different.size > 50, `only ${different.size} colours`);
    const { colorBar, device } = JSON.parse(await readFile(at('out.json'), 'utf8')) as RunReport;
    assert.deepEqual([colorBar!.palette, colorBar!.low, colorBar!.high], ['viridis', 0, 2600]);
    assert.equal(device, 'none');
    const page = await run(...args, '-o', 'page.mkv', '--report', 'page.html');
    assert.equal(page.code, 0, page.stderr);
    const html = await readFile(at('page.html'), 'utf8');
    assert.match(html, /aria-label="viridis from 0 to 2600"/);
    assert.ok(html.includes(colorBar!.colors.join()), 'the bar has other colours');
    assert.match(html, /the same, bit for bit/);
  });

  it('among many: a stack becomes the pages that it becomes alone, an animated GIF a film, and both are kept by the next run', async () => {
    await mkdir(at('in'));
    await writeStack(short, at('in/stack.tif'));
    await runFfmpeg(await locateFfmpeg(), ['-i', group.film, '-frames:v', '3', at('in/moving.gif')]);
    await imageOf(grayScene(40, 30)).png().toFile(at('in/c.png'));
    const colorize = (...args: string[]) => run('colorize', ...args, '--palette', 'viridis');
    const first = await colorize('in', '-o', 'out', '--codec', 'ffv1', '--jobs', '2', '--report', 'report.json');
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(await namesBelow(at('out')), ['c.png', 'moving.mkv', 'stack.color.tif']);
    const done = first.events.filter(({ type }) => type === 'done').map(({ path }) => path);
    assert.deepEqual(done.sort(), [at('out/moving.mkv'), at('out/stack.color.tif')]);
    const { films } = JSON.parse(await readFile(at('report.json'), 'utf8')) as { films: BatchFilm[] };
    assert.deepEqual(
      films.map(({ output, report }) => [output, report!.frames]),
      [
        [at('out/moving.mkv'), 3],
        [at('out/stack.color.tif'), short.slices.length],
      ],
    );
    assert.equal((await colorize('in/stack.tif')).code, 0);
    assert.deepEqual(await readColorStack(at('out/stack.color.tif')), await readColorStack(at('in/stack.color.tif')));
    const again = await colorize('in/{stack.tif,moving.gif,c.png}', '-o', 'out', '--codec', 'ffv1');
    const { kept, colored } = again.events.at(-1)!;
    assert.deepEqual([kept, colored], [3, 0], again.stderr);
    const other = await run('colorize', 'in/stack.tif', 'in/c.png', '-o', 'out', '--palette', 'magma');
    assert.equal(other.events.at(-1)!.colored, 2, 'other settings are another result');
  });

  it('kill -9 in the middle of a queue of stacks: the same command goes on, to the stacks that each becomes alone', async () => {
    await mkdir(at('in'));
    for (const name of ['a', 'b']) await writeStack(short, at(`in/${name}.tif`));
    const args = ['colorize', 'in', '-o', 'out', '--palette', 'viridis', '--json'];
    const killedAt = async (moment: (event: CliEvent) => boolean) => {
      const { ended } = startCli(args, { cwd: group.folder, onEvent: (event, { kill }) => moment(event) && kill('SIGKILL') });
      assert.equal((await ended).signal, 'SIGKILL');
      return (await namesBelow(at('out'))).filter(name => name.endsWith('.color.tif'));
    };
    assert.deepEqual(await killedAt(({ type }) => type === 'shot-done'), [], 'a stack that is not complete has its name');
    assert.deepEqual(await killedAt(({ type, done }) => type === 'queue' && done === 1), ['a.color.tif']);
    const end = await runCli(args, { cwd: group.folder });
    assert.equal(end.code, 0, end.stderr);
    assert.deepEqual([end.events.at(-1)!.kept, end.events.at(-1)!.colored], [1, 1]);
    assert.deepEqual(await namesBelow(at('out')), ['a.color.tif', 'b.color.tif']);
    assert.equal((await run('colorize', 'in/b.tif', '--palette', 'viridis', '-o', 'alone.tif')).code, 0);
    for (const name of ['a', 'b'])
      assert.deepEqual(await readColorStack(at(`out/${name}.color.tif`)), await readColorStack(at('alone.tif')));
  });

  it('what people see is the window: keyframes of data that are nearly black are bright', async () => {
    await writeStack(short, at('stack.tif'));
    const end = await run('keyframes', 'stack.tif', '-o', 'keys', ...WINDOW);
    assert.equal(end.code, 0, end.stderr);
    const { channels } = await sharp(at('keys/000000.png')).stats();
    const mean = channels.reduce((sum, one) => sum + one.mean, 0) / 3;
    const { data } = short.slices[0]!;
    const stored = data.reduce((sum, code) => sum + code, 0) / data.length / 257;
    assert.ok(stored < 10 && mean > 60, `${stored} is shown as ${mean} of 255`);
  });

  it('what cannot be used is one sentence', async () => {
    await writeStack(short, at('stack.tif'));
    const colorize = (...args: string[]) => ['colorize', 'stack.tif', '--quiet', ...args];
    await refused(
      CODE.usage,
      /a window as CENTER,WIDTH in code values, such as 1050,2100, received "1300"/,
      colorize('--window', '1300'),
    );
    await refused(
      CODE.usage,
      /within the code values 0\.\.65535 of 16 bit, received --window 90000,100/,
      colorize('--window', '90000,100'),
    );
    await refused(CODE.usage, /A palette alone decides the colour of each intensity; leave --saturation out/, [
      ...colorize('--palette', 'pet', '--saturation', '0.5'),
    ]);
    await refused(CODE.usage, /for --palette, instead of "jet", one of: .*"viridis"/, colorize('--palette', 'jet'));
  });
});
