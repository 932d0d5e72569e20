import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { freePort } from '../../../harness/free-port.ts';
import type { TestServer } from '../../../harness/review-server.ts';
import { reviewStreet } from '../../../harness/street-server.ts';
import { locateFfmpeg, probeJson } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { listPackets } from '../../../src/adapters/ffmpeg/packet-list.ts';
import { openBrowser, openTab, until } from '../../fixtures/browser.ts';
import { makeFilm, temporaryFolder } from '../../fixtures/films.ts';

/** A tick of a proxy's clock, and half a tick of rounding, in seconds. */
const TICK = 3 / 90_000;

describe('playback in the review page', function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: TestServer;
  let film: string;
  let remove = async () => {};
  let folder: string;
  const shown = async (): Promise<string> => (await server.api('project')).shots[0].shown;

  before(async function () {
    browser = await openBrowser(this);
    ({ path: folder, remove } = await temporaryFolder());
    film = await makeFilm('vfr', folder);
    server = await reviewStreet(film, await freePort());
    await server.render();
  });
  after(async () => {
    await server?.stop('SIGKILL');
    await browser?.close();
    await remove();
  });

  it('a finished shot is a small film with the source’s sound and the very times of its frames, uneven as they are', async () => {
    const ffmpeg = await locateFfmpeg();
    const { of, times, duration } = await server.api('shots/0/playable');
    assert.equal(of, await shown());
    const source: number[] = [];
    for await (const { stream, pts } of listPackets(ffmpeg, film)) if (stream === 0) source.push(pts! / 90_000);
    source.sort((a, b) => a - b);
    const { end } = (await server.api('project')).shots[0];
    assert.equal(times.length, end);
    for (const [place, time] of times.entries())
      assert.ok(Math.abs(time - (source[place]! - source[0]!)) < TICK, `frame ${place}: ${time}, ${source[place]! - source[0]!}`);
    assert.ok(duration > times.at(-1));

    const whole = Buffer.from(await (await server.ask(`/api/shots/0/proxy?of=${of}`)).arrayBuffer());
    const path = join(folder, 'proxy.mp4');
    await writeFile(path, whole);
    const { streams } = (await probeJson(ffmpeg, path, ['-show_streams'])) as {
      streams: { codec_type: string; width?: number; height?: number }[];
    };
    assert.deepEqual(streams.map(({ codec_type }) => codec_type).sort(), ['audio', 'video']);
    const part = await server.ask(`/api/shots/0/proxy?of=${of}`, { headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 10-19/${whole.length}`);
    assert.ok(whole.subarray(10, 20).equals(Buffer.from(await part.arrayBuffer())));
    assert.equal((await server.ask(`/api/shots/0/proxy?of=${of}`, { headers: { range: 'bytes=99999999-' } })).status, 416);
    assert.equal((await server.ask('/api/shots/0/proxy?of=..%2F..%2Fhistory')).status, 204);
  });

  it('plays with its sound: frames in order, none before its time, before and after of the same frame', async () => {
    const { times } = await server.api('shots/0/playable');
    const { page, said } = await openTab(browser, `${server.url}#frame=0&view=side`);
    await canPlay(page);
    await page.evaluate(RECORD);
    await page.keyboard.press(' ');
    await until(page, 'window.recorded.length >= 8 || !document.querySelector("[aria-label=Pause]")');
    await page.keyboard.press(' ');
    const recorded = await page.evaluate<{ frame: number; time: number; apart: number }[]>('window.recorded');
    assert.ok(recorded.length > 1, 'frames were seen');
    for (const [at, { frame, time, apart }] of recorded.entries()) {
      assert.ok(at === 0 || frame > recorded[at - 1]!.frame, `frame ${frame} after ${recorded[at - 1]?.frame}`);
      assert.ok(times[frame]! <= time + TICK, `frame ${frame} belongs to ${times[frame]}, it was shown at ${time}`);
      assert.ok(apart < 4, `frame ${frame}: luma of before and after differ by ${apart}`);
    }
    assert.ok(await page.evaluate<boolean>('document.querySelector("video.shot-film").webkitAudioDecodedByteCount > 0'), 'sound');
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a frame whose picture is on its way is seen at once from the shot’s proxy, and then in full detail', async () => {
    const { page, said } = await openTab(browser, `${server.url}#frame=0&view=side`);
    await canPlay(page);
    const held: Route[] = [];
    await page.route(/api\/frames\/5\?/, route => void held.push(route));
    await page.getByLabel('Frame of the film').fill('5');
    await page.getByText('Loading frame 5 in full detail').waitFor();
    const proxy = await page.evaluate<number[]>(PIXELS);
    await Promise.all(held.map(route => route.continue()));
    await page.locator('.stage.shown canvas[data-frame="5"]').first().waitFor();
    const full = await page.evaluate<number[]>(PIXELS);
    await page.getByLabel('Frame of the film').fill('0');
    await page.locator('.stage.shown canvas[data-frame="0"]').first().waitFor();
    const other = await page.evaluate<number[]>(PIXELS);
    const apart = (one: number[]) => one.reduce((sum, value, at) => sum + Math.abs(value - full[at]!), 0) / full.length;
    assert.ok(apart(proxy) < 6 && apart(proxy) < apart(other) / 2, `proxy ${apart(proxy)}, frame 0 ${apart(other)}`);
    assert.deepEqual(said, []);
    await page.close();
  });

  it('a loop begins the shot anew at its end; without it playing ends at the last frame', async () => {
    const last = (await server.api('project')).film.frames - 1;
    const { page, said } = await openTab(browser, `${server.url}#frame=${last - 5}&view=after`);
    await canPlay(page);
    await page.keyboard.press('Shift+ ');
    await until(page, 'document.querySelector(".loop").getAttribute("aria-pressed") === "true"');
    await page.keyboard.press(' ');
    await until(page, `Number(document.querySelector('canvas').dataset.frame) < ${last - 5}`);
    await page.keyboard.press('Shift+ ');
    await until(
      page,
      `document.querySelector('canvas').dataset.frame === '${last}' && document.querySelector('[aria-label=Play]')`,
    );
    assert.deepEqual(said, []);
    await page.close();
  });
});

const canPlay = (page: Page) => page.locator('.plays', { hasText: /^sound$/ }).waitFor();

/** A grid of samples of what stands on the stage. */
const PIXELS = `(() => {
  const canvas = document.querySelector('.stage canvas');
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const samples = [];
  for (let y = 3; y < height; y += 7) for (let x = 3; x < width; x += 7) samples.push(...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3));
  return samples;
})()`;

/** By frame that is played: the video's time, and how far luma of the left half of the canvas is from that of the right. */
const RECORD = `(() => {
  window.recorded = [];
  // The picture that the browser presents, by its own time: currentTime is where the sound is, up to a refresh of the screen behind it.
  const video = document.querySelector('video.shot-film');
  const presented = { time: 0 };
  const follow = (_now, { mediaTime }) => {
    presented.time = mediaTime;
    video.requestVideoFrameCallback(follow);
  };
  video.requestVideoFrameCallback(follow);
  const canvas = document.querySelector('canvas');
  const look = () => {
    const frame = Number(canvas.dataset.frame);
    if (canvas.dataset.played !== 'film' || window.recorded.at(-1)?.frame === frame) return;
    const { time } = presented;
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const luma = at => 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
    let [sum, count] = [0, 0];
    for (let y = 2; y < height; y += 7)
      for (let x = 2; x < width / 2; x += 7) {
        sum += Math.abs(luma(4 * (y * width + x)) - luma(4 * (y * width + x + width / 2)));
        count++;
      }
    window.recorded.push({ frame, time, apart: sum / count });
  };
  new MutationObserver(() => setTimeout(look)).observe(canvas, { attributes: true });
})()`;
