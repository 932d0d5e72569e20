import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../harness/chromium.ts';
import { residentBytes } from '../../harness/process-facts.ts';
import { startReview, type TestServer } from '../../harness/review-server.ts';
import type { ProjectView } from '../../src/review/contract.ts';
import { runBenchmark } from '../arguments.ts';
import { median, millisecondsOf } from '../times.ts';
import { type LongFilm, makeLongFilm } from './long-film.ts';
import { cpuSeconds } from './process-figures.ts';

/**
 * What the review page costs where a film has many shots, or one long one: node dist/bench/page/scale.js [SHOTSxFRAMES...]
 * Time from the address to the first picture; bytes that an edit sends to the page; time from an edit to its state on the page,
 * and to a step of a frame; CPU time of the server for each; memory of the tab and of the server. Nothing is rendered.
 */
const FILMS = ['10x3', '200x3', '2000x3', '1x14400'];
const EDITS = 10;
const STEPS = 30;
/** Milliseconds after which all that the page asks for when it opens has come. */
const QUIET = 3000;
/** Milliseconds within which anything on the page happens, or the benchmark fails. */
const PATIENCE = 300_000;

/** The page says it when it has the state after an edit. */
const savedAs = (page: Page, revision: number) =>
  page
    .locator('.status p')
    .last()
    .filter({ hasText: `revision ${revision}` })
    .waitFor();
const pictureOf = (page: Page, frame: number) => page.locator(`canvas[data-frame="${frame}"]:not([data-ready=""])`).waitFor();

async function measured(page: Page, server: TestServer, middle: number): Promise<string[]> {
  const { pid } = server.run;
  const sizes: number[] = [];
  page.on('response', answer => {
    if (!answer.url().includes('/api/project')) return;
    void answer.body().then(({ length }) => sizes.push(length));
  });
  const opening = await millisecondsOf(async () => {
    await page.goto(`${server.url}#frame=${middle}&view=after`);
    await pictureOf(page, middle);
  });
  await wait(QUIET);
  const [whole] = sizes;
  sizes.length = 0;
  const before = cpuSeconds(pid);
  const edits: number[] = [];
  for (let n = 1; n <= EDITS; n++)
    edits.push(
      await millisecondsOf(async () => {
        const hint = { x: n / (EDITS + 1), y: 0.5, color: '#7f6a3f', radius: 0.05 };
        const { revision } = (await (await server.edit({ kind: 'hint-add', index: middle, hint })).json()) as {
          revision: number;
        };
        await savedAs(page, revision);
      }),
    );
  const cpu = (1000 * (cpuSeconds(pid) - before)) / EDITS;
  const ofAnEdit = sizes.reduce((sum, size) => sum + size, 0) / EDITS;
  const steps: number[] = [];
  for (let n = 1; n <= STEPS; n++)
    steps.push(
      await millisecondsOf(async () => {
        await page.keyboard.press(n % 2 === 1 ? 'ArrowRight' : 'ArrowLeft');
        await page.locator(`canvas[data-frame="${middle + (n % 2)}"]`).waitFor();
      }),
    );
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1e6;
  return [
    `${opening.toFixed(0)} ms to the first picture`,
    `${whole} bytes at first, ${ofAnEdit.toFixed(0)} an edit`,
    `edit on the page after ${median(edits).toFixed(0)} ms, ${cpu.toFixed(0)} ms CPU of the server`,
    `a step ${median(steps).toFixed(0)} ms`,
    `tab ${heap.toFixed(0)} MB, server ${(residentBytes(pid, 'VmRSS')! / 1e6).toFixed(0)} MB`,
  ];
}

async function measureFilm(folder: string, film: LongFilm): Promise<void> {
  const path = await makeLongFilm(folder, film);
  const server = await startReview([path, '--output', `${path}.colour.mkv`, '--port', '0', '--device', 'cpu']);
  try {
    await server.ask('/api/render/mode', { method: 'POST', body: '{"mode":"when-asked"}' });
    const { shots } = (await server.api('project')) as ProjectView;
    const { keyframes } = shots[shots.length >> 1]!;
    const { index } = keyframes[keyframes.length >> 1]!;
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
      page.setDefaultTimeout(PATIENCE);
      const figures = await measured(page, server, index);
      console.log(`${film.shots} shots of ${film.frames} frames: ${figures.join('; ')}`);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

await runBenchmark(async () => {
  const given = process.argv.slice(2);
  const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-scale-'));
  try {
    for (const film of given.length > 0 ? given : FILMS) {
      const [shots, frames] = film.split('x').map(Number) as [number, number];
      await measureFilm(folder, { shots, frames });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
