/**
 * Is a thing found again where it is, and not where it is not? node dist/bench/seen.js CLIP... where each clip is in colour and one scene.
 * PLACES places (default 40) of each clip's first frame are looked for, as the review page does it, in four later frames of the same clip
 * and in four frames of every other clip. Prints the share that is found in either, and of what is found in the same clip the share whose
 * true chroma differs by less than NEAR codes.
 */

import { dice } from '../harness/synthetic.ts';
import { openColorizer } from '../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../src/adapters/models/model-store.ts';
import { findThing, type SeenPicture, type Thing, thingAt } from '../src/kernels/hints/find-thing.ts';
import { seePicture } from '../src/stages/keyframes/see-picture.ts';
import { readYuv, type YuvClip, type YuvFrame } from './read-yuv.ts';

const PLACES = Number(process.env.PLACES ?? 40);
const LATER = [20, 40, 60, 80];
const RADIUS = 0.04;
const NEAR = 12;
/** Of the sides: places closer to the edges are not looked for. */
const MARGIN = 0.05;

interface Looked {
  readonly seen: SeenPicture;
  /** The true chroma around a place, as codes. */
  chroma(place: { x: number; y: number }): [cb: number, cr: number];
}

const colorizer = await openColorizer({ ...(await resolveModel('kinemacolor-base')), device: 'cpu' });

async function look({ width, height }: YuvClip, { luma, cb, cr }: YuvFrame): Promise<Looked> {
  const format = { width, height, depth: 8, range: 'limited', matrix: 'bt709', timebase: { num: 1, den: 24 } } as const;
  const frame = { index: 0, ticks: 0, luma: { width, height, data: luma } };
  const seen = (await seePicture(frame, colorizer, { format, known: new Map() }))!;
  const [across, down] = [width / 2, height / 2];
  const chroma = ({ x, y }: { x: number; y: number }): [number, number] => {
    const reach = RADIUS * down;
    const sum = { cb: 0, cr: 0, count: 0 };
    for (let row = Math.max(0, Math.floor(y * down - reach)); row < Math.min(down, y * down + reach); row++)
      for (let column = Math.max(0, Math.floor(x * across - reach)); column < Math.min(across, x * across + reach); column++) {
        sum.cb += cb[row * across + column]!;
        sum.cr += cr[row * across + column]!;
        sum.count++;
      }
    return [sum.cb / sum.count, sum.cr / sum.count];
  };
  return { seen, chroma };
}

/** The best of four pictures, as the page takes the best of a shot's keyframes. */
function foundIn(pictures: readonly Looked[], thing: Thing) {
  const found = pictures.flatMap(picture => {
    const place = findThing(picture.seen, [thing], RADIUS);
    return place ? [{ ...place, chroma: picture.chroma(place) }] : [];
  });
  return found.sort((a, b) => b.likeness - a.likeness)[0];
}

const films: { readonly first: Looked; readonly later: readonly Looked[] }[] = [];
for (const path of process.argv.slice(2)) {
  const clip = readYuv(path);
  const later: Looked[] = [];
  for (const index of LATER) later.push(await look(clip, clip.frames[Math.min(index, clip.frames.length - 1)]!));
  films.push({ first: await look(clip, clip.frames[0]!), later });
}
await colorizer.close();

const roll = dice(7);
const place = () => MARGIN + (1 - 2 * MARGIN) * roll();
const tally = { same: 0, found: 0, right: 0, other: 0, taken: 0 };
for (const film of films)
  for (let count = 0; count < PLACES; count++) {
    const at = { x: place(), y: place() };
    const thing = thingAt(film.first.seen, at, RADIUS);
    const [cb, cr] = film.first.chroma(at);
    for (const target of films) {
      const found = foundIn(target.later, thing);
      if (target !== film) {
        tally.other++;
        if (found) tally.taken++;
        continue;
      }
      tally.same++;
      if (!found) continue;
      tally.found++;
      if (Math.hypot(found.chroma[0] - cb, found.chroma[1] - cr) < NEAR) tally.right++;
    }
  }
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;
console.log(
  `found again in the same clip: ${percent(tally.found, tally.same)}, of these with the right colour: ${percent(tally.right, tally.found)}`,
);
console.log(`found in another clip: ${percent(tally.taken, tally.other)}`);
