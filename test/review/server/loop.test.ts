import assert from 'node:assert/strict';
import { join } from 'node:path';
import sharp from 'sharp';
import { startReview, type TestServer } from '../../../harness/review-server.ts';
import { decode, makeTinyFilm } from '../../../harness/tiny-film.ts';
import { measureVideo } from '../../../src/pipeline/measure/measure-film.ts';
import { temporaryFolder } from '../../fixtures/films.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const FAST = [...TINY, '--preset', 'ultrafast', '--codec', 'ffv1'];
const SHOT = 6;
const SHOTS = 20;
const [WIDTH, HEIGHT] = [160, 90];
const HINT = { x: 0.5, y: 0.5, color: '#cc2211', radius: 0.2 };

interface View {
  readonly revision: number;
  readonly undo: number;
  readonly redo: number;
  readonly shots: readonly {
    readonly start: number;
    readonly end: number;
    readonly state: string;
    readonly keyframes: readonly { readonly index: number; readonly source: string; readonly hints: readonly unknown[] }[];
  }[];
}

describe('review: the loop', () => {
  let folder = '';
  let remove = async () => {};
  let film = '';
  let output = '';
  let server: TestServer;
  const start = () => startReview([film, '-o', output, ...FAST]);
  const view = async () => (await (await server.ask('/api/project')).json()) as View;
  /** Each frame's chroma as stored, by shot of the tiny film. */
  const chroma = async () => {
    const bytes = await decode(output, ['extractplanes=u']);
    const size = (WIDTH * HEIGHT) / 4;
    return Array.from({ length: SHOT * SHOTS }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  };

  before(async () => {
    ({ path: folder, remove } = await temporaryFolder());
    output = join(folder, 'colour.mkv');
    film = await makeTinyFilm(join(folder, 'film.mkv'), { scenes: Array.from({ length: SHOTS }, () => SHOT) });
    server = await start();
  });
  after(async () => {
    await server.stop();
    await remove();
  });

  it('two edits at once lose nothing, and each can be undone and made again', async () => {
    const hints = Array.from({ length: 8 }, (_, i) => ({ ...HINT, x: (i + 1) / 10 }));
    const answers = await Promise.all(hints.map(hint => server.edit({ kind: 'hint-add', index: 0, hint })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      hints.map(() => 200),
    );
    const given = await view();
    assert.equal(given.shots[0]!.keyframes[0]!.hints.length, hints.length);
    for (const _ of hints) await server.ask('/api/undo', { method: 'POST' });
    assert.deepEqual((await view()).shots[0]!.keyframes[0]!.hints, []);
    await server.ask('/api/redo', { method: 'POST' });
    assert.equal((await view()).shots[0]!.keyframes[0]!.hints.length, 1);
    await server.ask('/api/undo', { method: 'POST' });
  });

  it('of an edit the page is sent the shot that it touched alone; with what was known that is the whole view', async () => {
    const before = await server.api('project');
    const number = 3;
    await server.edit({ kind: 'hint-add', index: number * SHOT, hint: HINT });
    const { since, shots, ...head } = await server.api(`project?start=${before.start}&since=${before.cursor}`);
    assert.deepEqual([since, shots.map((shot: { number: number }) => shot.number)], [before.cursor, [number]]);
    const whole = await server.api('project');
    const { palette, versions } = before;
    assert.deepEqual({ ...head, palette, versions, shots: before.shots.with(number, shots[0]) }, whole);
    assert.deepEqual(await server.api(`project?start=other&since=${before.cursor}`), whole);
    await server.ask('/api/undo', { method: 'POST' });
  });

  it('one corrected keyframe renders its shot alone; all else is the same, frame by frame', async () => {
    assert.equal(await server.render(), output);
    const before = await chroma();
    const found = await view();
    const number = 7;
    const { start: first, end } = found.shots[number]!;
    assert.equal((await server.edit({ kind: 'hint-add', index: first, hint: HINT })).status, 200);
    assert.deepEqual(
      (await view()).shots.flatMap((shot, place) => (shot.state === 'stale' ? [place] : [])),
      [number],
    );
    assert.equal(await server.render(), output);
    const done = server.run.events.filter(({ type }) => type === 'done').at(-1)!;
    assert.equal(done.reused, found.shots.length - 1);
    const after = await chroma();
    const changed = before.flatMap((plane, frame) => (plane.equals(after[frame]!) ? [] : [frame]));
    assert.ok(changed.includes(first), 'the hint is seen');
    assert.deepEqual(
      changed.filter(frame => frame < first || frame >= end),
      [],
    );
  });

  it('who hears that a render ended can ask for the next at once', async () => {
    for (let i = 0; i < 3; i++) assert.equal(await server.render(), output);
  });

  it('flicker of a rendered shot is what the quality report says of the finished film', async () => {
    const { shots } = await view();
    const measured = await measureVideo(output, { source: film, pictures: 'none' });
    assert.equal(measured.curves.framesPerPoint, 1);
    for (const number of [0, 7]) {
      const { start: first, end } = shots[number]!;
      const said = (await server.api(`shots/${number}/flicker`)) as { start: number; flicker: number[] };
      assert.equal(said.start, first);
      assert.equal(said.flicker.length, end - first);
      assert.equal(said.flicker[0], 0);
      const report = measured.curves.flicker.slice(first + 1, end).map(value => value!);
      assert.ok(report.some(value => value > 0.05));
      for (const [place, value] of report.entries()) assert.ok(Math.abs(said.flicker[place + 1]! - value) <= 0.0005 + 1e-9);
      assert.deepEqual(await server.api(`shots/${number}/flicker`), said, 'kept, the same');
    }
    assert.equal((await server.ask('/api/shots/99/flicker')).status, 400);
  });

  it('a colour named once changes every shot that has a place of it, and undone, all is as it was', async () => {
    await server.render();
    const before = await chroma();
    const { shots } = await view();
    const named = [2, 12];
    const places = named.map(number => ({ index: shots[number]!.start, x: 0.5, y: 0.5 }));
    assert.equal((await server.edit({ kind: 'palette', name: 'coat', color: '#2244cc' })).status, 200);
    for (const place of places) assert.equal((await server.edit({ kind: 'palette-place', name: 'coat', place })).status, 200);
    const stale = (await view()).shots.flatMap(({ state }, number) => (state === 'stale' ? [number] : []));
    assert.deepEqual(stale, named);
    await server.render();
    const after = await chroma();
    const changed = new Set(
      after.flatMap((plane, frame) => (plane.equals(before[frame]!) ? [] : [shots.findIndex(({ end }) => frame < end)])),
    );
    assert.deepEqual([...changed], named);
    assert.equal((await server.edit({ kind: 'palette', name: 'coat', color: '#cc8811' })).status, 200);
    await server.render();
    const again = await chroma();
    for (const { index } of places) assert.ok(!again[index]!.equals(after[index]!), 'a new colour under the old name');
    for (const _ of ['colour', ...places, 'name']) await server.ask('/api/undo', { method: 'POST' });
    assert.deepEqual(
      (await view()).shots.filter(({ state }) => state === 'stale'),
      [],
      'shots of before are kept',
    );
    await server.render();
    assert.deepEqual(await chroma(), before);
  });

  it('a picture is put back and shows at once; one of another size, without colour or of something else is refused, with what it can be', async () => {
    const shown = async () => Buffer.from(await (await server.ask('/api/keyframes/0?width=160')).arrayBuffer());
    const put = (png: Buffer, query = '') =>
      server.ask(`/api/keyframes/0/picture${query}`, { method: 'PUT', body: new Uint8Array(png) });
    const source = Buffer.from(await (await server.ask('/api/frames/0?width=160')).arrayBuffer());
    const red = await sharp(source).tint('#ee3333').png().toBuffer();
    const { revision } = await view();
    const small = await sharp(red).resize(50, 50, { fit: 'fill' }).png().toBuffer();
    const wrong = await put(small);
    assert.equal(wrong.status, 400);
    const said = (await wrong.json()) as { message: string; offers: string[] };
    assert.match(said.message, /is 50x50, the film 160x90/);
    assert.deepEqual(said.offers, ['reference']);
    for (const [other, what] of [
      [await sharp(source).png().toBuffer(), /has no colour/],
      [await sharp(red).rotate(180).negate().png().toBuffer(), /shows something else/],
    ] as const) {
      const answer = await put(other);
      assert.equal(answer.status, 409);
      const { message, offers } = (await answer.json()) as { message: string; offers: string[] };
      assert.match(message, what);
      assert.deepEqual(offers, ['reference', 'anyway']);
    }
    assert.equal((await view()).revision, revision, 'nothing is changed');
    const before = await shown();
    const taken = await put(red);
    assert.equal(taken.status, 200, await taken.text());
    assert.equal((await view()).shots[0]!.keyframes[0]!.source, 'picture');
    const after = await shown();
    const { channels } = await sharp(after).stats();
    assert.ok(channels[0]!.mean > channels[2]!.mean + 20, 'red is seen');
    assert.notDeepEqual(after, before);
    assert.equal((await put(await sharp(source).png().toBuffer(), '?sure=yes')).status, 200);
    await server.ask('/api/undo', { method: 'POST' });
  });

  it('a keyframe is coloured like a reference of another shot and size; only its shot is to be rendered; undone, it is as before', async () => {
    await server.render();
    // Two shots of one scene: a reference that shows something else would not be used, and should not.
    const [from, to] = (await view()).shots.filter((_, number) => number === 7 || number === 12).map(({ start: index }) => index);
    const shown = async () => Buffer.from(await (await server.ask(`/api/keyframes/${to}?width=160`)).arrayBuffer());
    const before = await shown();
    const other = await server.ask(`/api/keyframes/${from}?width=160`);
    const green = await sharp(Buffer.from(await other.arrayBuffer()))
      .tint('#30a040')
      .resize(96, 96, { fit: 'fill' })
      .png()
      .toBuffer();
    const path = `/api/keyframes/${to}/picture?use=reference`;
    const put = await server.ask(path, { method: 'PUT', body: new Uint8Array(green) });
    assert.equal(put.status, 200, await put.text());
    const stale = (await view()).shots.filter(({ state }) => state === 'stale').map(({ start: index }) => index);
    assert.deepEqual(stale, [to]);
    assert.equal((await view()).shots[12]!.keyframes[0]!.source, 'reference');
    const greenness = async (jpeg: Buffer) => {
      const [red, middle, blue] = (await sharp(jpeg).stats()).channels.map(({ mean }) => mean);
      return middle! - (red! + blue!) / 2;
    };
    const [one, two] = [await greenness(before), await greenness(await shown())];
    assert.ok(two > one + 8, `greener: ${one} became ${two}`);
    assert.equal(await server.render(), output);
    await server.ask('/api/undo', { method: 'POST' });
    assert.deepEqual(await shown(), before);
  });

  it('a partial picture changes nothing where its paint does not reach', async () => {
    const number = 3;
    const index = (await view()).shots[number]!.start;
    await server.render();
    const before = await chroma();
    const paint = { create: { width: 40, height: HEIGHT, channels: 4 as const, background: '#22cc44' } };
    const partial = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 4, background: '#00000000' } })
      .composite([{ input: await sharp(paint).png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    await server.ask(`/api/keyframes/${index}/picture`, { method: 'PUT', body: new Uint8Array(partial) });
    await server.render();
    const after = await chroma();
    const across = WIDTH / 2;
    const moved = before.flatMap((plane, frame) =>
      [...plane].flatMap((code, at) => {
        const by = after[frame]![at]! - code;
        return by === 0 ? [] : [{ frame, x: at % across, by }];
      }),
    );
    assert.ok(moved.some(({ frame }) => frame === index));
    assert.deepEqual(
      moved.filter(({ frame }) => frame < index || frame >= index + SHOT),
      [],
    );
    // The paint ends at chroma column 20; the scene moves by 2 luma samples a frame, and filters reach a few cells. What the motion lost is
    // looked for anywhere and counts next to nothing, but not nothing: a fiftieth of a code may tip a tie when colour is rounded to codes.
    // One sample in five hundred may do so, the more the more vivid the model: measured 27 of 21,600 with model 0.9.0, 12 with 0.8.0, 1 with the dull 0.7.0.
    const beyond = moved.filter(({ x }) => x > 20 + SHOT + 12);
    assert.deepEqual(
      beyond.filter(({ by }) => Math.abs(by) > 1),
      [],
    );
    assert.ok(beyond.length <= (SHOT * across * HEIGHT) / 2 / 500, `${beyond.length} samples beyond the paint's reach changed`);
    await server.ask('/api/undo', { method: 'POST' });
  });

  it('a grade without saturation is gray; frames show before and after', async () => {
    await server.edit({ kind: 'grade', grade: { saturation: 0 } });
    const shown = Buffer.from(await (await server.ask('/api/keyframes/0?width=160')).arrayBuffer());
    const { channels } = await sharp(shown).stats();
    assert.ok(Math.abs(channels[0]!.mean - channels[2]!.mean) < 2);
    const { shown: of } = (await server.api('project')).shots[0];
    for (const side of ['', `&of=${of}`]) {
      const response = await server.ask(`/api/frames/3?width=80${side}`);
      assert.equal(response.headers.get('content-type'), 'image/jpeg');
      assert.equal((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width, 80);
    }
  });

  it('killed in mid-render and started again, it goes on with every edit', async () => {
    const before = await view();
    const finished = () => server.run.events.filter(({ type, reused }) => type === 'shot-done' && reused === false).length;
    const already = finished();
    await server.ask('/api/render', { method: 'POST' });
    while (finished() === already) await new Promise(resolve => setTimeout(resolve, 2));
    server.run.kill('SIGKILL');
    await server.run.ended;
    const token = server.token;
    server = await start();
    assert.equal(server.token, token);
    const again = await view();
    assert.equal(again.revision, before.revision);
    assert.ok(
      again.shots.some(({ state }) => state === 'rendered'),
      'finished shots are kept',
    );
    assert.equal(await server.render(), output);
    assert.ok(
      (await chroma()).every(plane => plane.every(code => code === 128)),
      'the grade of saturation 0 is in every frame',
    );
  });
});
