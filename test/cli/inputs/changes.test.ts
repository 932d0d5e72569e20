import assert from 'node:assert/strict';
import { copyFile, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertOneSentence, type CliEnd, colorize, filmWarnings, nobodyLeft, startCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { temporaryFolder } from '../../fixtures/films.ts';
import { holdFfmpeg } from '../../fixtures/held-ffmpeg.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const SIZE = { width: 96, height: 64, scenes: [6, 7, 6] };
/** A job that is held, and the event that tells that it has begun. */
const MOMENTS = { 'looking for the shots': 'survey', encoding: 'frames', assembling: 'assemble' } as const;
type Job = keyof typeof MOMENTS;

const FAST = ['--preset', 'ultrafast', ...TINY, '--json'];

describe('colorize: a file that changes while it is read', () => {
  let folder = '';
  let remove = async () => {};
  const scratch = { path: '', remove: async () => {} };
  let film = '';
  let other = '';
  let whole: Buffer;
  const at = (name: string) => join(folder, name);

  before(async () => {
    Object.assign(scratch, await temporaryFolder());
    ({ path: folder, remove } = await temporaryFolder());
    film = await makeTinyFilm(at('film.mp4'), SIZE);
    other = await makeTinyFilm(at('other.mp4'), { ...SIZE, firstScene: 2 });
    await colorize([film, '-o', at('whole.mp4'), ...FAST]);
    whole = await readFile(at('whole.mp4'));
  });
  after(() => Promise.all([remove(), scratch.remove()]));

  /** Run, and let something happen while one of ffmpeg's jobs is held. */
  async function during(job: Job, free: number, output: string, source: string, happen: () => Promise<unknown>): Promise<CliEnd> {
    const held = await holdFfmpeg(scratch.path, job, free);
    const state = { done: false };
    const run = startCli(['colorize', source, '-o', output, ...FAST], {
      env: held.env,
      onEvent(event) {
        if (state.done || event.type !== MOMENTS[job]) return;
        state.done = true;
        void happen().finally(held.release);
      },
    });
    const end = await run.ended;
    assert.ok(state.done, end.stderr);
    await nobodyLeft(run);
    return end;
  }

  const changes: Record<string, (source: string) => Promise<unknown>> = {
    'another film takes its name': async source => {
      await copyFile(other, `${source}.new`);
      await rename(`${source}.new`, source);
    },
    'another film is written into it': source => copyFile(other, source),
    'it is cut': source => truncate(source, 3000),
    'it is removed': source => rm(source),
    'bytes are added': async source => {
      const file = await open(source, 'a');
      await file.write('more');
      await file.close();
    },
  };
  const moments: readonly [Job, number][] = [
    ['looking for the shots', 0],
    ['encoding', 1],
    ['assembling', 0],
  ];
  for (const [job, free] of moments) {
    for (const [what, change] of Object.entries(changes)) {
      it(`the film, ${job}: ${what}`, async () => {
        const [source, output] = [at('source.mp4'), at('out.mp4')];
        await copyFile(film, source);
        assertOneSentence(await during(job, free, output, source, () => change(source)), 3, /source\.mp4/);
        assert.ok(!(await readdir(folder)).includes('out.mp4'), 'a film was made all the same');
        await copyFile(film, source);
        await colorize([source, '-o', output, ...FAST]);
        assert.ok((await readFile(output)).equals(whole), 'put back, it gives another film');
        await rm(output);
      });
    }
  }

  it('a finished shot, before it is joined: no film of it, and the next run makes it anew', async () => {
    for (const damage of [
      async (path: string) => {
        const bytes = await readFile(path);
        for (let i = 0; i < 40; i++) bytes[Math.floor((bytes.length * (i + 2)) / 45)]! ^= 0xff;
        await writeFile(path, bytes);
      },
      (path: string) => rm(path),
    ]) {
      const output = at('segments.mp4');
      const end = await during('assembling', 0, output, film, async () => {
        const kept = (await readdir(`${output}.kinemacolor`)).filter(name => name.endsWith('.mkv'));
        await damage(join(`${output}.kinemacolor`, kept[1]!));
      });
      assertOneSentence(end, 6, /changed or removed/);
      assert.ok(!(await readdir(folder)).includes('segments.mp4'));
      await colorize([film, '-o', output, ...FAST]);
      assert.ok((await readFile(output)).equals(whole));
      await rm(output);
    }
  });

  it('a kept shot of which bits turned is rendered again, and that is told', async () => {
    const output = at('kept.mp4');
    await colorize([film, '-o', output, '--keep-shots', ...FAST]);
    const kept = `${output}.kinemacolor`;
    const segment = join(kept, (await readdir(kept)).filter(name => name.endsWith('.mkv'))[0]!);
    const bytes = await readFile(segment);
    for (let i = 0; i < 40; i++) bytes[Math.floor((bytes.length * (i + 2)) / 45)]! ^= 0xff;
    await writeFile(segment, bytes);
    const end = await colorize([film, '-o', output, ...FAST]);
    const reused = end.events.filter(event => event.type === 'shot-done').map(event => event.reused);
    assert.equal(reused.filter(one => one === false).length, 1);
    assert.deepEqual(filmWarnings(end), [`The finished shot ${segment} is no longer what was written: it is not used.`]);
    assert.ok((await readFile(output)).equals(whole));
  });
});
