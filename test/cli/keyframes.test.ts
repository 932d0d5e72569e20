import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { assertOneSentence, colorize, runCli } from '../../harness/run-cli.ts';
import { decode, frameHashes, lumaOf, makeTinyFilm, packets, probe } from '../../harness/tiny-film.ts';
import type { Plan } from '../../src/media/plan/plan.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const WIDTH = 160;
const HEIGHT = 90;
/** Two shots: frames 0..15 and 16..29. */
const SCENES = [16, 14];
const FRAMES = 30;
const FAST = ['--preset', 'ultrafast', ...TINY];
const LOSSLESS = ['--codec', 'ffv1', ...FAST];

/** Chroma of each frame as stored (4:2:0): Cb and Cr planes, 8-bit code values. */
async function chromaOf(path: string, frames: number): Promise<{ cb: Buffer; cr: Buffer }[]> {
  const [cb, cr] = await Promise.all([decode(path, ['extractplanes=u']), decode(path, ['extractplanes=v'])]);
  const size = (WIDTH * HEIGHT) / 4;
  assert.equal(cb.length, frames * size);
  const cut = (plane: Buffer, frame: number) => plane.subarray(frame * size, (frame + 1) * size);
  return Array.from({ length: frames }, (_, frame) => ({ cb: cut(cb, frame), cr: cut(cr, frame) }));
}

const mean = (plane: Buffer) => plane.reduce((sum, value) => sum + value, 0) / plane.length;
const meanDifference = (a: Buffer, b: Buffer) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
const numbersOf = (names: readonly string[]) => names.map(name => Number(name.slice(0, -'.png'.length))).sort((a, b) => a - b);
const keyframesOf = ({ shots }: Plan) => shots.flatMap(shot => shot.keyframes.map(({ index }) => index));
const readPlan = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Plan;

function paint(path: string, color: { r: number; g: number; b: number }, width = WIDTH, height = HEIGHT): Promise<unknown> {
  return sharp({ create: { width, height, channels: 3, background: color } })
    .png()
    .toFile(path);
}

