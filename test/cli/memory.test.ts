import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { followPeakMemory } from '../../harness/peak-memory.ts';
import { startCli } from '../../harness/run-cli.ts';
import { makeTinyFilm, type TinyFilm } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { writeTinyModel } from '../fixtures/models/models.ts';

/** What a film three times as long may hold more than the short one: the lists of its shots and times, and the collector's moods. */
const ALLOWANCE = 1.2;
/** Frames of the short film, enough for dead planes to be collected in it too, and of a span. */
const SHORT = 144;
const SPAN = 6;

describe('colorize: memory', function () {
  this.slow(30_000);
  const folder = folderPerGroup();
  let model = '';
  before(async function () {
    if (!existsSync('/proc/self/status')) this.skip();
    model = await writeTinyModel(folder, 'obedient');
  });

  async function peakOf(name: string, film: TinyFilm): Promise<number> {
    const source = await makeTinyFilm(join(folder, `${name}.mp4`), film);
    const run = startCli([
      ...['colorize', source, '-o', join(folder, `${name}.mkv`), '--preset', 'ultrafast', '--device', 'cpu'],
      ...['--flow', 'fast', '--keyframe-every', String(SPAN), '--workers', '2', '--model', model],
    ]);
    const peak = followPeakMemory(run.pid);
    const { code, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    return peak();
  }

  it('does not grow with the length of a film, be it of many shots or of one without a cut', async () => {
    const short = await peakOf('short', { scenes: [SHORT] });
    const shots = await peakOf('shots', { scenes: Array.from({ length: 3 }, () => SHORT) });
    const oneShot = await peakOf('one-shot', { scenes: [3 * SHORT] });
    const reported = [short, shots, oneShot].map(bytes => `${(bytes / 1e6).toFixed(0)} MB`).join(', ');
    assert.ok(short > 50e6, reported);
    assert.ok(shots <= ALLOWANCE * short, reported);
    assert.ok(oneShot <= ALLOWANCE * short, reported);
  });
});
