import assert from 'node:assert/strict';
import { appendFile, copyFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameHashes, lumaOf, makeTinyFilm } from '../harness/tiny-film.ts';
import { liveChildren } from '../src/adapters/workers/child-processes.ts';
import {
  assemble,
  colorizeVideo,
  KinemacolorError,
  openRenderContext,
  type ProgressEvent,
  planVideo,
  renderShot,
  type ShotFile,
} from '../src/index.ts';
import { folderPerGroup } from './fixtures/films.ts';
import { TINY_MODEL } from './fixtures/models/tiny-model.ts';

const SETTINGS = { codec: 'ffv1', device: 'cpu', preset: 'ultrafast' } as const;
/** Where any colour will do. */
const LIGHT = { ...SETTINGS, model: TINY_MODEL } as const;

describe('the library', () => {
  const folder = folderPerGroup();
  let film = '';
  const at = (name: string) => join(folder, name);

  before(async () => {
    film = await makeTinyFilm(at('film.mp4'), { scenes: [8, 8] });
  });

  it('colours a film, tells its progress and reports each shot', async () => {
    const events: ProgressEvent[] = [];
    const report = await colorizeVideo(film, at('whole.mkv'), { settings: SETTINGS, onProgress: event => events.push(event) });
    assert.equal(report.frames, 16);
    assert.deepEqual(
      report.shots.map(({ start, end, reused }) => [start, end, reused]),
      [
        [0, 8, false],
        [8, 16, false],
      ],
    );
    assert.equal(report.model, 'kinemacolor-base');
    assert.equal(events[0]!.type, 'source');
    assert.equal(events.at(-1)!.type, 'done');
    assert.equal(Buffer.compare(await lumaOf(at('whole.mkv')), await lumaOf(film)), 0);
  });

  it('plans, renders shot by shot in any order, and assembles: the same film', async () => {
    const plan = await planVideo(film, { settings: SETTINGS });
    const context = await openRenderContext(plan);
    const shots: ShotFile[] = [];
    try {
      for (const number of [1, 0]) shots.push(await renderShot(plan, number, at(`shot-${number}.mkv`), { context }));
    } finally {
      await context.close();
    }
    const kept = JSON.parse(JSON.stringify(shots)) as ShotFile[]; // as from another process
    assert.deepEqual(await assemble(plan, kept, at('parts.mkv')), []);
    assert.deepEqual(await frameHashes(at('parts.mkv')), await frameHashes(at('whole.mkv')));
  });

  it('joins nothing but the shots of this plan, whole and unchanged, and replaces no file that is not ours', async () => {
    const plan = await planVideo(film, { settings: LIGHT });
    const other = await planVideo(film, { settings: { ...LIGHT, keyframeEvery: 5 } });
    const refuses = (kind: string, message: RegExp) => (error: unknown) =>
      error instanceof KinemacolorError && error.kind === kind && message.test(error.message);
    await assert.rejects(renderShot(plan, 2, at('none.mkv')), refuses('usage', /Expected a shot from 0 to 1, received 2/));
    await assert.rejects(renderShot(plan, 0, film), refuses('usage', /is the input itself/));
    await writeFile(at('diary.txt'), 'mine');
    await assert.rejects(renderShot(plan, 0, at('diary.txt')), refuses('output', /was not made by Kinemacolor/));
    const first = await renderShot(plan, 0, at('first.mkv'));
    const [second, strange] = [await renderShot(plan, 1, at('second.mkv')), await renderShot(other, 1, at('strange.mkv'))];
    const output = at('joined.mkv');
    await assert.rejects(assemble(plan, [first], output), refuses('usage', /shot 1 is missing/));
    await assert.rejects(assemble(plan, [first, strange], output), refuses('usage', /Shot 1 was rendered from another plan/));
    await appendFile(second.path, 'x');
    await assert.rejects(assemble(plan, [first, second], output), refuses('output', /second\.mkv was changed or removed/));
    assert.ok(!(await readdir(folder)).some(name => name.startsWith('joined') || name.endsWith('.part')));
  });

  it('says in which shot a failure was', async () => {
    const copy = at('copy.mp4');
    await copyFile(film, copy);
    const plan = await planVideo(copy, { settings: LIGHT });
    const context = await openRenderContext(plan);
    try {
      await truncate(copy, 2000);
      await assert.rejects(
        renderShot(plan, 1, at('none.mkv'), { context }),
        (error: unknown) => error instanceof KinemacolorError && error.kind === 'source' && error.place.shot === 1,
      );
    } finally {
      await context.close();
    }
  });

  it('an AbortSignal stops a run as "interrupted" and leaves no child process', async () => {
    const stop = new AbortController();
    const onProgress = (event: ProgressEvent) => {
      if (event.type === 'frames') stop.abort();
    };
    await assert.rejects(
      colorizeVideo(film, at('stopped.mkv'), { settings: LIGHT, signal: stop.signal, onProgress }),
      (error: unknown) => error instanceof KinemacolorError && error.kind === 'interrupted',
    );
    assert.equal(liveChildren(), 0);
    assert.ok(!(await readdir(folder)).includes('stopped.mkv'));
  });

  it('throws KinemacolorError with its kind', async () => {
    await assert.rejects(
      colorizeVideo(at('missing.mp4'), at('none.mkv')),
      (error: unknown) => error instanceof KinemacolorError && error.kind === 'source' && !error.message.includes('\n'),
    );
  });
});
