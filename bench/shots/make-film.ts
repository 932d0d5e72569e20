import type { Plane } from '../../src/media/fields/plane.ts';
import type { Labels, Stretch } from './labelled-film.ts';
import { HEIGHT, STAGE, WIDTH } from './read-clip.ts';
import type { Picture } from './wear.ts';

/** Share of takes with a camera movement of ours, and its greatest speed in pixels per frame. */
const MOVED = 0.4;
const FASTEST = 3.6;
const JOINS_PER_FILM = 9;
/** Shares of the joins; the rest are fades. */
const CUTS = 0.5;
const DISSOLVES = 0.35;
/** Mixed frames of a dissolve, or of one side of a fade. */
const SHORTEST_MIX = 5;
const LONGEST_MIX = 30;
/** Frames a fade stays flat, at most. */
const LONGEST_HOLD = 20;
/** Takes of 72 frames and more hold a transition at both ends and a flash between; a few are as short as five. */
const TAKE = 72;
const TAKE_SPREAD = 30;
const SHORT_TAKES = 0.12;
const SHORT_TAKE = 5;
const SHORT_SPREAD = 6;
const FLASHES = 0.4;
const LONGEST_FLASH = 4;
/** Frames into a take: behind the longest transition into it, and ahead of the longest out of it. */
const FLASH_AT = 34;
const BLACK = 16;
const WHITE = 235;

export interface MadeFilm extends Labels {
  readonly pictures: readonly Picture[];
}

interface Making {
  readonly pictures: Picture[];
  readonly cuts: number[];
  readonly dissolves: Stretch[];
  readonly fades: Stretch[];
  readonly flashes: Stretch[];
}

/** Ten takes of the clips, each another clip than the one before, joined by cuts, dissolves and fades; flashes in some takes. */
export function makeFilm(clips: readonly (readonly Plane<Uint8Array>[])[], random: () => number): MadeFilm {
  const making: Making = { pictures: [], cuts: [], dissolves: [], fades: [], flashes: [] };
  let previous = -1;
  for (let n = 0; n <= JOINS_PER_FILM; n++) {
    let which = Math.floor(random() * clips.length);
    if (which === previous) which = (which + 1) % clips.length;
    previous = which;
    const drawn = random();
    const mixed = SHORTEST_MIX + Math.floor(random() * (LONGEST_MIX + 1 - SHORTEST_MIX));
    const short = drawn < CUTS && random() < SHORT_TAKES;
    const requested = short ? SHORT_TAKE + Math.floor(random() * SHORT_SPREAD) : TAKE + Math.floor(random() * TAKE_SPREAD);
    const next = take(clips[which]!, Math.min(clips[which]!.length - 1, requested), random);
    if (n === 0) making.pictures.push(...next);
    else if (drawn < CUTS || making.pictures.length - lastEdge(making) < FLASH_AT) cut(making, next);
    else if (drawn < CUTS + DISSOLVES) dissolve(making, next, mixed);
    else fade(making, next, mixed, random);
    if (!short && random() < FLASHES) flash(making, making.pictures.length - next.length + FLASH_AT, random);
  }
  return making;
}

/** A stretch of a clip, now and then mirrored, played backward, or seen by a camera that pans to and fro. */
function take(clip: readonly Plane<Uint8Array>[], length: number, random: () => number): Picture[] {
  const start = Math.floor(random() * (clip.length - length));
  const stretch = clip.slice(start, start + length);
  if (random() < 0.3) stretch.reverse();
  const mirrored = random() < 0.5;
  const speed = random() < MOVED ? random() * FASTEST : 0;
  const direction = random() * 2 * Math.PI;
  const room = { x: STAGE.width - WIDTH, y: STAGE.height - HEIGHT };
  return stretch.map((stage, i) => {
    const left = swing(room.x / 2 + speed * i * Math.cos(direction), room.x);
    const top = swing(room.y / 2 + speed * i * Math.sin(direction), room.y);
    const picture = new Float32Array(WIDTH * HEIGHT);
    for (let y = 0, at = 0; y < HEIGHT; y++) {
      const row = (top + y) * stage.width + left;
      for (let x = 0; x < WIDTH; x++, at++) picture[at] = stage.data[row + (mirrored ? WIDTH - 1 - x : x)]!;
    }
    return picture;
  });
}

/** A path that turns round at 0 and at `room`, in whole pixels. */
function swing(path: number, room: number): number {
  const within = ((Math.round(path) % (2 * room)) + 2 * room) % (2 * room);
  return within <= room ? within : 2 * room - within;
}

function cut(making: Making, next: readonly Picture[]): void {
  making.cuts.push(making.pictures.length);
  making.pictures.push(...next);
}

/** The last `mixed` frames so far and the first ones of the next take lie over each other. */
function dissolve({ pictures, dissolves }: Making, next: readonly Picture[], mixed: number): void {
  const at = pictures.length;
  for (let i = 0; i < mixed; i++) pictures[at - mixed + i] = mix(pictures[at - mixed + i]!, next[i]!, (i + 1) / (mixed + 1));
  pictures.push(...next.slice(mixed));
  dissolves.push({ start: at - mixed - 1, end: at + 1 });
}

function fade({ pictures, fades }: Making, next: readonly Picture[], mixed: number, random: () => number): void {
  const at = pictures.length;
  const flat = new Float32Array(WIDTH * HEIGHT).fill(random() < 0.8 ? BLACK : WHITE);
  for (let i = 0; i < mixed; i++) pictures[at - mixed + i] = mix(pictures[at - mixed + i]!, flat, (i + 1) / (mixed + 1));
  const hold = 1 + Math.floor(random() * LONGEST_HOLD);
  for (let i = 0; i < hold; i++) pictures.push(flat);
  pictures.push(...next.map((picture, i) => (i < mixed ? mix(flat, picture, (i + 1) / (mixed + 1)) : picture)));
  fades.push({ start: at - mixed - 1, end: at + 1 }, { start: at + hold - 1, end: at + hold + mixed + 1 });
}

/** A few frames washed out toward white or sunk toward black, in the middle of a take. */
function flash({ pictures, flashes }: Making, start: number, random: () => number): void {
  const end = start + 1 + Math.floor(random() * LONGEST_FLASH);
  const flat = new Float32Array(WIDTH * HEIGHT).fill(random() < 0.7 ? WHITE : BLACK);
  for (let i = start; i < end; i++) pictures[i] = mix(pictures[i]!, flat, 0.5 + 0.5 * random());
  flashes.push({ start, end });
}

function mix(a: Picture, b: Picture, share: number): Picture {
  return a.map((value, i) => value + (b[i]! - value) * share);
}

function lastEdge({ cuts, dissolves, fades, flashes }: Making): number {
  return Math.max(0, ...cuts, ...[...dissolves, ...fades, ...flashes].map(({ end }) => end));
}
