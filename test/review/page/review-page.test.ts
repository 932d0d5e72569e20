import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { axeFaults, colorOnCanvas, distance, openTabOf, says, settled, settledOn, until } from '../../fixtures/browser.ts';
import { reviewPerGroup } from './review-per-group.ts';

/** A warm colour where the model sees a cool one, so that its hint is seen. */
const BRICK = '#b06a3c';
/** Further than what JPEG does to a flat place, in code values of R'G'B'. */
const CHANGED = 12;
const SPOT = { x: 0.7, y: 0.75 };
/** Where no test paints. */
const CLEAR = { x: 0.92, y: 0.3 };

describe('the review page', function () {
  this.timeout(120_000);
  const review = reviewPerGroup();
  const { project, open, openAt } = review;
  const keyframe = async (): Promise<number> => (await project()).shots[1].keyframes[0].index;
  /** Wait until the page shows a frame of the second shot as the plan says it now. */
  const asPlanned = async (page: Page) => settled(page, `of=${(await project()).shots[1].planned}`);
  const whenAsked = (page: Page) => page.getByLabel('Render changes at once').uncheck();

  it('opens, scrubs and wipes: before stays gray, after has colour', async () => {
    const index = await keyframe();
    const { page, said } = await open();
    await page.getByLabel('Frame of the film').fill(String(index));
    await settledOn(page, index);
    const wipe = page.getByRole('slider', { name: /Wipe/ });
    await wipe.press('End');
    assert.ok(Math.max(...(await chroma(page))) < 2, 'before is gray');
    const box = (await wipe.boundingBox())!;
    const canvas = (await page.locator('canvas[data-frame]').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, canvas.y + 40);
    await page.mouse.down();
    await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + 40, { steps: 4 });
    await page.mouse.up();
    assert.equal(await wipe.getAttribute('aria-valuenow'), '50');
    const [left, right] = await chroma(page);
    assert.ok(left! < 2 && right! > 4, `left is gray (${left}), right has colour (${right})`);
    await page.keyboard.press('3');
    assert.ok((await chroma(page))[0]! > 4, 'after is coloured from edge to edge');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a hint recolours the keyframe around it, is rendered, undone, and stands after a reload', async () => {
    const index = await keyframe();
    const { page, said } = await openAt(index);
    await whenAsked(page);
    const near = await colorOnCanvas(page, SPOT.x, SPOT.y);
    await paint(page, SPOT);
    await says(page, `Hint ${BRICK} painted on frame ${index}`);
    await asPlanned(page);
    const painted = await colorOnCanvas(page, SPOT.x, SPOT.y);
    assert.ok(distance(painted, near) > CHANGED, `${near} became ${painted}`);
    assert.ok(painted[0]! - painted[2]! > near[0]! - near[2]!, `warmer: ${near} became ${painted}`);

    await page.getByRole('button', { name: /^Render \d shots?$/ }).click();
    await says(page, /The film is written/);
    assert.ok((await project()).shots.every(({ state }: { state: string }) => state === 'rendered'));
    await page.keyboard.press('ArrowRight');
    await settledOn(page, index + 1);
    const carried = await colorOnCanvas(page, SPOT.x, SPOT.y);
    assert.ok(distance(carried, painted) < distance(carried, near), 'the rendered neighbour has the new colour');

    await page.keyboard.press('Control+z');
    await says(page, 'Undone');
    await page.keyboard.press(',');
    await asPlanned(page);
    assert.ok(distance(await colorOnCanvas(page, SPOT.x, SPOT.y), near) < CHANGED, 'as it was');
    await page.keyboard.press('Control+Shift+z');
    await says(page, 'Done again');

    await until(page, `location.hash.includes('frame=${index}&') && location.hash.includes('view=after')`);
    await page.reload();
    await settledOn(page, index);
    assert.equal(await page.getByLabel('Frame of the film').inputValue(), String(index));
    assert.equal(await page.getByRole('button', { name: `Hint 1, ${BRICK}: choose` }).count(), 1);
    assert.ok(distance(await colorOnCanvas(page, SPOT.x, SPOT.y), painted) < CHANGED, 'found as it was left');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('two tabs at once lose none of each other’s edits, and each sees the other’s', async () => {
    const index = await keyframe();
    const before = (await project()).shots[1].keyframes[0].hints?.length ?? 0;
    const tabs = await Promise.all([open(`#frame=${index}&view=after`), open(`#frame=${index}&view=after`)]);
    for (const { page } of tabs) await whenAsked(page);
    await Promise.all(tabs.map(({ page }, number) => paint(page, { x: 0.3 + 0.1 * number, y: 0.3 })));
    for (const { page } of tabs) await until(page, `document.querySelectorAll('ul.hints li').length === ${before + tabs.length}`);
    assert.equal((await project()).shots[1].keyframes[0].hints.length, before + tabs.length);
    for (const { page, said } of tabs) {
      assert.deepEqual(said, []);
      await page.close();
    }
  });

  it('a picture, a grade and a moved keyframe each change what is seen, and are undone', async () => {
    const index = await keyframe();
    const { page, said } = await open(`#frame=${index}&view=after`);
    await whenAsked(page);
    await settledOn(page, index);
    const model = await colorOnCanvas(page, CLEAR.x, CLEAR.y);
    const undo = async () => {
      await page.locator('body').press('Control+z');
      await says(page, 'Undone');
    };
    const recolored = () => asPlanned(page);

    const buffer = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#20b0b0' } })
      .png()
      .toBuffer();
    await page.getByLabel(/Picture for keyframe/).setInputFiles({ name: 'teal.png', mimeType: 'image/png', buffer });
    await says(page, 'takes its colour from the picture');
    await recolored();
    const [red, green, blue] = await colorOnCanvas(page, CLEAR.x, CLEAR.y);
    assert.ok(green! - red! > CHANGED && blue! - red! > CHANGED, `teal: ${red} ${green} ${blue}`);
    await undo();
    await recolored();
    assert.ok(distance(await colorOnCanvas(page, CLEAR.x, CLEAR.y), model) < CHANGED, 'the model’s colour again');

    const shown = await review.server.ask(`/api/keyframes/${index}?width=240`);
    const alike = await sharp(Buffer.from(await shown.arrayBuffer()))
      .tint('#10c0c0')
      .png()
      .toBuffer();
    await page.getByLabel(/Reference for keyframe/).setInputFiles({ name: 'alike.png', mimeType: 'image/png', buffer: alike });
    await says(page, 'is coloured like the reference');
    await recolored();
    const like = await colorOnCanvas(page, CLEAR.x, CLEAR.y);
    assert.ok(like[1]! - like[0]! > model[1]! - model[0]! + CHANGED, `${model} became ${like}`);
    await page.getByText('the model, like your reference').waitFor();
    await undo();
    await recolored();

    await openTabOf(page, 'Grade');
    await page.getByLabel('Saturation', { exact: true }).fill('0');
    await says(page, /The grade of shot 2 is changed/);
    await recolored();
    assert.ok(Math.max(...(await chroma(page))) < 2, 'no colour is left');
    await undo();
    await recolored();
    assert.ok(distance(await colorOnCanvas(page, CLEAR.x, CLEAR.y), model) < CHANGED, 'its colour again');

    await openTabOf(page, 'Colour');
    await page.getByLabel('On frame', { exact: true }).fill(String(index + 2));
    await page.getByLabel('On frame', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: `Keyframe ${index + 2}` }).waitFor();
    assert.equal(await keyframe(), index + 2);
    await undo();
    assert.equal(await keyframe(), index);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('fits into 1024 pixels: the frame slider stays long, nothing is cut off, the page itself never scrolls', async () => {
    const { page } = await open();
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.getByRole('button', { name: 'Add', exact: true }).scrollIntoViewIfNeeded();
    const [slider, outside, scrolled] = await page.evaluate<[number, number, number]>(`[
      document.querySelector('.scrub').clientWidth,
      [...document.querySelectorAll('.transport *')].filter(part => part.getBoundingClientRect().right > document.querySelector('.transport').clientWidth).length,
      document.scrollingElement.scrollHeight - innerHeight,
    ]`);
    assert.ok(slider > 300, `the slider is ${slider} pixels long`);
    assert.deepEqual([outside, scrolled], [0, 0]);
    await page.close();
  });

  it('a worst spot, a keyframe’s mark and a shot are a click away', async () => {
    const planned = await project();
    const { page } = await open(`#frame=${planned.shots[1].start + 1}`);
    await page.getByRole('button', { name: /^Render (the film|\d)/ }).click(); // what the tests before undid may still be stale
    await until(page, `document.querySelectorAll('.shot.rendered').length === 2`);
    const { shots } = await project();
    const shown = () => page.getByLabel('Frame of the film').inputValue();
    const [spot] = shots[1].worst ?? [];
    assert.ok(spot, 'a rendered shot says where it is worst');
    await page.getByRole('button', { name: `Worst spot at frame ${spot.index}:` }).click();
    assert.equal(await shown(), String(spot.index));
    await until(page, `/^\\d+\\.\\d$/.test(document.querySelector('.legend dt.flicker + dd').textContent)`);
    assert.match((await page.locator('.plot path.flicker').getAttribute('d'))!, /^M0 .+L1000/);
    const last = shots[1].keyframes.at(-1).index;
    await page.getByRole('button', { name: `Keyframe ${last},` }).click();
    assert.equal(await shown(), String(last));
    await page.getByRole('button', { name: /^Shot 1/ }).click();
    assert.equal(await shown(), '0');
    await page.close();
  });

  it('is worked by keys alone', async () => {
    const index = await keyframe();
    const { page } = await open(`#frame=${index}`);
    await whenAsked(page);
    await page.locator('body').press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    const keys = await page.locator('dialog kbd').allTextContents();
    assert.deepEqual(keys, [...new Set(keys)], 'no key does two things');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: `Frame ${index + 1}` }).waitFor();
    await page.keyboard.press('k');
    await says(page, `Frame ${index + 1} is a keyframe`);
    await page.keyboard.press('h');
    await page.getByRole('button', { name: /Use the tool/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await says(page, `painted on frame ${index + 1}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await says(page, `Keyframe ${index + 1} removed`);
    await page.close();
  });

  it('plays on, at the film’s pace or slower, to the last frame', async () => {
    const { frames } = (await project()).film;
    const { page } = await open(`#frame=${frames - 8}`);
    await page.getByRole('button', { name: 'Play' }).click();
    await until(page, `document.querySelector('.scrub').value === '${frames - 1}'`);
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.close();
  });

  it('has no fault that axe-core finds, with the help open and closed', async () => {
    const { page } = await open(`#frame=${await keyframe()}`);
    for (const help of ['closed', 'open']) {
      if (help === 'open') await page.locator('body').press('?');
      assert.deepEqual(await axeFaults(page), []);
    }
    await page.close();
  });

  it('a server killed in mid-render and started again goes on, and the page with it', async () => {
    const index = await keyframe();
    const { page } = await open(`#frame=${index}&view=after`);
    await page.getByLabel('Render changes at once').check();
    const begun = review.server.next('shot-start');
    await paint(page, { x: 0.2, y: 0.6 });
    await begun;
    await review.server.stop('SIGKILL');
    await says(page, /connection to the server is lost/);
    await wait(500);
    await review.restart();
    await until(page, `document.querySelectorAll('.shot')[1].matches('.rendered')`);
    const { shots } = await project();
    assert.ok(shots[1].keyframes[0].hints.some(({ x }: { x: number }) => Math.abs(x - 0.2) < 0.01));
    await page.close();
  });
});

/** Choose the colour, take the brush, and click. */
async function paint(page: Page, { x, y }: { x: number; y: number }): Promise<void> {
  await page.getByLabel('Colour of the next hint').fill(BRICK);
  if ((await page.getByRole('button', { name: 'Paint' }).getAttribute('aria-pressed')) !== 'true') await page.keyboard.press('h');
  const { width, height } = (await page.locator('button.brush').boundingBox())!;
  await page.locator('button.brush').click({ position: { x: x * width, y: y * height } });
}

/** How far from gray the left and the right third of the canvas are, mean distance of R'G'B' from their mean, in code values. */
async function chroma(page: Page): Promise<readonly number[]> {
  const means: number[] = [];
  for (const side of [0, 2 / 3]) {
    let sum = 0;
    const places = [1, 2, 3].flatMap(column => [1, 2, 3, 4].map(row => ({ x: side + column / 13, y: row / 5 })));
    for (const { x, y } of places) {
      const color = await colorOnCanvas(page, x, y);
      sum += Math.max(...color) - Math.min(...color);
    }
    means.push(sum / places.length);
  }
  return means;
}
