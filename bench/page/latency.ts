import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../harness/chromium.ts';
import { startReview, type TestServer } from '../../harness/review-server.ts';
import { locateFfmpeg } from '../../src/adapters/ffmpeg/ffmpeg.ts';
import type { ProjectView, ShotView } from '../../src/review/contract.ts';
import { addressOf } from '../../src/review/routes.ts';
import { runBenchmark, wholeNumber, wrongUse } from '../arguments.ts';
import { median, millisecondsOf, percentile } from '../times.ts';
import { cpuSeconds } from './process-figures.ts';

/**
 * How long the review page waits for its server: node dist/bench/page/latency.js FILM [--count 30] [--frames 240] [--height 720]
 * The film's first frames, brought to the height, are served. Measured over HTTP, as the page asks, a picture 1280 pixels wide: from sending a hint to the
 * keyframe's new picture; a frame of the source, and of a finished shot, that was not asked for before. Medians and 95th percentiles, in milliseconds,
 * and the CPU time of the server. Then a frame of a finished shot on the page in Chromium, until it is seen, be it from the shot's proxy at first. Last, the frames a second that the page shows of a shot that is played.
 */
const WIDTH = 1280;
/** Steps from frame to frame and from place to place that repeat late: no two requests are alike, and every run asks the same. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Milliseconds within which a shot is ready to be played, and for which it is played. */
const [PREPARED, PLAYED] = [300_000, 4000];

const spread = (n: number) => (n * GOLDEN) % 1;

/** Of what was measured one by one; CPU time is that of the server and its ffmpeg, which another load of the machine changes little. */
async function summary(server: TestServer, measure: () => Promise<readonly number[]>): Promise<string> {
  const before = cpuSeconds(server.run.pid);
  const milliseconds = await measure();
  const cpu = ((cpuSeconds(server.run.pid) - before) * 1000) / milliseconds.length;
  const [middle, most] = [median(milliseconds), percentile(milliseconds, 0.95)].map(value => value.toFixed(0));
  return `median ${middle} ms, 95 % within ${most} ms (${milliseconds.length}), CPU ${cpu.toFixed(0)} ms each`;
}

async function picture(server: TestServer, path: string): Promise<void> {
  const answer = await server.ask(path);
  const { length } = new Uint8Array(await answer.arrayBuffer());
  if (answer.status !== 200 || length === 0) throw new Error(`${path}: ${answer.status}`);
}

const project = async (server: TestServer): Promise<ProjectView> => server.api('project');

/** A hint on a keyframe, each at another place, until the keyframe's picture with it has come. */
async function hints(server: TestServer, count: number): Promise<number[]> {
  const keyframes = (await project(server)).shots.flatMap(shot => shot.keyframes.map(({ index }) => index));
  const times: number[] = [];
  for (let n = 1; n <= count; n++) {
    const index = keyframes[n % keyframes.length]!;
    const hint = { x: 0.1 + 0.8 * spread(n), y: 0.1 + 0.8 * spread(7 * n), color: '#7f6a3f', radius: 0.05 };
    times.push(
      await millisecondsOf(async () => {
        const answer = await server.edit({ kind: 'hint-add', index, hint });
        if (!answer.ok) throw new Error(await answer.text());
        const { shots } = await project(server);
        const { planned } = shotAt(shots, index);
        await picture(server, addressOf('keyframe', { index }, { of: planned, width: WIDTH }));
      }),
    );
    await server.ask('/api/undo', { method: 'POST' });
  }
  return times;
}

const shotAt = (shots: readonly ShotView[], index: number) => shots.find(shot => index < shot.end)!;

async function seeks(server: TestServer, count: number, finished: boolean): Promise<number[]> {
  const { film, shots } = await project(server);
  const times: number[] = [];
  for (let n = 1; n <= count; n++) {
    const index = Math.floor(film.frames * spread(n));
    const { shown } = shotAt(shots, index);
    if (finished && shown === null) throw new Error(`Frame ${index} is not rendered.`);
    const query = { width: WIDTH, ...(finished && { of: shown! }) };
    times.push(await millisecondsOf(() => picture(server, addressOf('frame', { index }, query))));
  }
  return times;
}

