import assert from 'node:assert/strict';
import { copyFile, link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { assertOneSentence, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, namesBelow } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = ['--preset', 'ultrafast', ...TINY];
/** As the README says. */
const CODE = { usage: 2, output: 6 } as const;

describe('no command replaces an input, or a file that we did not make', () => {
  const folder = folderPerGroup();
  let place = '';
  const made = { film: '', result: '' };
  const count = { tests: 0 };
  const at = (name: string) => join(place, name);

  before(async () => {
    made.film = await makeTinyFilm(join(folder, 'film.mp4'), { scenes: [6] });
    made.result = join(folder, 'colour.mp4');
    await done(['colorize', made.film, '-o', made.result, ...FAST]);
  });
  /** Each test works on copies: film.mp4, its result colour.mp4, a gray picture. */
  beforeEach(async () => {
    place = join(folder, String(count.tests++));
    await mkdir(place);
    await copyFile(made.film, at('film.mp4'));
    await copyFile(made.result, at('colour.mp4'));
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#777' } })
      .png()
      .toFile(at('photo.png'));
  });

  async function done(args: readonly string[]): Promise<void> {
    const end = await runCli([...args, '--quiet'], place === '' ? {} : { cwd: place });
    assert.equal(end.code, 0, end.stderr);
  }

  /** Refused in one sentence, before anything was done: no file changed, none was added. */
  async function refused(code: number, sentence: RegExp, args: readonly string[]): Promise<void> {
    const state = async () => {
      const names = await namesBelow(place);
      const files = await Promise.all(
        names.map(async name => (await stat(at(name))).isFile() && (await readFile(at(name), 'hex'))),
      );
      return names.map((name, i) => [name, files[i]]);
    };
    const before = await state();
    const events = await runCli([...args, '--json'], { cwd: place });
    assertOneSentence(events, code, sentence);
    assert.deepEqual(
      events.events.map(({ type }) => type).filter(type => type !== 'error'),
      [],
      'work was begun',
    );
    assert.deepEqual(await state(), before, 'a file was changed or left behind');
  }

  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['plan', ['plan', 'film.mp4', '-o', 'film.mp4']],
    ['colorize', ['colorize', 'film.mp4', '-o', 'film.mp4', ...FAST]],
    ['review', ['review', 'film.mp4', '-o', 'film.mp4', ...FAST]],
    ['the report of colorize', ['colorize', 'film.mp4', '-o', 'new.mp4', '--report', 'film.mp4', ...FAST]],
    ['the page of colorize', ['colorize', 'film.mp4', '-o', 'new.mp4', '--report', 'film.html', ...FAST]],
    ['measure', ['measure', 'colour.mp4', '--source', 'film.mp4', '-o', 'film.mp4']],
    ['measure, its result', ['measure', 'colour.mp4', '-o', 'colour.mp4']],
    ['the page of measure', ['measure', 'colour.mp4', '--truth', 'film.mp4', '--html', 'film.mp4']],
    ['a picture', ['colorize', 'photo.png', '-o', 'photo.png']],
    ['the report of a picture', ['colorize', 'photo.png', '-o', 'new.png', '--report', 'photo.png']],
    ['the report of pictures', ['colorize', 'photo.png', 'photo.png', '-o', 'results', '--report', 'photo.png']],
    ['the hints of a picture', ['colorize', 'photo.png', '-o', 'hints.png', '--hints', 'hints.png']],
    [
      'a keyframe picture',
      ['colorize', 'film.mp4', '-o', 'new.mp4', '--keyframes', 'keys', '--report', 'keys/000000.png', ...FAST],
    ],
    ['a pipeline', ['colorize', 'film.mp4', '-o', 'new.mp4', '-p', 'mine.json', '--report', 'mine.json', ...FAST]],
    ['a model', ['plan', 'film.mp4', '--model', './mine.onnx', '-o', 'mine.onnx']],
    ["a model's card", ['plan', 'film.mp4', '--model', './mine.onnx', '-o', 'mine.json']],
    [
      "a model's card, of pictures",
      ['colorize', 'photo.png', '-o', 'new.png', '--model', './mine.onnx', '--report', 'mine.json'],
    ],
  ];
  for (const [name, args] of ways)
    it(`${name}: an input is refused, whatever is said`, async () => {
      await Promise.all([copyFile(at('photo.png'), at('hints.png')), mkdir(at('keys'))]);
      await copyFile(at('photo.png'), at('keys/000000.png'));
      await writeFile(at('mine.json'), '{ "name": "mine", "description": "mine", "settings": {} }');
      await writeFile(at('mine.onnx'), 'a model');
      if (args.includes('film.html')) await symlink('film.mp4', at('film.html'));
      await refused(CODE.usage, /is the input itself/, [...args, '--overwrite']);
    });

  it('an input is refused through a symbolic and a hard link, and another spelling', async () => {
    await symlink('film.mp4', at('soft.mp4'));
    await link(at('film.mp4'), at('hard.mp4'));
    const here = join(folder, 'here');
    await symlink(place, here);
    for (const name of ['soft.mp4', 'hard.mp4', join(here, 'film.mp4')]) {
      await refused(CODE.usage, /is the input itself/, ['plan', 'film.mp4', '-o', name, '--overwrite']);
      await refused(CODE.usage, /is the input itself/, ['colorize', 'film.mp4', '-o', name, '--overwrite', ...FAST]);
      await refused(CODE.usage, /is the input itself/, [
        'measure',
        'colour.mp4',
        '--source',
        'film.mp4',
        '--html',
        name,
        '--overwrite',
      ]);
    }
  });

  it("render: the plan, the film and its pictures are the plan's inputs", async () => {
    await done(['plan', 'film.mp4', '-o', 'plan.json', '--codec', 'ffv1']);
    await copyFile(at('plan.json'), at('plan.mkv'));
    for (const report of ['plan.json', 'film.mp4'])
      await refused(CODE.usage, /is the input itself/, [
        'render',
        'plan.json',
        '-o',
        'new.mkv',
        '--report',
        report,
        '--overwrite',
      ]);
    await refused(CODE.usage, /is the input itself/, ['render', 'plan.mkv', '-o', 'plan.mkv', '--overwrite']);
  });

  it('measure: the film that a plan names is an input, too', async () => {
    await done(['plan', 'film.mp4', '-o', 'plan.json']);
    for (const name of ['film.mp4', 'plan.json'])
      await refused(CODE.usage, /is the input itself/, [
        'measure',
        'colour.mp4',
        '--plan',
        'plan.json',
        '-o',
        name,
        '--overwrite',
      ]);
  });

  it('preview: a film that lies where the clip goes', async () => {
    await mkdir(at('look'));
    await copyFile(at('film.mp4'), at('look/clip.mp4'));
    await refused(CODE.usage, /is the input itself/, [
      'preview',
      'look/clip.mp4',
      '-o',
      'look',
      '--overwrite',
      '--device',
      'cpu',
    ]);
    await refused(CODE.output, /was not made by Kinemacolor/, ['preview', 'film.mp4', '-o', 'look', ...TINY]);
    await writeFile(at('look/sheet.png'), 'mine');
    await refused(CODE.output, /sheet\.png exists/, ['preview', 'film.mp4', '-o', 'look', '--sheet-only', ...TINY]);
  });

  it('two outputs of one run have two names', async () => {
    const same = ['colorize', 'film.mp4', '-o', 'new.mp4', '--report', './new.mp4', '--overwrite', ...FAST];
    await refused(CODE.usage, /the report and the output have the same name/i, same);
    await refused(CODE.usage, /the page and the report have the same name/i, ['measure', 'colour.mp4', '-o', 'r', '--html', 'r']);
    const picture = ['colorize', 'photo.png', '-o', 'new.png', '--report', 'new.png'];
    await refused(CODE.usage, /have the same name/, picture);
  });

  it("a device, a pipe and a folder are no place for a result, and a link that leads nowhere is somebody's", async () => {
    await refused(CODE.usage, /is a device or a pipe/, ['plan', 'film.mp4', '-o', '/dev/null', '--overwrite']);
    await mkdir(at('report.json'));
    await refused(CODE.usage, /received the folder/, [
      'colorize',
      'film.mp4',
      '-o',
      'new.mp4',
      '--report',
      'report.json',
      ...FAST,
    ]);
    await symlink('elsewhere', at('dangling.json'));
    const end = await runCli(['plan', 'film.mp4', '-o', 'dangling.json', '--quiet'], { cwd: place });
    assertOneSentence(end, CODE.output, /was not made by Kinemacolor/);
  });

  it('an edited plan is kept unless told otherwise; an unedited one is made anew', async () => {
    await done(['plan', 'film.mp4', '-o', 'plan.json']);
    await done(['plan', 'film.mp4', '-o', 'plan.json', '--quality', '20']);
    const text = await readFile(at('plan.json'), 'utf8');
    assert.equal(JSON.parse(text).settings.quality, 20);
    await writeFile(at('plan.json'), text.replace('"quality": 20', '"quality": 21'));
    await refused(CODE.output, /was changed since; .*--overwrite/, ['plan', 'film.mp4', '-o', 'plan.json']);
    await refused(CODE.output, /was changed since/, ['colorize', 'film.mp4', '-o', 'new.mp4', '--report', 'plan.json', ...FAST]);
    await done(['render', 'plan.json', '-o', 'new.mp4']); // an edited plan is as good as any
    await done(['plan', 'film.mp4', '-o', 'plan.json', '--overwrite']);
  });

  it("reports: ours are replaced, somebody's notes are not", async () => {
    const reports = { json: ['measure', 'colour.mp4', '-o', 'r.json'], html: ['measure', 'colour.mp4', '--html', 'r.html'] };
    for (const [kind, args] of Object.entries(reports)) {
      await done(args);
      await done(args);
      await writeFile(at(`r.${kind}`), `${await readFile(at(`r.${kind}`), 'utf8')}my notes`);
      await refused(CODE.output, /was changed since/, args);
      await done([...args, '--overwrite']);
    }
    await writeFile(at('notes.txt'), 'my notes');
    await refused(CODE.output, /was not made by/, ['colorize', 'photo.png', '-o', 'new.png', '--report', 'notes.txt']);
    await done(['colorize', 'photo.png', '-o', 'new.png', '--report', 'notes.txt', '--overwrite']);
    await done(['colorize', 'photo.png', '-o', 'new.png', '--report', 'notes.txt']);
  });

  it('keyframes: a picture that was painted is kept; those that were not are made anew', async () => {
    const args = ['keyframes', 'film.mp4', '-o', 'keys', ...TINY];
    await done(args);
    await done(args);
    const painted = await sharp(at('keys/000000.png')).modulate({ saturation: 2 }).withMetadata().png().toBuffer();
    await writeFile(at('keys/000000.png'), painted);
    await refused(CODE.output, /keys\/000000\.png exists .* was changed since/, args);
    await done([...args, '--overwrite']);
    assert.notDeepEqual(await readFile(at('keys/000000.png')), painted);
    await mkdir(at('folders'));
    await mkdir(at('folders/000002.png'));
    await refused(CODE.usage, /received the folder/, ['keyframes', 'film.mp4', '-o', 'folders', ...TINY]);
  });

  it("what lies in the work folder and is not the run's own is kept", async () => {
    await mkdir(at('new.mp4.kinemacolor'));
    await writeFile(at('new.mp4.kinemacolor/notes.txt'), 'mine');
    await done(['colorize', 'film.mp4', '-o', 'new.mp4', ...FAST]);
    assert.deepEqual(await namesBelow(at('new.mp4.kinemacolor')), ['notes.txt']);
    await writeFile(at('new.mp4.kinemacolor/history.json'), '{}');
    const end = await runCli(['colorize', 'film.mp4', '-o', 'new.mp4', '--overwrite', '--quiet', ...FAST], { cwd: place });
    assertOneSentence(end, CODE.usage, /is a film's project/);
    assert.deepEqual(await namesBelow(at('new.mp4.kinemacolor')), ['history.json', 'notes.txt']);
  });

  it('pictures: none of the sources is replaced, by whatever name', async () => {
    await mkdir(at('results'));
    await link(at('photo.png'), at('results/other.png'));
    await copyFile(at('photo.png'), at('other.png'));
    const before = await readFile(at('photo.png'));
    const end = await runCli(['colorize', 'photo.png', 'other.png', '-o', 'results', '--overwrite', ...TINY, '--quiet'], {
      cwd: place,
    });
    assertOneSentence(end, 4, /other\.png is .*photo\.png/);
    assert.deepEqual(await readFile(at('photo.png')), before);
    assert.deepEqual(await readFile(at('results/other.png')), before);
  });

  it("models import: a card of one's own, written in the models' folder, stays as it was", async () => {
    const card = await readFile(new URL('../../../../models/kinemacolor-base.json', import.meta.url), 'utf8');
    const parsed = JSON.parse(card) as Record<string, unknown>;
    await mkdir(at('models'));
    const mine = JSON.stringify({ ...parsed, id: 'mine', bytes: null, sha256: null, note: 'mine' });
    await writeFile(at('models/mine.json'), mine);
    const file = new URL(`../../../../models/${parsed.file as string}`, import.meta.url).pathname;
    const end = await runCli(['models', 'import', file, '--card', 'models/mine.json'], {
      cwd: place,
      env: { KINEMACOLOR_MODELS: at('models') },
    });
    assert.equal(end.code, 0, end.stderr);
    assert.equal(await readFile(at('models/mine.json'), 'utf8'), mine);
  });
});
