import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { CHOSEN_FFMPEG } from '../../../harness/run-cli.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { folderPerGroup } from '../../fixtures/films.ts';
import type { FrameCandidates, Requested } from '../../fixtures/interrupted-runs.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

/** Some hundred runs of a tiny film, one after the other, on a busy machine. */
const PATIENCE = 900_000;

/** What every run asks for; whatever else it asks for is made to fail, too. */
const STAGES = [
  /ffprobe for probing/,
  /ffmpeg for the survey/,
  /ffmpeg for decoding/,
  /ffmpeg for encoding/,
  /ffmpeg for joining/,
  /the thread of the model dies at run/,
  /the model fails/,
  /the task propagateChroma throws/,
  /a thread dies at the task finishChroma/,
  /file\.writev/,
  /fs\.rename/,
  /fs\.createReadStream/,
];

/** The arithmetic fails by a defect alone; its thread, where memory ends. */
const OF_THE_ARITHMETIC = /^(the task|a thread dies at the task) /;
/** What cannot be removed is left. */
const CLEARS_AWAY = /^fs\.rm$/;

describe('a run of which one call to the outside fails', () => {
  const folder = folderPerGroup();
  let runs: FrameCandidates[] = [];
  let exitCode: number | null = null;
  const name = 'out.mkv';

  before(async function () {
    this.timeout(PATIENCE);
    const film = await makeTinyFilm(join(folder, 'film.mkv'), {
      width: 32,
      height: 16,
      scenes: [5, 4],
      output: ['-c:v', 'ffv1', '-c:a', 'flac'],
    });
    const [output, temporary, keyframes] = [join(folder, 'out', name), join(folder, 'tmp'), join(folder, 'keys')];
    for (const place of [join(folder, 'out'), temporary, keyframes]) await mkdir(place);
    const background = { r: 200, g: 80, b: 60 };
    await sharp({ create: { width: 32, height: 16, channels: 3, background } })
      .png()
      .toFile(join(keyframes, '000002.png'));
    const requested: Requested = { film, output, model: await writeTinyModel(folder, 'obedient'), keyframes };
    const program = fileURLToPath(new URL('../../fixtures/interrupted-runs.js', import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(requested)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, KINEMACOLOR_FFMPEG: CHOSEN_FFMPEG, TMPDIR: temporary },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    exitCode = await new Promise(resolve => child.once('close', resolve));
    runs = text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as FrameCandidates);
  });

  const struck = () => runs.filter(run => run.struck);
  const failed = () => struck().filter(({ outcome }) => outcome === 'failed');
  /** The runs for which this does not hold, readably. */
  const wrong = (among: readonly FrameCandidates[], holds: (run: FrameCandidates) => boolean) => among.filter(run => !holds(run));

  it('ends, every time: its promise settles, and nothing is thrown where nobody listens', () => {
    assert.equal(exitCode, 0);
    assert.deepEqual(
      wrong(runs, ({ outcome, uncaught }) => outcome !== 'hangs' && uncaught.length === 0),
      [],
    );
  });

  it('was interrupted at every stage', () => {
    for (const stage of STAGES)
      assert.ok(
        failed().some(({ call }) => stage.test(call)),
        String(stage),
      );
    assert.ok(failed().length >= 60, `${failed().length} runs failed`);
  });

  it('rejects with one sentence that says whose fault it is', () => {
    assert.deepEqual(
      wrong(failed(), ({ message = '' }) => /^[^\n]+[.!]?$/.test(message) && !/standstill/.test(message)),
      [],
    );
    assert.deepEqual(
      wrong(failed(), ({ kind, call }) => (kind === 'internal') === OF_THE_ARITHMETIC.test(call)),
      [],
    );
  });

  it('leaves no child, no half of a file, nothing under the name of the output and nothing in the temporary folder', () => {
    const tidy = ({ left, children }: FrameCandidates) =>
      children === 0 && left.every(path => !/\.part$|^TMPDIR/.test(path) && path !== name && basename(path) !== 'lock');
    assert.deepEqual(
      wrong(failed(), run => CLEARS_AWAY.test(run.call) || tidy(run)),
      [],
    );
  });

  it('has not failed where the film lies under its name: what could not be cleared away is told', () => {
    assert.deepEqual(
      wrong(failed(), ({ left }) => !left.includes(name)),
      [],
    );
    const reported = struck().filter(({ warnings = [] }) =>
      warnings.some(wording => /^The film is finished, but .* remove it\.$/.test(wording)),
    );
    assert.ok(reported.some(({ call }) => call === 'fs.rm'));
  });

  it('is whole where what failed was not needed, and the last run, with nothing failing, is as the first', () => {
    const done = runs.filter(({ outcome }) => outcome === 'done');
    assert.deepEqual(
      wrong(done, ({ left }) => left.includes(name)),
      [],
    );
    for (const run of [runs[0]!, runs.at(-1)!]) assert.deepEqual([run.call, run.outcome, run.left], ['nothing', 'done', [name]]);
  });
});