const longestShot = (shots: readonly ShotView[]) =>
  shots.reduce((longest, shot) => (shot.end - shot.start > longest.end - longest.start ? shot : longest));

/** The page in Chromium at the start of the longest shot, whose proxy is ready. */
async function onPage<Result>(server: TestServer, measure: (page: Page) => Promise<Result>): Promise<Result> {
  const { start } = longestShot((await project(server)).shots);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 720 } });
    await page.goto(`${server.url}#frame=${start}&view=after`);
    await page.locator('.plays', { hasText: 'sound' }).waitFor({ timeout: PREPARED });
    return await measure(page);
  } finally {
    await browser.close();
  }
}

/** Other frames of the longest shot, each until the page shows it: from the shot's proxy, or in full detail where that comes first. */
function seeksOnPage(server: TestServer, count: number): Promise<number[]> {
  return onPage(server, async page => {
    const { start, end } = longestShot((await project(server)).shots);
    const times: number[] = [];
    for (let n = 1; n <= count; n++) {
      const frame = start + Math.floor((end - start) * spread(n));
      times.push(
        await page.evaluate<number>(`new Promise(resolve => {
          const [stage, canvas] = ['.stage', '.stage canvas'].map(path => document.querySelector(path));
          const begun = performance.now();
          const observer = new MutationObserver(() => {
            if (canvas.dataset.frame !== '${frame}' || !stage.matches('.proxy, .shown')) return;
            observer.disconnect();
            resolve(performance.now() - begun);
          });
          observer.observe(stage, { attributes: true, subtree: true });
          const scrub = document.querySelector('[aria-label="Frame of the film"]');
          scrub.value = '${frame}';
          scrub.dispatchEvent(new Event('input', { bubbles: true }));
        })`),
      );
    }
    return times;
  });
}

/** Frames that the page shows of a shot that it plays, and what the film has. */
async function playback(server: TestServer): Promise<string> {
  const { film, shots } = await project(server);
  const { start, end, startTicks, endTicks } = longestShot(shots);
  const own = ((end - start) * film.timebase.den) / film.timebase.num / (endTicks - startTicks);
  const [frames, seconds] = await onPage(server, async page => {
    const shown = page.evaluate<[frames: number, seconds: number]>(`new Promise(resolve => {
      const [canvas, times] = [document.querySelector('canvas'), []];
      new MutationObserver(() => times.push(performance.now())).observe(canvas, { attributeFilter: ['data-frame'] });
      setTimeout(() => resolve([times.length - 1, (times.at(-1) - times[0]) / 1000]), ${PLAYED});
    })`);
    await page.keyboard.press('Space');
    return shown;
  });
  return `${(frames / seconds).toFixed(1)} frames a second of ${own.toFixed(1)}`;
}

await runBenchmark(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '30' },
      frames: { type: 'string', default: '240' },
      height: { type: 'string', default: '720' },
    },
  });
  const [clip] = positionals;
  if (clip === undefined) throw wrongUse('Expected a film.');
  const [count, frames, height] = [wholeNumber(values, 'count'), wholeNumber(values, 'frames'), wholeNumber(values, 'height')];
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-latency-'));
  try {
    const film = join(folder, 'film.mkv');
    const look = `scale=-2:${height}:flags=lanczos,format=yuv420p`;
    const made = ['-an', '-vf', look, '-frames:v', String(frames), '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', film];
    execFileSync((await locateFfmpeg()).path, ['-v', 'error', '-y', '-i', clip, ...made]);
    const server = await startReview([film, '--output', join(folder, 'colour.mkv'), '--port', '0']);
    try {
      await server.ask('/api/render/mode', { method: 'POST', body: '{"mode":"when-asked"}' });
      console.log(`a frame of the source        ${await summary(server, () => seeks(server, count, false))}`);
      console.log(`hint to changed picture      ${await summary(server, () => hints(server, count))}`);
      const end = await server.render();
      if (end.startsWith('failed')) throw new Error(end);
      console.log(`a frame of a finished shot   ${await summary(server, () => seeks(server, count, true))}`);
      console.log(`the same on the page        ${await summary(server, () => seeksOnPage(server, count))}`);
      console.log(`playback in Chromium         ${await playback(server)}`);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