describe('keyframes, plans and pipelines', () => {
  const folder = folderPerGroup();
  let film = '';
  let automatic = '';
  const at = (name: string) => join(folder, name);

  before(async () => {
    film = await makeTinyFilm(at('film.mp4'), { scenes: SCENES });
    automatic = at('automatic.mkv');
    await colorize([film, '-o', automatic, '--report', at('automatic.json'), ...LOSSLESS]);
  });

  it('exported keyframes given back as the only ones give the same colour at these frames', async () => {
    const end = await runCli(['keyframes', film, '-o', at('keys'), ...TINY]);
    assert.equal(end.code, 0, end.stderr);
    const names = (await readdir(at('keys'))).sort();
    for (const name of names) assert.match(name, /^\d{6}\.png$/);
    const { shots } = JSON.parse(await readFile(at('automatic.json'), 'utf8')) as { shots: { keyframes: number[] }[] };
    assert.deepEqual(
      numbersOf(names),
      shots.flatMap(({ keyframes }) => keyframes),
    );
    const result = at('given-back.mkv');
    await colorize([film, '-o', result, '--keyframes', at('keys'), '--keyframes-only', ...LOSSLESS]);
    const [before, after] = await Promise.all([chromaOf(automatic, FRAMES), chromaOf(result, FRAMES)]);
    for (const index of numbersOf(names)) {
      for (const plane of ['cb', 'cr'] as const) {
        const difference = meanDifference(before[index]![plane], after[index]![plane]);
        assert.ok(difference < 1.5, `${plane} of frame ${index} differs by ${difference} levels on average`);
      }
    }
    assert.equal(Buffer.compare(await lumaOf(result), await lumaOf(film)), 0);
  });

  it('a frame painted red is red there and around it, within its shot only', async () => {
    await mkdir(at('red'));
    await paint(at('red/000008.png'), { r: 255, g: 0, b: 0 });
    const result = at('red.mkv');
    await colorize([film, '-o', result, '--keyframes', at('red'), ...LOSSLESS]);
    const [before, after] = await Promise.all([chromaOf(automatic, FRAMES), chromaOf(result, FRAMES)]);
    for (const index of [6, 7, 8, 9, 10]) {
      const { cb, cr } = after[index]!;
      assert.ok(mean(cr) > 128 + 20, `Cr of frame ${index} is ${mean(cr)}`);
      assert.ok(mean(cb) < 128, `Cb of frame ${index} is ${mean(cb)}`);
    }
    for (let index = SCENES[0]!; index < FRAMES; index++) assert.deepEqual(after[index], before[index], `frame ${index}`);
  });

  it('with --keyframes-only a shot without a picture stays gray, and a warning says so', async () => {
    await mkdir(at('one'));
    await paint(at('one/000020.png'), { r: 40, g: 80, b: 255 });
    const args = [film, '-o', at('one.mkv'), '--keyframes', at('one'), '--keyframes-only', '--report', at('one.json')];
    const { stderr } = await colorize([...args, ...LOSSLESS]);
    assert.match(stderr, /Shot 0 \(frames 0\.\.15\) has no keyframe and stays gray/);
    const { shots } = JSON.parse(await readFile(at('one.json'), 'utf8')) as { shots: { keyframes: number[] }[] };
    assert.deepEqual(
      shots.map(({ keyframes }) => keyframes),
      [[], [20]],
    );
    const chroma = await chromaOf(at('one.mkv'), FRAMES);
    for (const { cb, cr } of chroma.slice(0, SCENES[0])) {
      assert.ok(cb.every(value => value === 128) && cr.every(value => value === 128), 'a shot without a keyframe has colour');
    }
    for (const { cb } of chroma.slice(SCENES[0])) assert.ok(mean(cb) > 128 + 10, `Cb is ${mean(cb)}`);
    const message = Object.values((await probe(at('one.mkv'))).format.tags ?? {}).join('\n');
    assert.match(message, /Colour synthesised by Kinemacolor [\d.]+; 1 keyframe picture/);
  });

  it('--keyframe-every bounds the distance between keyframes; 1 colours every frame on its own', async () => {
    for (const every of [1, 5]) {
      const end = await runCli(['plan', film, '-o', at('every.json'), '--keyframe-every', String(every), ...TINY]);
      assert.equal(end.code, 0, end.stderr);
      const plan = await readPlan(at('every.json'));
      assert.deepEqual(
        plan.shots.map(({ start, end: stop }) => stop - start),
        SCENES,
      );
      for (const shot of plan.shots) {
        const places = shot.keyframes.map(({ index }) => index);
        assert.deepEqual([places[0], places.at(-1)], [shot.start, shot.end - 1]);
        for (let i = 1; i < places.length; i++) assert.ok(places[i]! - places[i - 1]! <= every, places.join());
      }
      if (every === 1) assert.equal(keyframesOf(plan).length, FRAMES);
    }
    const end = await runCli(['render', at('every.json'), '-o', at('every.mkv')]);
    assert.equal(end.code, 0, end.stderr);
  });

  it('plan and then render is colorize', async () => {
    const planned = await runCli(['plan', film, '-o', at('film.plan.json'), ...LOSSLESS]);
    assert.equal(planned.code, 0, planned.stderr);
    const rendered = await runCli(['render', at('film.plan.json'), '-o', at('rendered.mkv')]);
    assert.equal(rendered.code, 0, rendered.stderr);
    assert.deepEqual(await frameHashes(at('rendered.mkv')), await frameHashes(automatic));
  });

  it('a plan edited by hand is rendered as it says', async () => {
    await runCli(['plan', film, '-o', at('edited.json'), ...LOSSLESS]);
    const plan = JSON.parse(await readFile(at('edited.json'), 'utf8'));
    const frame = (await packets(film, 'v:0'))[1]!.pts;
    const [first, second] = plan.shots;
    first.end = second.start = 10;
    first.endTicks = second.startTicks = 10 * frame;
    first.keyframes = [{ index: 4, color: { kind: 'model' } }];
    second.keyframes = second.keyframes.slice(1);
    await writeFile(at('edited.json'), JSON.stringify(plan));
    const end = await runCli(['render', at('edited.json'), '-o', at('edited.mkv'), '--report', at('edited.report.json')]);
    assert.equal(end.code, 0, end.stderr);
    const { shots } = JSON.parse(await readFile(at('edited.report.json'), 'utf8')) as {
      shots: { start: number; end: number; keyframes: number[] }[];
    };
    assert.deepEqual(
      shots.map(({ start, end: stop, keyframes }) => [start, stop, keyframes.length]),
      [
        [0, 10, 1],
        [10, FRAMES, second.keyframes.length],
      ],
    );
    assert.equal(Buffer.compare(await lumaOf(at('edited.mkv')), await lumaOf(film)), 0);
    const times = async (path: string) => (await packets(path, 'v:0')).map(({ pts }) => pts);
    assert.deepEqual(await times(at('edited.mkv')), await times(automatic));
  });

  it('a plan moved elsewhere finds its film and its pictures beside it; another film under that name is refused', async () => {
    const place = at('moved');
    await mkdir(join(place, 'keys'), { recursive: true });
    await paint(join(place, 'keys/000003.png'), { r: 255, g: 0, b: 0 });
    await copyFile(film, join(place, 'film.mp4'));
    const keys = ['--keyframes', join(place, 'keys'), '--keyframes-only'];
    await runCli(['plan', film, '-o', join(place, 'plan.json'), ...keys, ...LOSSLESS]);
    const text = await readFile(join(place, 'plan.json'), 'utf8');
    await writeFile(join(place, 'plan.json'), text.replaceAll(`${place}/`, '').replaceAll(`${folder}/`, ''));
    const end = await runCli(['render', join(place, 'plan.json'), '-o', at('moved.mkv')]);
    assert.equal(end.code, 0, end.stderr);
    assert.ok(mean((await chromaOf(at('moved.mkv'), FRAMES))[3]!.cr) > 128 + 20);
    await makeTinyFilm(join(place, 'film.mp4'), { scenes: SCENES, firstScene: 1 });
    const other = await runCli(['render', join(place, 'plan.json'), '-o', at('other.mkv'), '--quiet']);
    assertOneSentence(other, 3, /not the film this plan was made for/);
  });

  it('a plan that says something impossible is refused in one sentence', async () => {
    await runCli(['plan', film, '-o', at('wrong.json'), ...TINY]);
    const plan = JSON.parse(await readFile(at('wrong.json'), 'utf8'));
    plan.shots[0].end += 2;
    await writeFile(at('wrong.json'), JSON.stringify(plan));
    const end = await runCli(['render', at('wrong.json'), '-o', at('wrong.mkv')]);
    assert.equal(end.code, 2);
    assert.match(end.stderr, /^kinemacolor: The plan [^\n]*expected the shot to start at frame[^\n]*\n$/);
  });

  it('a pipeline is taken by its name or its path, and the command line wins over it', async () => {
    const own = { name: 'own', description: 'Ours', settings: { keyframeEvery: 7, codec: 'ffv1', quality: 30 } };
    await writeFile(at('own.json'), JSON.stringify(own));
    const settingsOf = async (...args: string[]) => {
      const end = await runCli(['plan', film, '-o', at('piped.json'), ...TINY, ...args]);
      assert.equal(end.code, 0, end.stderr);
      return (await readPlan(at('piped.json'))).settings;
    };
    const mine = await settingsOf('--pipeline', at('own.json'), '--quality', '12');
    assert.deepEqual([mine.keyframeEvery, mine.codec, mine.quality], [7, 'ffv1', 12]);
    const decoder = await settingsOf('-p', 'film-reel');
    assert.deepEqual([decoder.film, decoder.codec], ['worn', 'ffv1']);
  });
});

