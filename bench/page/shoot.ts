/**
 * Pictures of the review page, made by the page itself: node dist/bench/page/shoot.js [folder]
 * Writes samples/review-page.png, and review-hint.png and review-verdicts.png of docs/pictures (or all, and the page in a
 * small and a large window, into the folder): the sample film, rendered, with a hint; the hint chosen; the Review tab.
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { launchChromium } from '../../harness/chromium.ts';
import { freePort } from '../../harness/free-port.ts';
import { reviewStreet } from '../../harness/street-server.ts';

const STREET = fileURLToPath(new URL('../../../samples/street.mp4', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));
const PICTURES = fileURLToPath(new URL('../../../docs/pictures', import.meta.url));
/** Colours of a PNG with a palette: the page is gray, and the picture of the README stays below 400 kB. */
const COLORS = 256;
/** A render of the sample takes seconds; a slow machine gets this long, in milliseconds. */
const PATIENCE = 180_000;
/** Sizes of the window beside 1280x720. */
const SIZES = [
  ['small', 1024, 700],
  ['large', 1920, 1080],
] as const;
/** The tree of the sample, and the green of its leaves. */
const HINT = { x: 0.65, y: 0.32, color: '#5f7f3a' };

const [folder] = process.argv.slice(2);
if (folder) await mkdir(folder, { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'kinemacolor-shoot-'));
const film = join(scratch, 'street.mp4');
await copyFile(STREET, film);
const server = await reviewStreet(film, await freePort());
const browser = await launchChromium();
try {
  await server.render(); // what a hint touches is rendered by itself, what nobody touched is not
  const { shots } = await server.api('project');
  const keyframes: { index: number }[] = shots[0].keyframes;
  const { index } = keyframes[Math.floor(keyframes.length / 2)]!;
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${server.url}#frame=${index}&view=wipe&wipe=0.42`);
  await hint(page);
  await page.locator('.status p').first().filter({ hasText: 'The film is written' }).waitFor();
  await page.locator('.legend dt.flicker + dd', { hasText: /\d/ }).waitFor();
  await page.keyboard.press('Escape');
  await shoot(page, join(folder ?? SAMPLES, 'review-page.png'));
  await chooseHint(page);
  await shoot(page, join(folder ?? PICTURES, 'review-hint.png'));
  await page.keyboard.press('Escape');
  await reviewIt(page);
  await shoot(page, join(folder ?? PICTURES, 'review-verdicts.png'));
  if (folder) {
    for (const [name, width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await shoot(page, join(folder, `review-page-${name}.png`));
    }
  }
} finally {
  await browser.close();
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
}

async function hint(page: Page): Promise<void> {
  await page.getByLabel('Colour of the next hint').fill(HINT.color);
  await page.keyboard.press('h');
  const brush = page.locator('button.brush');
  const { width, height } = (await brush.boundingBox())!;
  await brush.click({ position: { x: HINT.x * width, y: HINT.y * height } });
  await page.mouse.move(0, 0);
}

async function chooseHint(page: Page): Promise<void> {
  await page.locator('ul.hints button.name').first().click();
  await page.locator('.seen').waitFor();
}

/** The shot gets a verdict and a note, the state of the project a name. */
async function reviewIt(page: Page): Promise<void> {
  await page.keyboard.press('v');
  await page.keyboard.press('t');
  await page.locator('#shot-note').fill('The tree is green now; ask about the car.');
  await page.getByLabel('Name of this version').fill('First pass');
  await page.keyboard.press('Enter');
  await page.locator('.versions li').waitFor();
  await page.getByLabel('Name of this version').blur();
}

async function shoot(page: Page, path: string): Promise<void> {
  await page.locator('canvas[data-ready]:not([data-ready=""])').waitFor();
  const picture = await page.screenshot();
  await sharp(picture).png({ palette: true, colors: COLORS, compressionLevel: 9, effort: 10 }).toFile(path);
  console.log(path);
}
