import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { assertOneSentence, colorize, runCli, startCli } from '../../harness/run-cli.ts';
import { namesBelow } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';
import {
  colorfulness,
  crc32,
  grayScene,
  imageOf,
  LOSSLESS_TIFF,
  lumaOfRgb,
  type Samples,
  samplesOf,
  withAlpha,
} from '../fixtures/stills.ts';

const [WIDTH, HEIGHT] = [150, 101];
const CPU = ['--device', 'cpu'];
/** As the README says. */
const CODE = { usage: 2, source: 3, partial: 4, output: 6 } as const;

describe('colorize: pictures', () => {
  const folder = folderPerGroup();
  let place = '';
  const count = { tests: 0 };
  const at = (...names: string[]) => join(place, ...names);

  beforeEach(async () => {
    place = join(folder, String(count.tests++));
    await mkdir(place);
  });

  const scene = (depth: 8 | 16) => grayScene(WIDTH, HEIGHT, depth);
  const sources: Record<string, () => Sharp> = {
    'gray8.png': () => imageOf(scene(8)).png(),
    'gray16.png': () => imageOf(scene(16)).png(),
    'gray8.tif': () => imageOf(scene(8)).tiff(LOSSLESS_TIFF),
    'gray16.tiff': () => imageOf(scene(16)).tiff(LOSSLESS_TIFF),
    'gray8.webp': () => imageOf(scene(8)).webp({ lossless: true }),
    'alpha8.png': () => imageOf(withAlpha(scene(8))).png(),
    'alpha16.png': () => imageOf(withAlpha(scene(16))).png(),
    'alpha16.tif': () => imageOf(withAlpha(scene(16))).tiff(LOSSLESS_TIFF),
    'alpha8.webp': () => imageOf(withAlpha(scene(8))).webp({ lossless: true, exact: true }),
    'GRAY.JPG': () => imageOf(scene(8)).jpeg({ quality: 90 }),
    'photo[1].png': () => imageOf(scene(8)).png(),
    'a "b" ü.png': () => imageOf(scene(8)).png(),
    'options.png[level=0].png': () => imageOf(scene(8)).png(),
  };

  async function writeSources(into: string): Promise<string[]> {
    await mkdir(into, { recursive: true });
    for (const [name, image] of Object.entries(sources)) await writeFile(join(into, name), await image().toBuffer());
    return Object.keys(sources).sort();
  }

  it('a folder: every format and depth keeps its luma to the code, its depth and its opacity, and gets colour', async () => {
    const names = await writeSources(at('in'));
    await colorize([at('in'), '-o', at('out'), '--quiet', ...CPU]);
    assert.deepEqual((await readdir(at('out'))).sort(), names);
    for (const name of names) {
      const [source, result] = await Promise.all([samplesOf(at('in', name), 'gray'), samplesOf(at('out', name))]);
      assert.equal(result.depth, source.depth, name);
      assert.ok(colorfulness(result) > 0.01, `${name} is gray`);
      if (name === 'GRAY.JPG') assertNear(lumaOfRgb(result), source);
      else assert.deepEqual(Array.from(lumaOfRgb(result), Math.round), channel(source, 0), name);
      assert.equal(result.channels, source.channels + 2, name);
      if (source.channels === 2) assert.deepEqual(channel(result, 3), channel(source, 1), name);
      const { xmp, orientation } = await sharp(await readFile(at('out', name))).metadata();
      assert.match(
        xmp!.toString(),
        /kinemacolor:Colour="Colour synthesised by Kinemacolor [^"]*; model kinemacolor-base \(sha256 /,
      );
      assert.equal(orientation, 1);
    }
  });

  /** What JPEG at quality 95 does to luma where colour was added: less than a code in the mean, seldom more than a few. */
  function assertNear(luma: Float64Array, source: Samples): void {
    const distances = Array.from(luma, (y, i) => Math.abs(y - source.data[i]!)).sort((a, b) => a - b);
    const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length;
    assert.ok(mean < 1, `mean ${mean}`);
    assert.ok(
      distances[Math.floor(distances.length * 0.99)]! < 4,
      `99 of 100: ${distances[Math.floor(distances.length * 0.99)]}`,
    );
  }

  const channel = ({ channels, data }: Samples, which: number) => Array.from(data.filter((_, i) => i % channels === which));

  it('one picture gets a name of its own; what it is, its content says and not its name', async () => {
    await writeFile(at('scan.bin'), await sources['gray16.png']!().toBuffer());
    const { stderr, stdout } = await colorize(['scan.bin', ...CPU], { cwd: place });
    assert.deepEqual((await namesBelow(place)).sort(), ['scan.bin', 'scan.color.png']);
    assert.match(stderr, /scan\.color\.png: 1 coloured/);
    assert.equal(stdout, '');
    assert.equal((await samplesOf(at('scan.color.png'))).depth, 16);
  });

  it('many: broken pictures are named at the end and end nothing; exit code 4; what is finished is kept by the next run', async () => {
    await mkdir(at('in', 'below'), { recursive: true });
    const good = await sources['gray8.png']!().toBuffer();
    for (const name of ['a.png', 'b.png', 'below/c.png', '.hidden.png']) await writeFile(at('in', name), good);
    await writeFile(at('in', 'cut.png'), good.subarray(0, good.length / 2));
    await writeFile(at('in', 'empty.jpg'), '');
    await writeFile(at('in', 'letter.tif'), 'Dear archive,\n');
    await writeFile(at('in', 'readme.txt'), 'no picture');
    const first = await runCli(['colorize', 'in/**/*', '-o', 'out', '--json', ...TINY], { cwd: place });
    assert.equal(first.code, CODE.partial, first.stderr);
    const lines = first.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 3, first.stderr);
    for (const [i, sentence] of [
      /cut\.png cannot be used: .*damaged/,
      /empty\.jpg, but the file is empty/,
      /letter\.tif, but it is none/,
    ].entries())
      assert.match(lines[i]!, sentence);
    assert.deepEqual((await namesBelow(at('out'))).sort(), ['a.png', 'b.png', 'below', 'below/c.png']);
    const { seconds, path, ...sums } = first.events.at(-1)!;
    assert.deepEqual(sums, { type: 'queue-done', colored: 3, kept: 0, failed: 3 });
    const before = await stat(at('out', 'a.png'));
    const again = await runCli(['colorize', 'in/**/*', '-o', 'out', '--json', ...TINY], { cwd: place });
    assert.equal(again.events.at(-1)!.kept, 3);
    assert.equal((await stat(at('out', 'a.png'))).mtimeMs, before.mtimeMs);
  });

  it('kill -9 leaves whole results or none, and the same command goes on', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `${i}.png`);
    // All but the first are seconds of work, so that the kill finds one in hand.
    const pictures = [sources['gray16.png']!(), imageOf(grayScene(1500, 1100, 16)).png()];
    const [first, other] = await Promise.all(pictures.map(picture => picture.toBuffer()));
    for (const name of names) await writeFile(at(name), (name === names[0] ? first : other)!);
    const args = ['colorize', ...names, '-o', 'out', '--json', ...TINY];
    const { ended } = startCli(args, { cwd: place, onEvent: ({ type }, run) => type === 'picture-done' && run.kill('SIGKILL') });
    assert.equal((await ended).signal, 'SIGKILL');
    const left = (await readdir(at('out'))).filter(name => name.endsWith('.png'));
    for (const name of left) await samplesOf(at('out', name));
    const end = await runCli(args, { cwd: place });
    assert.equal(end.code, 0, end.stderr);
    assert.ok(Number(end.events.at(-1)!.kept) >= 1);
    assert.deepEqual((await readdir(at('out'))).sort(), names);
  });

  it('memory is bounded by a few bytes a pixel', async function () {
    if (process.platform !== 'linux') return this.skip();
    const [width, height] = [4000, 3000];
    await imageOf(grayScene(width, height, 16))
      .tiff(LOSSLESS_TIFF)
      .toFile(at('large.tif'));
    const peak = { kilobytes: 0 };
    const onEvent = ({ type }: { type: string }, { pid }: { pid: number }) => {
      if (type === 'picture-done')
        peak.kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    };
    const { ended } = startCli(['colorize', at('large.tif'), '-o', at('out.tif'), '--json', ...CPU], { onEvent });
    assert.equal((await ended).code, 0);
    const bound = 450e6 + 20 * width * height; // the program, its libraries and the model; and so many bytes a pixel
    assert.ok(peak.kilobytes > 0 && peak.kilobytes * 1024 < bound, `${peak.kilobytes} kB, expected at most ${bound / 1024}`);
  });

  describe('are refused in one sentence, and nothing is left behind', () => {
    async function refused(code: number, sentence: RegExp, ...args: string[]): Promise<void> {
      const before = await namesBelow(place);
      const end = await runCli(['colorize', ...args, '--quiet', ...TINY], { cwd: place });
      assertOneSentence(end, code, sentence);
      assert.deepEqual(await namesBelow(place), before);
    }
    beforeEach(async () => writeFile(at('a.png'), await sources['alpha8.png']!().toBuffer()));

    it('the output: the input itself, a film, a file that is not ours, without opacity', async () => {
      await refused(CODE.usage, /output is the input itself/, 'a.png', '-o', './a.png');
      await refused(CODE.usage, /ends in \.jpg, \.png, \.webp or \.tif, since the source is a picture/, 'a.png', '-o', 'a.mkv');
      await refused(CODE.usage, /transparent in places, which JPEG cannot hold/, 'a.png', '-o', 'a.jpg');
      await copyFile(at('a.png'), at('b.png'));
      await refused(CODE.output, /was not made by Kinemacolor/, 'a.png', '-o', 'b.png');
    });

    it('many: no folder, a file in its place, the folder they lie in, names twice, nothing there', async () => {
      await mkdir(at('x'));
      await copyFile(at('a.png'), at('x', 'a.png'));
      await refused(CODE.usage, /folder for the results/, 'a.png', 'x/a.png');
      await refused(CODE.usage, /Expected a folder for the results, received the file/, 'x', '-o', 'a.png');
      await refused(CODE.usage, /output is the input itself/, 'x', '-o', 'x');
      await refused(CODE.usage, /have the same/, 'a.png', 'x/a.png', '-o', 'out');
      await refused(CODE.source, /nothing matches/, 'y/*.png', '-o', 'out');
    });

    it('options that are about films, and hints for many', async () => {
      await refused(CODE.usage, /"keyframeEvery" is about films/, 'a.png', '-o', 'b.png', '--keyframe-every', '3');
      await refused(CODE.usage, /Hints belong to one picture/, '*.png', '-o', 'out', '--hints', 'a.png');
    });

    it('pictures too large, of several pages, and of numbers that are no codes', async () => {
      await writeFile(at('bomb.png'), pngOf(40_000, 40_000));
      await refused(CODE.source, /it holds 40000x40000 pixels, expected at most 268402689/, 'bomb.png', '-o', 'b.png');
      const pages = grayScene(40, 60);
      const moving = sharp(pages.data, { raw: { width: 40, height: 60, channels: 1, pageHeight: 30 } });
      await moving.webp({ lossless: true }).toFile(at('moving.webp'));
      await refused(CODE.source, /it holds 2 pictures, expected one; those of a TIFF or GIF/, 'moving.webp', '-o', 'b.webp');
      await writeFile(at('float.tif'), floatTiff());
      await refused(CODE.source, /samples are of type "float", expected 8 or 16 bit/, 'float.tif', '-o', 'b.tif');
    });
  });
});

/** A PNG that says it is this large and holds nothing. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const bytes = Buffer.alloc(12 + content.length);
    bytes.writeUInt32BE(content.length, 0);
    bytes.write(type, 4, 'latin1');
    content.copy(bytes, 8);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A TIFF of 2 x 1 samples of 32-bit floats. */
function floatTiff(): Buffer {
  const rows = [
    [256, 3, 1, 2],
    [257, 3, 1, 1],
    [258, 3, 1, 32],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 1, 8],
    [339, 3, 1, 3],
  ];
  const table = Buffer.alloc(2 + 12 * rows.length + 4);
  table.writeUInt16LE(rows.length, 0);
  for (const [i, [tag, type, length, value]] of rows.entries()) {
    table.writeUInt16LE(tag!, 2 + 12 * i);
    table.writeUInt16LE(type!, 4 + 12 * i);
    table.writeUInt32LE(length!, 6 + 12 * i);
    table.writeUInt32LE(value!, 10 + 12 * i);
  }
  const samples = Buffer.alloc(8);
  samples.writeFloatLE(0.25, 0);
  samples.writeFloatLE(0.75, 4);
  return Buffer.concat([Buffer.from('II*\0\x10\0\0\0', 'latin1'), samples, table]);
}
