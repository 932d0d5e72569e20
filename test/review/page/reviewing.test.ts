import assert from 'node:assert/strict';
import sharp from 'sharp';
import { axeFaults, colorOnCanvas, distance, openTabOf, says, settled, settledOn, until } from '../../fixtures/browser.ts';
import { reviewPerGroup } from './review-per-group.ts';

const HINT = { x: 0.7, y: 0.75, color: '#b06a3c', radius: 0.1 };
/** A photograph's skin, and the same 20 degrees toward yellow. */
const SKIN = { onItsLine: '#c6866a', yellow: '#b38d5c' };
/** Further than what JPEG does to a flat place, in code values of R'G'B'. */
const CHANGED = 12;

describe('the review page: verdicts, versions and edits', function () {
  this.timeout(120_000);
  const review = reviewPerGroup();
  const { project, openAt } = review;

  before(() => review.setMode('when-asked'));
  afterEach(async () => {
    await review.server.ask('/api/history/position', { method: 'POST', body: '{"position":0}' });
    for (const { id } of (await project()).versions) await review.server.ask(`/api/versions/${id}`, { method: 'DELETE' });
  });

  it('a shot is approved or needs work, with a note, by keys; a change after it shows; the next that needs work is a key away', async () => {
    const { start } = (await project()).shots[1];
    const { page, said } = await openAt(0);
    await page.locator('body').press('v');
    await says(page, 'Shot 1 is approved');
    assert.deepEqual((await project()).shots[0].review, { status: 'approved', since: 'same' });
    await page.keyboard.press(']');
    await page.keyboard.press('Shift+V');
    await says(page, 'Shot 2 needs work');
    await page.keyboard.press('t');
    await until(page, `document.activeElement.id === 'shot-note'`);
    await page.keyboard.type('the sky is dull');
    await page.keyboard.press('Tab');
    await says(page, 'Shot 2 has a note');
    assert.deepEqual((await project()).shots[1].review, { status: 'needs-work', note: 'the sky is dull', since: 'same' });
    await page.getByRole('radio', { name: 'Needs work' }).press('[');
    await page.locator('body').press('u');
    await says(page, 'the sky is dull');
    assert.equal(await page.getByLabel('Frame of the film').inputValue(), String(start));
    await review.server.edit({ kind: 'hint-add', index: 0, hint: HINT });
    await page.locator('body').press('[');
    await page.getByText('Changed since: approved, changed since').waitFor();
    await page.getByLabel('Shots to look for').selectOption('open');
    await page.getByRole('button', { name: 'Next of 2' }).waitFor();
    assert.deepEqual(said, []);
    await page.close();
  });

  it('every edit is a line; a click goes to the state after it, the cross to the one before, and forward again', async () => {
    await review.server.edit({ kind: 'hint-add', index: 0, hint: HINT });
    await review.server.edit({ kind: 'grade', shot: 0, grade: { saturation: 0.5 } });
    await review.server.edit({ kind: 'keyframe-add', index: 3 });
    const { page, said } = await openAt(0);
    await openTabOf(page, 'Review');
    const lines = () => page.locator('.edits .line').allTextContents();
    await page.locator('.edits .line').nth(2).waitFor();
    const expected = ['Keyframe 3 added', 'Grade of shot 1: saturation 0.5', `Hint ${HINT.color} at frame 0 added`];
    assert.deepEqual(await lines(), expected);
    await page.getByRole('button', { name: expected[2]!, exact: true }).click();
    await says(page, `As it was after: ${expected[2]}`);
    assert.equal((await project()).undo, 1);
    await page.locator('.edits .undone').nth(1).waitFor();
    assert.deepEqual(await lines(), [`${expected[0]} (undone)`, `${expected[1]} (undone)`, expected[2]]);
    await page.getByRole('button', { name: /^Keyframe 3 added/ }).click();
    await says(page, 'As it was after: Keyframe 3 added');
    await page.getByRole('button', { name: `Go to the state before: ${expected[1]}` }).press('Enter');
    await says(page, `As it was before: ${expected[1]}`);
    assert.deepEqual([(await project()).undo, (await project()).redo], [1, 2]);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a state is named, compared with the one of now on the same frame, and gone back to; that is undone like an edit', async () => {
    const { page, said } = await openAt(0);
    const bare = await colorOnCanvas(page, HINT.x, HINT.y);
    await openTabOf(page, 'Review');
    await page.getByLabel('Name of this version').fill('first look');
    await page.getByLabel('Name of this version').press('Enter');
    await says(page, 'This state is kept as "first look"');
    await review.server.edit({ kind: 'hint-add', index: 0, hint: HINT });
    await settled(page, `of=${(await project()).shots[0].planned}`);
    const hinted = await colorOnCanvas(page, HINT.x, HINT.y);
    assert.ok(distance(bare, hinted) > CHANGED, `${bare} became ${hinted}`);

    await page.getByLabel('Name of this version').press('Tab');
    await page.keyboard.press('Shift+C');
    await page.keyboard.press('4');
    await settled(page, '/api/versions/now/');
    await page.getByText('Shot 1 is not rendered so: first look and As it is now').waitFor();
    assert.deepEqual(await page.locator('.caption:not(.note)').allTextContents(), ['first look', 'As it is now']);
    const [left, right] = [await colorOnCanvas(page, HINT.x / 2, HINT.y), await colorOnCanvas(page, 0.5 + HINT.x / 2, HINT.y)];
    assert.ok(distance(left, bare) < CHANGED && distance(right, hinted) < CHANGED, `${left} beside ${right}`);
    await page.getByRole('list', { name: 'Shots that differ' }).getByRole('button', { name: 'Shot 1 1 hint more' }).waitFor();
    await page.keyboard.press(']');
    await page.getByText('Shot 2 is the same in both').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('[');

    await page.getByRole('button', { name: 'Go back to first look' }).click();
    await says(page, 'The project is as it was in "first look"');
    assert.deepEqual((await project()).shots[0].keyframes[0].hints, []);
    await page.getByRole('button', { name: 'Went back to version "first look"', exact: true }).waitFor();
    await page.locator('body').press('Control+z');
    await says(page, 'Undone');
    assert.equal((await project()).shots[0].keyframes[0].hints.length, 1);
    await page.getByRole('button', { name: 'Remove version first look' }).click();
    await page.getByRole('button', { name: 'Remove for good' }).click();
    await says(page, 'Version "first look" is removed');
    assert.deepEqual((await project()).versions, []);
    assert.equal((await review.server.ask('/api/versions/v1/frames/0')).status, 400);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('the timeline of the film: click, drag and keys go there, shots have buttons with state and verdict', async () => {
    const { film, shots } = await project();
    await review.server.edit({ kind: 'shot-review', shot: 1, set: { status: 'needs-work', note: 'sky' } });
    const { page, said } = await openAt(0);
    const strip = page.getByRole('slider', { name: 'Place in the film' });
    const shown = async () => Number(await strip.getAttribute('aria-valuenow'));
    await page.locator('.thumbnail img').last().waitFor();
    const box = (await strip.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 10);
    await page.mouse.down();
    assert.equal(await shown(), Math.floor(film.frames * 0.25));
    await page.mouse.move(box.x + box.width * 0.6, box.y + 10, { steps: 3 });
    assert.equal(await shown(), Math.floor(film.frames * 0.6));
    await page.mouse.up();
    await strip.press('End');
    assert.equal(await shown(), film.frames - 1);
    assert.match((await strip.getAttribute('aria-valuetext'))!, /shot 2, not rendered, needs work$/);
    await strip.press('ArrowLeft');
    assert.equal(await shown(), 0);
    await strip.press('ArrowRight');
    assert.equal(await shown(), shots[1].start);
    await strip.press('PageUp');
    assert.ok((await shown()) < shots[1].start);
    await page.getByRole('button', { name: /^Shot 2, .* needs work/ }).click();
    assert.equal(await shown(), shots[1].start);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a film of 2,000 shots asks for as many thumbnails as fit, has no button a shot, and still finds the one that needs work', async () => {
    const view = await project();
    const many = Array.from({ length: 2000 }, (_, number) => ({
      ...view.shots[0],
      number,
      start: number * 10,
      end: (number + 1) * 10,
      keyframes: [{ index: number * 10, source: 'model', hints: [] }],
      ...(number === 1234 && { review: { status: 'needs-work', since: 'same' } }),
    }));
    const page = await review.browser.newPage({ viewport: { width: 1280, height: 720 } });
    const picture = Buffer.from(await (await review.server.ask('/api/frames/0?width=160')).arrayBuffer());
    const addresses: string[] = [];
    await page.route(/api\/(frames|keyframes)\//, route => {
      if (route.request().url().includes('width=160')) addresses.push(route.request().url());
      return route.fulfill({ body: picture, contentType: 'image/jpeg' });
    });
    await page.route('**/api/project*', route =>
      route.fulfill({ json: { ...view, film: { ...view.film, frames: 20_000 }, shots: many } }),
    );
    await page.goto(String(review.server.url));
    await page.locator('.thumbnail img').last().waitFor();
    const thumbnails = await page.locator('.thumbnail').count();
    assert.ok(thumbnails > 5 && thumbnails < 20, `${thumbnails} thumbnails`);
    assert.equal(await page.getByRole('button', { name: /^Shot / }).count(), 0);
    assert.equal(new Set(addresses).size, addresses.length, 'each is asked for once');
    await page.locator('body').press('u');
    await until(page, `document.querySelector('.film-slider').getAttribute('aria-valuenow') === '12340'`);
    await page.locator('body').press('Shift+P');
    assert.ok(addresses.length <= 2 * thumbnails, `${addresses.length} thumbnails were asked for`);
    await page.close();
  });

  it('scopes of frame and shot follow the picture, and warn where skin leaves its line, naming the frames', async () => {
    const { page, said } = await openAt(0);
    const paint = async (background: string) => {
      const flat = await sharp({ create: { width: 320, height: 180, channels: 3, background } })
        .png()
        .toBuffer();
      const put = await review.server.ask('/api/keyframes/0/picture?sure=yes', { method: 'PUT', body: new Uint8Array(flat) });
      assert.equal(put.status, 200, await put.text());
    };
    await page.locator('body').press('i');
    await page.getByRole('img', { name: /^Vectorscope of frame 0: most colour at/ }).waitFor();
    await paint(SKIN.onItsLine);
    await page.getByText(/Colours that may be skin lie within \d° of the skin line/).waitFor();
    const hues = page.getByRole('img', { name: /^Hues of frame 0/ });
    assert.match((await hues.getAttribute('aria-label'))!, /most colour at 1[12]\d degrees/);
    await paint(SKIN.yellow);
    await page.getByText(/off the skin line, toward yellow \(more than 10° is warned of\)/).waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await page.locator('body').press('i');
    await page.getByText('keyframes as planned').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Go to frame 0' }).press('Enter');
    await settledOn(page, 0);
    assert.deepEqual(said, []);
    await page.close();
  });

  // The last but one: it renders, and before it nothing is rendered.
  it('before, or the last render, is laid over the picture, more or less of it; what is picked is the picture under it', async () => {
    const { page, said } = await openAt(0);
    const under = await colorOnCanvas(page, HINT.x, HINT.y);
    await page.locator('body').press('o');
    await page.locator('canvas.onion[data-path^="/api/frames/0?"]').waitFor();
    const opacity = () => page.evaluate<string>(`document.querySelector('canvas.onion').style.opacity`);
    assert.equal(await opacity(), '0.5');
    await page.keyboard.press('ArrowUp');
    await until(page, `document.querySelector('canvas.onion').style.opacity === '0.6'`);
    await page.getByLabel('Opacity of what is laid over').fill('0.85');
    await until(page, `document.querySelector('canvas.onion').style.opacity === '0.85'`);
    const over = await page.evaluate<number[]>(`(() => {
      const canvas = document.querySelector('canvas.onion');
      const [x, y] = [Math.floor(${HINT.x} * canvas.width), Math.floor(${HINT.y} * canvas.height)];
      return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3)];
    })()`);
    assert.ok(Math.max(...over) - Math.min(...over) <= 2, `black and white: ${over}`);
    assert.deepEqual(await colorOnCanvas(page, HINT.x, HINT.y), under);
    assert.deepEqual(await axeFaults(page), []);
    await page.locator('body').press('Shift+O');
    await page.getByText('This shot was never rendered.').waitFor();
    assert.equal(await page.locator('canvas.onion').count(), 0);
    await review.server.render();
    const { shown } = (await project()).shots[0];
    await review.server.edit({ kind: 'hint-add', index: 0, hint: HINT });
    await page.locator(`canvas.onion[data-path*="of=${shown}"]`).waitFor();
    await settled(page, `of=${(await project()).shots[0].planned}`);
    await page.locator('body').press('o');
    await page.locator('canvas.onion').waitFor({ state: 'detached' });
    assert.deepEqual(said, []);
    await page.close();
  });

  it('at 1024x700 every target of every tab is 24 pixels, and the help scrolls beside its way out', async () => {
    const { page } = await openAt(0);
    await page.setViewportSize({ width: 1024, height: 700 });
    const small = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('button, select, input, .segments label, [role=slider]')]
        .filter(one => !one.matches('.unseen, .segments input, .check input'))
        .filter(one => Math.min(one.clientWidth || one.offsetWidth, one.clientHeight || one.offsetHeight) < 24)
        .filter(one => getComputedStyle(one, '::after').height !== '24px')
        .map(one => one.outerHTML)`);
    for (const tab of ['Colour', 'Grade', 'Review'] as const) {
      await openTabOf(page, tab);
      assert.deepEqual(await small(), [], tab);
    }
    await page.setViewportSize({ width: 1024, height: 400 });
    await page.locator('body').press('?');
    const keys = page.locator('.all-keys');
    await keys.waitFor();
    assert.ok(await page.evaluate(`(keys => keys.scrollHeight > keys.clientHeight + 50)(document.querySelector('.all-keys'))`));
    await page.keyboard.press('End');
    await keys.getByText('put the tool down').waitFor();
    const { y, height } = (await page.getByRole('button', { name: 'Close' }).boundingBox())!;
    assert.ok(y + height <= 400);
    assert.deepEqual(await axeFaults(page), []);
    await page.close();
  });

  it('has no fault that axe-core finds, with all of it on the page', async () => {
    await review.server.ask('/api/versions', { method: 'POST', body: '{"name":"first look"}' });
    await review.server.edit({ kind: 'hint-add', index: 0, hint: HINT });
    await review.server.edit({ kind: 'shot-review', shot: 0, set: { status: 'needs-work', note: 'too warm' } });
    await review.server.edit({ kind: 'keyframe-add', index: 3 });
    await review.server.ask('/api/undo', { method: 'POST' });
    const { page } = await openAt(0);
    await page.locator('body').press('Shift+P');
    await page.keyboard.press('Shift+P');
    await page.keyboard.press('Shift+C');
    await page.locator('.differences button').waitFor();
    await page.locator('.edits .line').first().waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await page.close();
  });
});
