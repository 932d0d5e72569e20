import assert from 'node:assert/strict';
import sharp from 'sharp';
import { colorOnCanvas, distance, openTabOf, says, settled, settledOn, until } from '../../fixtures/browser.ts';
import { reviewPerGroup } from './review-per-group.ts';

const BLUE = '#2040c0';
/** Further than what JPEG does to a flat place, in code values of R'G'B'. */
const CHANGED = 12;
const SPOT = { x: 0.7, y: 0.75 };

describe('the review page tells the truth and loses nothing', function () {
  this.timeout(120_000);
  const review = reviewPerGroup();
  const { project, openAt } = review;
  /** The two keyframes of the second shot. */
  const keyframes = async (): Promise<[number, number]> => {
    const all = (await project()).shots[1].keyframes.map(({ index }: { index: number }) => index);
    return [all[0], all.at(-1)];
  };
  const hint = (index: number, more: object = {}) =>
    review.server.edit({ kind: 'hint-add', index, hint: { ...SPOT, color: BLUE, radius: 0.06, ...more } });
  const picture = async (path: string) =>
    sharp(Buffer.from(await (await review.server.ask(path)).arrayBuffer()))
      .removeAlpha()
      .raw()
      .toBuffer();
  const apart = (a: Buffer, b: Buffer) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

  before(async () => {
    await review.setMode('when-asked');
    await review.server.render();
  });
  afterEach(async () => {
    await review.setMode('when-asked');
    await review.undoAll();
  });

  it('a keyframe is shown with the hints that come to it from another, as it is rendered', async () => {
    const [first, last] = await keyframes();
    const bare = await picture(`/api/keyframes/${last}?width=320`);
    await hint(first);
    const { planned } = (await project()).shots[1];
    const shown = await picture(`/api/keyframes/${last}?width=320&of=${planned}`);
    assert.ok(apart(shown, bare) > 0.3, `the hint is seen: ${apart(shown, bare)}`);
    await review.server.render();
    const rendered = await picture(`/api/frames/${last}?width=320&of=${planned}`);
    assert.ok(apart(rendered, shown) < apart(rendered, bare) / 1.5, `${apart(rendered, shown)} beside ${apart(rendered, bare)}`);
  });

  it('what is changed during a render is rendered after it, with nobody asking again', async () => {
    const [first] = await keyframes();
    const { page, said } = await openAt(first);
    await page.getByLabel('Render changes at once').check();
    const begun = review.server.next('shot-start');
    await hint(first, { x: 0.4 });
    await begun;
    await hint(first, { x: 0.2 });
    await until(page, `document.querySelector('.output').textContent.includes('up to date')`);
    const { shots, output, revision } = await project();
    assert.equal(shots[1].state, 'rendered');
    assert.equal(output.state, 'current');
    assert.ok(revision >= 2);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('after undo, picture, thumbnail and the word about the film are those of now, also after a reload', async () => {
    const [first] = await keyframes();
    const { page } = await openAt(first);
    const [before, thumbnail] = [
      await colorOnCanvas(page, SPOT.x, SPOT.y),
      () => page.locator('.thumbnail[data-shot="1"]').first().getAttribute('data-path'),
    ];
    const old = await thumbnail();
    await hint(first);
    await review.server.render();
    const { planned } = (await project()).shots[1];
    await settled(page, `of=${planned}`);
    assert.ok(distance(await colorOnCanvas(page, SPOT.x, SPOT.y), before) > CHANGED);
    assert.match((await thumbnail())!, new RegExp(planned));
    await page.locator('body').press('Control+z');
    await says(page, 'Undone');
    for (const _ of ['now', 'after a reload']) {
      await until(page, `document.querySelector('.output').textContent.includes('out of date')`);
      await settled(page, `of=${(await project()).shots[1].planned}`);
      assert.ok(distance(await colorOnCanvas(page, SPOT.x, SPOT.y), before) < CHANGED, 'as it was');
      assert.equal(await thumbnail(), old);
      await page.reload();
      await settledOn(page, first);
    }
    await review.server.render();
    await until(page, `document.querySelector('.output').textContent.includes('up to date')`);
    await page.close();
  });

  it('while a frame loads it says so and takes no clicks; resized it is not black', async () => {
    const [first] = await keyframes();
    const { page } = await openAt(first);
    const { revision } = await project();
    const held: (() => void)[] = [];
    await page.route(/api\/frames\/3\?/, async route => {
      await new Promise<void>(resolve => held.push(resolve));
      await route.continue().catch(() => undefined);
    });
    await page.keyboard.press('h');
    await page.getByLabel('Frame of the film').fill('3');
    await page.getByText('Loading frame 3').waitFor();
    const { x, y, width, height } = (await page.locator('.picture canvas').first().boundingBox())!;
    await page.mouse.click(x + width / 2, y + height / 2);
    assert.equal(await page.locator('button.brush, .mark').count(), 0);
    assert.equal((await project()).revision, revision, 'no hint was painted');
    await page.unroute(/api\/frames\/3\?/);
    for (const go of held) go();
    await settledOn(page, 3);
    await page.route(/api\/frames\//, () => new Promise(() => undefined));
    await page.setViewportSize({ width: 900, height: 600 });
    await until(page, `document.querySelector('.picture canvas').clientWidth < ${Math.round(width)}`);
    assert.ok(Math.max(...(await colorOnCanvas(page, 0.5, 0.5))) > 20, 'something is seen');
    await page.close();
  });

  it('a second slider does not erase the first while the server answers', async () => {
    const [first] = await keyframes();
    const { page } = await openAt(first);
    await openTabOf(page, 'Grade');
    await page.route(/api\/edits/, async route => {
      await new Promise(resolve => setTimeout(resolve, 300));
      await route.continue();
    });
    await page.getByRole('slider', { name: 'Saturation', exact: true }).fill('0.5');
    await page.getByRole('slider', { name: 'Warmth' }).fill('0.4');
    await page.getByRole('slider', { name: 'Dark guard' }).fill('0.15');
    await page.getByRole('combobox', { name: 'Look' }).selectOption('kodachrome');
    await page.getByRole('slider', { name: 'Hue turn' }).fill('20');
    await page.getByRole('slider', { name: 'Hue saturation' }).fill('1.5');
    await until(page, `document.querySelector('.status').textContent.includes('Saved')`);
    for (let tries = 0; (await project()).undo < 6 && tries < 50; tries++) await new Promise(resolve => setTimeout(resolve, 100));
    const { grade } = (await project()).shots[1];
    assert.equal(grade.saturation, 0.5);
    assert.equal(grade.warmth, 0.4);
    assert.deepEqual([grade.darkGuard, grade.look], [0.15, 'kodachrome']);
    assert.deepEqual([grade.hues.length, grade.hues[0].turn, grade.hues[0].saturation], [1, 20, 1.5]);
    await page.close();
  });

  it('a picture that cannot be this frame is told so, and becomes a reference by a click', async () => {
    const [first] = await keyframes();
    const { page } = await openAt(first);
    const buffer = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#20b0b0' } })
      .png()
      .toBuffer();
    await page.getByLabel(/Picture for keyframe/).setInputFiles({ name: 'other.png', mimeType: 'image/png', buffer });
    await says(page, /is 100x100, the film 320x180/);
    assert.equal(await page.getByRole('button', { name: 'Put it anyway' }).count(), 0);
    await page.getByRole('button', { name: 'Use it as a reference' }).click();
    await says(page, 'is coloured like the reference');
    assert.equal((await project()).shots[1].keyframes[0].source, 'reference');
    await page.close();
  });
});