describe('a stretch of a film', () => {
  const folder = folderPerGroup();
  let film = '';
  const at = (name: string) => join(folder, name);
  /** From frame 60 for 14 frames: beyond the first cut, ending short of the film's end. */
  const STRETCH = ['--from', '2.5', '--duration', '0.58'];
  const FIRST = 60;
  const LENGTH = 14;

  before(async () => {
    film = await makeTinyFilm(at('film.mp4'), { scenes: [40, 26, 20] });
  });

  it('is exactly its frames, with their sound', async () => {
    const result = at('stretch.mkv');
    await colorize([film, '-o', result, ...STRETCH, ...LOSSLESS]);
    const [whole, part] = await Promise.all([lumaOf(film), lumaOf(result)]);
    const size = WIDTH * HEIGHT;
    assert.equal(part.length, LENGTH * size);
    assert.equal(Buffer.compare(part, whole.subarray(FIRST * size, (FIRST + LENGTH) * size)), 0);
    await assertSoundBeside(result);
  });

  it('preview puts gray and colour side by side', async () => {
    const result = at('preview.mp4');
    await colorize([film, '-o', result, '--pipeline', 'preview', ...STRETCH, '--quality', '0', ...FAST]);
    const { streams } = await probe(result);
    const picture = streams.find(stream => stream.codec_type === 'video')!;
    assert.deepEqual([picture.width, picture.height], [2 * WIDTH, HEIGHT]);
    const half = (side: number) => [`crop=${WIDTH}:${HEIGHT}:${side * WIDTH}:0`];
    const [left, right] = await Promise.all([
      decode(result, [...half(0), 'extractplanes=y']),
      decode(result, [...half(1), 'extractplanes=y']),
    ]);
    assert.equal(left.length, LENGTH * WIDTH * HEIGHT);
    assert.equal(Buffer.compare(left, right), 0);
    const gray = await decode(result, [...half(0), 'extractplanes=u']);
    const color = await decode(result, [...half(1), 'extractplanes=u']);
    assert.ok(
      gray.every(value => value === 128),
      'the left half has colour',
    );
    assert.ok(
      color.some(value => value !== 128),
      'the right half has no colour',
    );
    await assertSoundBeside(result);
  });

  it('that begins after the end is refused', async () => {
    const end = await runCli(['colorize', film, '-o', at('none.mp4'), '--from', '60', '--quiet']);
    assert.equal(end.code, 3);
    assert.match(end.stderr, /^kinemacolor: Expected frames from second 60[^\n]*--from\.\n$/);
    assert.deepEqual(
      (await readdir(folder)).filter(name => name.startsWith('none')),
      [],
    );
  });

  /** The sound of a stretch begins and ends with its picture, to a packet of sound (21 ms) at either end. */
  async function assertSoundBeside(result: string): Promise<void> {
    const { streams } = await probe(result);
    const span = async (kind: string, select: string) => {
      const list = await packets(result, select);
      const [num, den] = streams
        .find(stream => stream.codec_type === kind)!
        .time_base.split('/')
        .map(Number);
      const seconds = (ticks: number) => (ticks * num!) / den!;
      return [seconds(list[0]!.pts), seconds(list.at(-1)!.pts + list.at(-1)!.duration)] as const;
    };
    const [picture, sound] = [await span('video', 'v:0'), await span('audio', 'a:0')];
    const packet = 1024 / 48_000;
    for (const end of [0, 1] as const) {
      assert.ok(Math.abs(picture[end] - sound[end]) < 2 * packet, `picture ${picture.join('..')}, sound ${sound.join('..')}`);
    }
  }
});
