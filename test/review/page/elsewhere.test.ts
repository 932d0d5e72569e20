import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { cutReturning } from '../../../harness/street-server.ts';
import { axeFaults, says } from '../../fixtures/browser.ts';
import { reviewPerGroup } from './review-per-group.ts';

/** The balloon in the film's first frame, and the sheep; the third shot shows them again, the second one neither. */
const BALLOON = { x: 0.39, y: 0.36, color: '#b03030', radius: 0.04, name: 'balloon' };
/** The balloon in the third shot: where its middle is in the first frame, how far it moves in a frame, and its half width and height, in shares of the picture. */
const AGAIN = { x: 0.58, y: 0.26, step: 0.007, wide: 0.1, high: 0.21 };
/** The car of the second shot, in its first frame. */
const CAR = { x: 0.18, y: 0.83, color: '#3050a0', radius: 0.04, name: 'car' };

describe('the same colour elsewhere', function () {
  this.timeout(120_000);
  const review = reviewPerGroup(cutReturning);
  const { project, openAt } = review;
  const hintsIn = async (shot: number): Promise<{ index: number; x: number; y: number; name?: string; fill?: number }[]> =>
    (await project()).shots[shot].keyframes.flatMap(({ index, hints }: { index: number; hints: object[] }) =>
      hints.map(hint => ({ index, ...hint })),
    );
  const seen = (page: Page, text: string | RegExp) => page.locator('.seen p').filter({ hasText: text }).waitFor();
  const put = async (index: number, hint: object) => {
    const answer = await review.server.edit({ kind: 'hint-add', index, hint });
    assert.equal(answer.status, 200);
  };
  const choose = (page: Page, number: number) => page.locator('ul.hints > li .name').nth(number).click();
  const isOnBalloon = async ({ index, x, y }: { index: number; x: number; y: number }) => {
    const middle = AGAIN.x + AGAIN.step * (index - (await project()).shots[2].start);
    const off = Math.hypot((x - middle) / AGAIN.wide, (y - AGAIN.y) / AGAIN.high);
    assert.ok(off < 1, `${x} ${y} of frame ${index} is ${off.toFixed(2)} of the balloon's size from its middle`);
  };

  before(async () => {
    await review.setMode('when-asked');
    assert.equal((await project()).shots.length, 3);
  });
  afterEach(review.undoAll);

  it('a chosen hint is proposed for the shot that shows its thing again and for no other; a click accepts, undo takes back', async () => {
    await put(0, BALLOON);
    const { page, said } = await openAt(0);
    await choose(page, 0);
    await seen(page, 'Also in shot 3:');
    assert.equal(await page.locator('.seen li').count(), 1);
    await page.getByRole('button', { name: 'Put it in shot 3' }).click();
    await says(page, 'balloon is put in shot 3');
    const [there] = await hintsIn(2);
    await isOnBalloon(there!);
    assert.equal(there!.name, 'balloon');
    assert.deepEqual(await hintsIn(1), []);
    await seen(page, 'Done in shot 3');
    await page.keyboard.press('Control+z');
    await says(page, 'Undone');
    assert.deepEqual(await hintsIn(2), []);
    await seen(page, 'Also in shot 3:');
    await page.keyboard.press('y');
    await says(page, 'balloon is put in shot 3');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a hint that was just painted is proposed without a click; of what is seen nowhere else, that is said', async () => {
    const start = (await project()).shots[1].start;
    const { page } = await openAt(start);
    await page.keyboard.press('h');
    const { width, height } = (await page.locator('button.brush').boundingBox())!;
    await page.locator('button.brush').click({ position: { x: CAR.x * width, y: CAR.y * height } });
    await seen(page, 'It is seen in no other shot');
    await page.close();
  });

  it('a polygon is a fill where its thing is seen again', async () => {
    const polygon = [
      [0.33, 0.25],
      [0.45, 0.25],
      [0.45, 0.45],
      [0.33, 0.45],
    ];
    await put(0, { ...BALLOON, polygon });
    const { page } = await openAt(0);
    await choose(page, 0);
    await seen(page, 'Also in shot 3:');
    await page.keyboard.press('y');
    await says(page, 'is put in shot 3');
    const [there] = await hintsIn(2);
    await isOnBalloon(there!);
    assert.ok(there!.fill! > 0 && !('polygon' in there!));
    await page.close();
  });

  it('a palette entry takes a hint up, finds its thing in other shots, and one colour changes all of them', async () => {
    await put(0, BALLOON);
    const { page, said } = await openAt(0);
    await choose(page, 0);
    await page.getByRole('button', { name: 'Keep balloon in the palette' }).click();
    await says(page, 'balloon is in the palette');
    assert.deepEqual(await hintsIn(0), []);
    await page.getByRole('button', { name: 'Find balloon in other shots' }).click();
    await seen(page, 'Also in shot 3:');
    await page.getByRole('button', { name: 'Put it in shot 3' }).click();
    await says(page, 'balloon is put in shot 3');
    const before = await project();
    const [entry] = before.palette;
    assert.deepEqual([entry.name, entry.color, entry.places.length], ['balloon', BALLOON.color, 2]);
    await isOnBalloon(entry.places[1]);
    await page.getByLabel('Colour of balloon').fill('#206040');
    await says(page, 'new colour');
    const after = await project();
    const changed = after.shots.map(({ planned }: { planned: string }, shot: number) => planned !== before.shots[shot].planned);
    assert.deepEqual(changed, [true, false, true]);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('hints are copied to where their things are seen, and it is said where they are not', async () => {
    await put(0, BALLOON);
    const { start } = (await project()).shots[1];
    const { page, said } = await openAt(0);
    const shots = page.getByLabel('Shots to copy to');
    await shots.fill('2-9');
    await shots.press('Enter');
    await says(page, 'Expected shots such as 2, 5-7 or all, from 1 to 3; received "2-9".');
    await shots.fill('all');
    await shots.press('Enter');
    await says(page, 'Copied: balloon in shot 3. Not seen, so not put: balloon in shot 2.');
    assert.deepEqual(await hintsIn(1), []);
    await isOnBalloon((await hintsIn(2))[0]!);
    await shots.press('Enter');
    await says(page, 'No hint was copied. There already: balloon in shot 3.');
    assert.equal((await hintsIn(2)).length, 1);
    await put(start, CAR);
    await page.getByLabel('Frame of the film').fill(String(start));
    await page.getByRole('heading', { name: 'Copy from shot 2' }).waitFor();
    await shots.fill('1, 3');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await says(page, 'No hint was copied. Not seen, so not put: car in shots 1 and 3.');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a grade and a reference are copied to the shots that are named', async () => {
    await review.server.edit({ kind: 'grade', shot: 0, grade: { saturation: 1.5 } });
    const shown = await review.server.ask('/api/frames/0?width=240');
    const body = await sharp(Buffer.from(await shown.arrayBuffer()))
      .tint('#10c0c0')
      .png()
      .toBuffer();
    const answer = await review.server.ask('/api/keyframes/0/picture?use=reference', { method: 'PUT', body });
    assert.equal(answer.status, 200);
    const { page, said } = await openAt(0);
    await page.getByText('Grade', { exact: true }).last().click();
    const shots = page.getByLabel('Shots to copy to');
    await shots.fill('3');
    await shots.press('Enter');
    await says(page, 'The grade of shot 1 is copied to shot 3.');
    await page.getByText('Reference', { exact: true }).click();
    await shots.fill('2-3');
    await shots.press('Enter');
    await says(page, 'The reference of shot 1 is copied to shots 2 and 3.');
    const after = await project();
    assert.deepEqual(
      after.shots.map(({ grade }: { grade?: object }) => grade),
      [{ saturation: 1.5 }, undefined, { saturation: 1.5 }],
    );
    for (const shot of after.shots.slice(1))
      assert.ok(shot.keyframes.every(({ source }: { source: string }) => source === 'reference'));
    assert.deepEqual(said, []);
    await page.close();
  });

  it('has no fault that axe-core finds, with proposals and a polygon in hand', async () => {
    await put(0, { ...BALLOON, fill: 0.2 });
    await review.server.edit({ kind: 'palette', name: 'sky', color: '#80a0c0' });
    const { page } = await openAt(0);
    await choose(page, 0);
    await seen(page, 'Also in shot 3:');
    await page.locator('body').press('l');
    assert.deepEqual(await axeFaults(page), []);
    await page.close();
  });
});
