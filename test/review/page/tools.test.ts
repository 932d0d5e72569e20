import assert from 'node:assert/strict';
import { access, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { freePort } from '../../../harness/free-port.ts';
import { cutStreet, reviewStreet } from '../../../harness/street-server.ts';
import { colorOnCanvas, openTab, openTabOf, says, until } from '../../fixtures/browser.ts';
import { reviewPerGroup } from './review-per-group.ts';

describe('the tools of the review page', function () {
  this.timeout(120_000);
  const review = reviewPerGroup();
  const { project } = review;
  const hintsAt = async (frame: number) =>
    (await project()).shots[0].keyframes.find(({ index }: { index: number }) => index === frame)?.hints ?? [];
  /** A tab at a frame of the first shot, which is no keyframe, and where a place (shares of the picture) is on its screen. */
  const at = async (frame: number) => {
    const { page, said } = await review.openAt(frame);
    const box = (await page.locator('.picture canvas').first().boundingBox())!;
    return { page, said, on: (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height] };
  };

  /** The share of the picture that a hint colours. */
  const sizeOf = async (hint: object) => {
    const answer = await review.server.ask('/api/frames/0/region', { method: 'POST', body: JSON.stringify(hint) });
    const { runs, width, height } = (await answer.json()) as { runs: [number, number, number][]; width: number; height: number };
    return runs.reduce((sum, [, from, to]) => sum + to - from, 0) / (width * height);
  };
  const stroke = async (page: Page, from: [number, number], to: [number, number]) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 6 });
    await page.mouse.up();
  };

  before(() => review.setMode('when-asked'));
  afterEach(review.undoAll);

  it('a stroke goes along the pointer, on any frame, which becomes a keyframe; the eraser takes it away', async () => {
    const { page, said, on } = await at(5);
    assert.deepEqual(await hintsAt(5), []);
    await page.keyboard.press('h');
    await page.mouse.move(...on(0.2, 0.6));
    await page.mouse.down();
    await page.mouse.move(...on(0.5, 0.7), { steps: 8 });
    await page.mouse.up();
    await says(page, /Stroke .* painted on frame 5/);
    const [stroke] = await hintsAt(5);
    assert.ok(stroke.path.length > 3, `${stroke.path.length} points`);
    assert.ok(Math.hypot(stroke.path[0][0] - 0.2, stroke.path[0][1] - 0.6) < 0.02);
    assert.ok(Math.hypot(stroke.path.at(-1)[0] - 0.5, stroke.path.at(-1)[1] - 0.7) < 0.05);
    await page.keyboard.press('b');
    await page.mouse.click(...on(0.5, 0.7));
    await says(page, /is removed/);
    assert.deepEqual(await hintsAt(5), []);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a fill shows what it would colour, reaches as far as the wheel says, and stays so', async () => {
    const { page, said, on } = await at(0);
    await page.keyboard.press('g');
    await page.mouse.move(...on(0.1, 0.2));
    await page.mouse.move(...on(0.12, 0.22));
    await page.locator('canvas.region').waitFor();
    const reach = Number(await page.getByRole('slider', { name: 'Reach' }).inputValue());
    await page.mouse.wheel(0, -100);
    await until(page, `Number(document.querySelector('[aria-label="Reach"]').value) > ${reach}`);
    const set = Number(await page.getByRole('slider', { name: 'Reach' }).inputValue());
    await page.mouse.click(...on(0.12, 0.22));
    await says(page, /Region .* painted on frame 0/);
    const [region] = await hintsAt(0);
    assert.ok(Math.abs(region.fill - set) < 1e-6);
    const size = await sizeOf(region);
    assert.ok(size > 0.0005 && size < 1, `${size} of the picture`);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a polygon is drawn from corner to corner and closed on the first, by pointer and by keys', async () => {
    const { page, said, on } = await at(0);
    await page.keyboard.press('l');
    for (const corner of [on(0.4, 0.3), on(0.7, 0.3), on(0.7, 0.6), on(0.4, 0.6), on(0.4, 0.3)])
      await page.mouse.click(...corner);
    await says(page, /Region .* painted on frame 0/);
    const [drawn] = await hintsAt(0);
    assert.equal(drawn.polygon.length, 4);
    assert.ok(Math.abs(drawn.x - 0.55) < 0.01 && Math.abs(drawn.y - 0.45) < 0.01, `${drawn.x} ${drawn.y}`);
    assert.ok(Math.abs((await sizeOf(drawn)) - 0.09) < 0.01, 'the inside, as a share of the picture');
    await page.locator('canvas.region').waitFor();
    await page.getByRole('button', { name: /^Draw a polygon/ }).focus();
    const keys = ['Enter', ...Array(8).fill('ArrowLeft'), 'Enter', ...Array(8).fill('ArrowDown'), 'Enter', 'Enter'];
    for (const key of keys) await page.keyboard.press(key);
    await until(page, `document.querySelectorAll('ul.hints li').length === 2`);
    assert.equal((await hintsAt(0))[1].polygon.length, 3);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('strokes add to a region and take from it; each is kept and undone', async () => {
    const { page, said, on } = await at(0);
    await page.keyboard.press('g');
    await page.mouse.move(...on(0.1, 0.2));
    await page.mouse.click(...on(0.12, 0.22));
    await says(page, /Region .* painted on frame 0/);
    const proposed = await sizeOf((await hintsAt(0))[0]);
    await page.keyboard.press('j');
    await stroke(page, on(0.75, 0.85), on(0.95, 0.85));
    await says(page, 'added to the region');
    const larger = await sizeOf((await hintsAt(0))[0]);
    assert.ok(larger > proposed + 0.003, `${proposed} became ${larger}`);
    await page.getByRole('button', { name: 'Take away' }).click();
    await stroke(page, on(0.75, 0.85), on(0.85, 0.85));
    await says(page, 'taken from the region');
    const [region] = await hintsAt(0);
    assert.deepEqual(
      region.corrections.map(({ kind }: { kind: string }) => kind),
      ['add', 'subtract'],
    );
    const smaller = await sizeOf(region);
    assert.ok(smaller < larger && smaller > proposed, `${proposed}, ${larger}, ${smaller}`);
    await page.keyboard.press('Control+z');
    await says(page, 'Undone');
    assert.ok(Math.abs((await sizeOf((await hintsAt(0))[0])) - larger) < 1e-9);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await says(page, /Choose a region/);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a mark is moved, named, recoloured, hidden and removed', async () => {
    await review.server.edit({ kind: 'hint-add', index: 0, hint: { x: 0.3, y: 0.5, color: '#884422', radius: 0.05 } });
    const { page, said, on } = await at(0);
    await page.mouse.move(...on(0.3, 0.5));
    await page.mouse.down();
    await page.mouse.move(...on(0.6, 0.4), { steps: 4 });
    await page.mouse.up();
    await says(page, 'moved');
    const [moved] = await hintsAt(0);
    assert.ok(Math.hypot(moved.x - 0.6, moved.y - 0.4) < 0.02, `${moved.x} ${moved.y}`);
    await page.getByRole('button', { name: /^Hint 1, / }).focus();
    await page.keyboard.press('ArrowLeft');
    await says(page, 'moved');
    const row = page.locator('ul.hints .name');
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click();
    await page.getByLabel('Name of hint 1').fill('coat');
    await page.getByLabel('Name of hint 1').press('Enter');
    await says(page, 'new name');
    await page.getByLabel('Colour of hint 1').fill('#224488');
    await says(page, 'new colour');
    const [changed] = await hintsAt(0);
    assert.deepEqual([changed.name, changed.color, changed.id], ['coat', '#224488', moved.id]);
    assert.ok(changed.x < moved.x);
    await page.locator('body').press('m');
    await until(page, `!document.querySelector('.mark')`);
    await page.locator('body').press('m');
    await page.locator('.marks .mark').first().waitFor();
    await page.keyboard.press('Delete');
    await says(page, 'removed');
    assert.deepEqual(await hintsAt(0), []);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a hint has a lane of where it is seen; what is lost leads to where it can be shown', async () => {
    await review.server.edit({
      kind: 'hint-add',
      index: 0,
      hint: { x: 0.3, y: 0.5, color: '#884422', radius: 0.05, name: 'wall' },
    });
    const { page } = await at(0);
    await page.locator('.hint-lanes li').waitFor();
    const { lanes } = await review.server.api('shots/0/hints');
    assert.equal(lanes[0].name, 'wall');
    assert.ok(lanes[0].places[0]);
    assert.ok((await page.locator('.hint-lanes .held').count()) > 0);
    const lost = page.locator('.hint-lanes .lost').first();
    if ((await lost.count()) > 0) {
      await lost.click();
      await says(page, /Click on wall/);
      assert.equal(await page.getByRole('button', { name: 'Paint' }).getAttribute('aria-pressed'), 'true');
    }
    await page.close();
  });

  it('the picture is enlarged, moved and fitted again, side by side, and the panels go', async () => {
    const { page, on } = await at(0);
    const wide = async () => (await page.locator('.picture').boundingBox())!.width;
    const fitted = await wide();
    const stage = (await page.locator('.stage').boundingBox())!.width;
    await page.mouse.move(...on(0.3, 0.3));
    await page.mouse.wheel(0, -100);
    await until(page, `document.querySelector('.picture').clientWidth > ${fitted * 1.15}`);
    const left = (await page.locator('.picture').boundingBox())!.x;
    await page.keyboard.press('+');
    await page.keyboard.press('d');
    assert.ok((await page.locator('.picture').boundingBox())!.x < left);
    await page.keyboard.press('0');
    await until(page, `document.querySelector('.picture').clientWidth === ${Math.round(fitted)}`);
    await page.keyboard.press('4');
    await until(page, `document.querySelector('.picture canvas').width > document.querySelector('.picture canvas').height * 3`);
    await page.keyboard.press('2');
    await page.keyboard.press('p');
    await until(page, `document.querySelector('.stage').clientWidth > ${stage + 200}`);
    assert.equal(await page.locator('.inspector').count(), 0);
    await page.close();
  });

  it('a grade is seen while its slider moves, on any frame, before anything is sent', async () => {
    await review.server.render();
    const { page, said } = await at(3);
    await openTabOf(page, 'Grade');
    const { revision } = await review.server.api('project');
    const slide = (value: number, event: 'input' | 'change') =>
      page.evaluate(`(() => {
        const slider = document.querySelector('[aria-label="Saturation"]');
        slider.value = ${value};
        slider.dispatchEvent(new Event('${event}', { bubbles: true }));
      })()`);
    const spread = async () => {
      const places = [0.15, 0.4, 0.65, 0.9].map(x => colorOnCanvas(page, x, 0.75));
      return Math.max(...(await Promise.all(places)).map(color => Math.max(...color) - Math.min(...color)));
    };
    const before = await spread();
    await slide(0, 'input');
    await until(
      page,
      `document.querySelector('[aria-label="Saturation"]').closest('label').querySelector('output').textContent === '0.00'`,
    );
    assert.ok((await spread()) < 2, 'gray while the slider is held at 0');
    await slide(2, 'input');
    await until(
      page,
      `document.querySelector('[aria-label="Saturation"]').closest('label').querySelector('output').textContent === '2.00'`,
    );
    assert.ok((await spread()) > 1.5 * before, `${before} became ${await spread()}`);
    assert.equal((await review.server.api('project')).revision, revision, 'nothing is sent');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a browser without H.264 says that it plays single frames; no film is made for it', async () => {
    await review.server.render();
    const page = await review.browser.newPage();
    const paths: string[] = [];
    page.on('request', request => paths.push(new URL(request.url()).pathname));
    await page.addInitScript(`HTMLMediaElement.prototype.canPlayType = () => ''`);
    await page.goto(String(review.server.url));
    await page.locator('.time[title="Plays single frames, without sound: this browser has no H.264"]').waitFor();
    assert.equal(await page.locator('.plays').textContent(), 'silent');
    await page.locator('.thumbnail img').last().waitFor();
    await page.locator('.plot path.flicker').waitFor(); // asked for later than the film would be
    assert.deepEqual(
      paths.filter(path => path.endsWith('/playable')),
      [],
    );
    await page.close();
  });

  it('a still, a shot, a comparison and a report are exported, each with its path and a link', async () => {
    await review.server.render();
    const { page, said } = await at(3);
    for (const kind of ['still', 'shot', 'compare', 'report']) {
      await page.getByLabel('Export').selectOption(kind);
      await says(page, /Written: /);
      const link = page.locator('.status a');
      const name = (await link.textContent())!;
      await access(join(review.folder, 'street.mp4.kinemacolor', 'exports', name));
      const answer = await review.server.ask((await link.getAttribute('href'))!);
      assert.equal(answer.status, 200);
      assert.ok((await answer.arrayBuffer()).byteLength > 1000, name);
      await page.keyboard.press('Escape');
    }
    assert.equal((await review.server.ask('/api/exports/..%2fhistory.json')).status, 404);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a project in which nothing was done says how to begin, and puts it away', async () => {
    const other = await mkdtemp(join(review.folder, 'new-'));
    const fresh = await reviewStreet(await cutStreet(other), await freePort());
    try {
      const { page } = await openTab(review.browser, `${fresh.url}`);
      const steps = page.getByRole('region', { name: 'First steps' });
      assert.equal(await steps.locator('li').count(), 3);
      await page.getByRole('button', { name: 'Put this away' }).click();
      await steps.waitFor({ state: 'detached' });
      await page.close();
    } finally {
      await fresh.stop('SIGKILL');
    }
  });
});
