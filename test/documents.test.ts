import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import yargs from 'yargs';
import { makePhantom, paintSlices, writeStack } from '../harness/phantom.ts';
import { startCli } from '../harness/run-cli.ts';
import { makeTinyFilm, type TinyFilm } from '../harness/tiny-film.ts';
import { locateFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import { FARM_COMMANDS } from '../src/cli/farm/farm-command.ts';
import { planCommand } from '../src/cli/plan-commands.ts';
import { joinCommand, renderShotCommand } from '../src/cli/shot-commands.ts';
import { codeBlocks, ROOT, readDocument } from './fixtures/documents.ts';
import { folderPerGroup } from './fixtures/films.ts';

const execute = promisify(execFile);
const GUIDE = 'docs/guide.md';
/** Lines at most, so that each is read. */
const LENGTHS: Record<string, number> = { 'README.md': 120, 'ARCHITECTURE.md': 150 };
const MAX_TERMS = 15;

/** A line of a shell as words; double quotes hold words together, a # ends it. No expansion: our patterns are quoted. */
function wordsOf(line: string): string[] {
  return [...line.replace(/\s+#.*$/, '').matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

const linesOf = (text: string) => codeBlocks(text, '').flatMap(block => block.split('\n').filter(line => line !== ''));
/** What installs or starts this project itself; test/package.test.ts does that. */
const INSTALLING = /^(npm|npx) /;

describe('documents', () => {
  for (const [path, most] of Object.entries(LENGTHS))
    it(`${path} has at most ${most} lines`, async () => {
      assert.ok((await readDocument(path)).trimEnd().split('\n').length <= most);
    });

  it('the glossary has at most 15 terms', async () => {
    const [, glossary] = /## Glossary\n([\s\S]*?)\n## /.exec(await readDocument('ARCHITECTURE.md'))!;
    const terms = glossary!.match(/^- \*\*/gm)!.length;
    assert.ok(terms > 0 && terms <= MAX_TERMS, `${terms} terms`);
  });

  it('what they link to and name is there', async () => {
    const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'bench/README.md'];
    for (const name of await readdir(join(ROOT, 'docs'))) if (name.endsWith('.md')) documents.push(`docs/${name}`);
    const missing: string[] = [];
    for (const document of documents) {
      const text = await readDocument(document);
      const ours =
        'https://(?:github\\.com/kinemacolor/kinemacolor/blob|raw\\.githubusercontent\\.com/kinemacolor/kinemacolor)/main/';
      const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
      const local = links.filter(target => !/^https?:/.test(target)).map(target => normalize(join(dirname(document), target)));
      const absolute = links
        .filter(target => new RegExp(`^${ours}`).test(target))
        .map(target => target.replace(new RegExp(ours), ''));
      const named = [...text.matchAll(/`((?:test|bench|models|samples|docs|install)\/[\w./-]+)`/g)].map(([, path]) => path!);
      const rooms = [...text.matchAll(/`((?:media|kernels|adapters|stages|pipeline|review|cli)\/[\w./-]+)`/g)].map(
        ([, path]) => `src/${path}`,
      );
      for (const path of [...local, ...absolute, ...named, ...rooms])
        if (![path, `${path}.ts`, `${path}.tsx`].some(one => existsSync(join(ROOT, one)))) missing.push(`${document}: ${path}`);
    }
    assert.deepEqual(missing, []);
  });
});

describe('commands of docs/farm.md', () => {
  it('are such that the command line takes them', async () => {
    const known = new Map(
      [planCommand, renderShotCommand, joinCommand, ...FARM_COMMANDS].map(one => [String(one.command).split(' ')[0], one]),
    );
    const text = codeBlocks(await readDocument('docs/farm.md'), 'sh')
      .join('')
      .replaceAll(/\\\n */g, '');
    const lines = [...text.matchAll(/^.*?\bkinemacolor ((?:farm )?)([a-z][\w-]*.*)$/gm)].filter(
      ([line]) => !line!.startsWith('openssl'),
    );
    assert.ok(lines.length >= 12);
    for (const [line, , rest] of lines) {
      const [name, ...args] = wordsOf(rest!.replace(/ > .*$/, ''));
      const command = known.get(name);
      assert.ok(command, line);
      const parser = yargs([name!, ...args]).command({ ...command, handler: () => undefined });
      await parser
        .strict()
        .exitProcess(false)
        .fail((message, cause) => {
          throw cause ?? new Error(`${line}: ${message}`);
        })
        .parseAsync();
    }
  });
});

describe('commands of README and guide', function () {
  this.slow(60_000);
  const folder = folderPerGroup();
  let ffmpeg = '';
  let ffprobe = '';

  before(async () => {
    const film = (name: string, more: TinyFilm = {}) =>
      makeTinyFilm(join(folder, name), { width: 96, height: 64, scenes: [8, 6], ...more });
    await film('film.mkv');
    await film('fields.mkv', { output: ['-flags', '+ildct+ilme', '-x264-params', 'tff=1'] });
    await film('telecined.mkv', { filters: ['telecine'] });
    await mkdir(join(folder, 'scans'));
    await mkdir(join(folder, 'reels'));
    await film('reels/reel1.mp4', { scenes: [6] });
    await mkdir(join(folder, 'references'));
    const coat = { width: 64, height: 48, channels: 3, background: '#853' } as const;
    await sharp({ create: coat }).jpeg().toFile(join(folder, 'references/coat.jpg'));
    const gray = { width: 64, height: 48, channels: 3, background: '#777' } as const;
    const lzw = { compression: 'lzw' } as const; // JPEG in TIFF, sharp's default, is more than the bundled ffmpeg reads
    for (let n = 1; n <= 4; n++) {
      const picture = sharp({ create: gray });
      for (const name of [`scan_0000${n}.tif`, `scans/${n}.tif`]) await picture.clone().tiff(lzw).toFile(join(folder, name));
    }
    const phantom = makePhantom({ slices: 3 });
    await writeStack(phantom, join(folder, 'stack.tif'));
    await paintSlices(phantom, join(folder, 'painted'));
    await writeStack({ ...phantom, slices: phantom.slices.slice(0, 1) }, join(folder, 'micrograph.tif'));
    ({ path: ffmpeg, probePath: ffprobe } = await locateFfmpeg());
  });

  async function review(args: string[]): Promise<void> {
    const run = startCli([...args, '--json'], {
      cwd: folder,
      onEvent: (event, { kill }) => {
        if (event.type === 'serving') kill('SIGINT');
      },
    });
    const { events } = await run.ended;
    assert.ok(events.some(({ type }) => type === 'serving'));
  }

  for (const document of ['README.md', GUIDE])
    it(`${document}: each runs as it stands`, async function () {
      const lines = linesOf(await readDocument(document)).filter(line => !INSTALLING.test(line));
      assert.ok(lines.length >= 6);
      this.timeout(60_000 * lines.length);
      for (const line of lines) {
        const [command, ...args] = wordsOf(line);
        if (command === 'ffmpeg' || command === 'ffprobe') {
          await execute(command === 'ffmpeg' ? ffmpeg : ffprobe, command === 'ffmpeg' ? ['-v', 'error', '-y', ...args] : args, {
            cwd: folder,
          });
        } else {
          assert.equal(command, 'kinemacolor', `no such program is known here: ${line}`);
          if (args[0] === 'review') await review(args);
          else {
            const { code, stderr } = await startCli(args, { cwd: folder }).ended;
            assert.equal(code, 0, `${line}\n${stderr}`);
          }
        }
      }
    });
});
