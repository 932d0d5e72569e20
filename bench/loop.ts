/**
 * What one correction costs: node dist/bench/loop.js [picture]
 * Makes a film of SHOTS shots, renders it through `kinemacolor review`, gives one keyframe a hint (or, if told, a picture), renders again, and prints
 * which shots were rendered, whether the packets and frames of all others are the same, and the time from the edit to the finished film beside
 * that of the first render. SIZE (640x360) and FRAMES of a shot (30) come from the environment. Fails where another shot changed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { startReview, type TestServer } from '../harness/review-server.ts';
import { frameHashes, makeTinyFilm, packets } from '../harness/tiny-film.ts';

const SHOTS = 20;
const FRAMES = Number(process.env.FRAMES ?? 30);
const [WIDTH, HEIGHT] = (process.env.SIZE ?? '640x360').split('x').map(Number) as [number, number];
/** The shot that is corrected: one in the middle, so that shots before and after it must stay. */
const EDITED = 9;
const HINT = { x: 0.5, y: 0.5, color: '#b03a2e', radius: 0.08 };
/** Of a film scan. */
const GRAIN = 'noise=alls=6:allf=t:all_seed=7';
/** What a person has: the newest ffmpeg that is there, not the one that starts fastest. */
process.env.KINEMACOLOR_FFMPEG ??= '';

interface Shot {
  readonly start: number;
  readonly end: number;
  readonly keyframes: readonly { readonly index: number }[];
}

/** A render, and what it says of itself. */
async function timedRender(server: TestServer): Promise<{ seconds: number; rendered: number; reused: number }> {
  const before = server.run.events.length;
  const started = performance.now();
  const end = await server.render();
  const seconds = (performance.now() - started) / 1000;
  if (end.startsWith('failed')) throw new Error(end);
  const done = server.run.events.slice(before).filter(({ type }) => type === 'shot-done');
  const reused = done.filter(event => event.reused === true).length;
  return { seconds, rendered: done.length - reused, reused };
}

/** By frame, a hash over its packet and one over its picture. */
async function hashesOf(path: string): Promise<{ packets: string[]; frames: string[] }> {
  const frames = (await frameHashes(path)).map(line => line.split(',').at(-1)!.trim());
  return { packets: (await packets(path, 'v:0')).map(({ hash }) => hash), frames };
}

async function correct(server: TestServer, index: number): Promise<void> {
  const red = { create: { width: WIDTH, height: HEIGHT, channels: 3 as const, background: HINT.color } };
  const answer =
    process.argv[2] === 'picture'
      ? await server.ask(`/api/keyframes/${index}/picture`, {
          method: 'PUT',
          body: new Uint8Array(await sharp(red).png().toBuffer()),
        })
      : await server.edit({ kind: 'hint-add', index, hint: HINT });
  if (!answer.ok) throw new Error(await answer.text());
}

function changedOutside(before: readonly string[], after: readonly string[], { start, end }: Shot): number {
  return before.filter((hash, frame) => (frame < start || frame >= end) && hash !== after[frame]).length;
}

async function run(folder: string): Promise<void> {
  const [film, output] = [join(folder, 'film.mp4'), join(folder, 'colour.mp4')];
  const scenes = Array.from({ length: SHOTS }, () => FRAMES);
  await makeTinyFilm(film, {
    width: WIDTH / 2,
    height: HEIGHT / 2,
    scenes,
    filters: [`scale=${WIDTH}:${HEIGHT}`, GRAIN],
    output: ['-qp', '22'],
  });
  const server = await startReview([film, '-o', output, '--device', 'cpu']);
  try {
    const first = await timedRender(server);
    const before = await hashesOf(output);
    const { shots } = (await server.api('project')) as { shots: Shot[] };
    const shot = shots[EDITED]!;
    console.log(`${WIDTH}x${HEIGHT}, ${before.frames.length} frames, ${shots.length} shots`);
    console.log(`first render  ${first.seconds.toFixed(2)} s, ${first.rendered} shots`);
    for (const round of ['first edit', 'second edit'] as const) {
      const started = performance.now();
      await correct(server, shot.keyframes[round === 'first edit' ? 0 : 1]!.index);
      const again = await timedRender(server);
      const seconds = (performance.now() - started) / 1000;
      const after = await hashesOf(output);
      const moved = {
        packets: changedOutside(before.packets, after.packets, shot),
        frames: changedOutside(before.frames, after.frames, shot),
      };
      console.log(
        `${round.padEnd(13)} ${seconds.toFixed(2)} s, ${again.rendered} shot rendered, ${again.reused} reused, ` +
          `ratio ${(seconds / first.seconds).toFixed(3)}; of the other shots ${moved.packets} packets and ${moved.frames} frames changed`,
      );
      if (moved.packets + moved.frames > 0 || again.rendered !== 1) process.exitCode = 1;
    }
  } finally {
    await server.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-loop-'));
try {
  await run(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
