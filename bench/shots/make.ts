/**
 * Makes the labelled set: node dist/bench/shots/make.js CLIPS OUT [seed]
 * CLIPS: a folder of videos, each one camera take without a cut. OUT: gets film-NN.mkv (lossless gray) and labels.json.
 * Every second clip by name is kept for the held-out half. Only ffmpeg is needed (environment variable FFMPEG names another).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabelledFilm, type Stretch, seededRandom, type Wear } from './labelled-film.ts';
import { type Picture, wearFilm } from './wear.ts';

export const WIDTH = 320;
export const HEIGHT = 240;
/** Clips are read this much larger than films, so that a camera movement can be laid over a take. */
const STAGE = 1.5;
const STAGE_WIDTH = WIDTH * STAGE;
const STAGE_HEIGHT = HEIGHT * STAGE;
/** Share of takes with a camera movement of ours, and its greatest speed in pixels per frame. */
const MOVED = 0.4;
const FASTEST = 6;
const FFMPEG = process.env.FFMPEG ?? 'ffmpeg';
const FILMS_PER_HALF = 18;
const JOINS_PER_FILM = 9;
const FLASH_AT = 34; // frames into a take: behind the longest transition into it, and ahead of the longest out of it

type Join = 'cut' | 'dissolve' | 'fade';
type Random = () => number;

function readClip(path: string): Uint8Array[] {
  const filter = `extractplanes=y,scale=${STAGE_WIDTH}:${STAGE_HEIGHT}:flags=area:force_original_aspect_ratio=increase,crop=${STAGE_WIDTH}:${STAGE_HEIGHT}`;
  const run = spawnSync(
    FFMPEG,
    ['-v', 'error', '-i', path, '-vf', filter, '-vsync', '0', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    { maxBuffer: 2 ** 31 },
  );
  if (run.status !== 0) throw new Error(`${path}: ${run.stderr}`);
  const size = STAGE_WIDTH * STAGE_HEIGHT;
  return Array.from({ length: run.stdout.length / size }, (_, i) => run.stdout.subarray(i * size, (i + 1) * size));
}

function writeFilm(path: string, pictures: readonly Picture[]): void {
  const bytes = Buffer.concat(pictures.map(picture => Buffer.from(Uint8ClampedArray.from(picture))));
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${WIDTH}x${HEIGHT}`, '-r', '25', '-i', 'pipe:0'];
  const run = spawnSync(FFMPEG, ['-v', 'error', '-y', ...input, '-c:v', 'ffv1', path], { input: bytes });
  if (run.status !== 0) throw new Error(`${path}: ${run.stderr}`);
}

function mix(a: Picture, b: Picture, share: number): Picture {
  return a.map((value, i) => value + (b[i]! - value) * share);
}

/** A stretch of a clip, now and then mirrored, played backward, or seen by a camera that pans to and fro. */
function take(clip: readonly Uint8Array[], length: number, random: Random): Picture[] {
  const start = Math.floor(random() * (clip.length - length));
  const stretch = clip.slice(start, start + length);
  if (random() < 0.3) stretch.reverse();
  const mirrored = random() < 0.5;
  const speed = random() < MOVED ? random() * FASTEST : 0;
  const direction = random() * 2 * Math.PI;
  const room = { x: STAGE_WIDTH - WIDTH, y: STAGE_HEIGHT - HEIGHT };
  return stretch.map((stage, i) => {
    const left = swing(room.x / 2 + speed * i * Math.cos(direction), room.x);
    const top = swing(room.y / 2 + speed * i * Math.sin(direction), room.y);
    return cropped(stage, left, top, mirrored);
  });
}

/** A path that turns round at 0 and at `room`, in whole pixels. */
function swing(path: number, room: number): number {
  const within = ((Math.round(path) % (2 * room)) + 2 * room) % (2 * room);
  return within <= room ? within : 2 * room - within;
}

function cropped(stage: Uint8Array, left: number, top: number, mirrored: boolean): Picture {
  const picture = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    const row = (top + y) * STAGE_WIDTH + left;
    for (let x = 0; x < WIDTH; x++, i++) picture[i] = stage[row + (mirrored ? WIDTH - 1 - x : x)]!;
  }
  return picture;
}

interface Made {
  pictures: Picture[];
  cuts: number[];
  dissolves: Stretch[];
  fades: Stretch[];
  flashes: Stretch[];
}

/** Put one take behind the film so far. The take's first `mixed` frames lie in the transition. */
function append(made: Made, next: Picture[], join: Join, mixed: number, random: Random): void {
  const at = made.pictures.length;
  if (join === 'cut') {
    made.cuts.push(at);
    made.pictures.push(...next);
    return;
  }
  if (join === 'dissolve') {
    const first = at - mixed;
    for (let i = 0; i < mixed; i++) made.pictures[first + i] = mix(made.pictures[first + i]!, next[i]!, (i + 1) / (mixed + 1));
    made.pictures.push(...next.slice(mixed));
    made.dissolves.push({ start: first - 1, end: at + 1 });
    return;
  }
  const flat = new Float32Array(WIDTH * HEIGHT).fill(random() < 0.8 ? 16 : 235);
  for (let i = 0; i < mixed; i++)
    made.pictures[at - mixed + i] = mix(made.pictures[at - mixed + i]!, flat, (i + 1) / (mixed + 1));
  const hold = 1 + Math.floor(random() * 20);
  for (let i = 0; i < hold; i++) made.pictures.push(flat);
  made.fades.push({ start: at - mixed - 1, end: at + 1 }, { start: at + hold - 1, end: at + hold + mixed + 1 });
  made.pictures.push(...next.map((picture, i) => (i < mixed ? mix(flat, picture, (i + 1) / (mixed + 1)) : picture)));
}

/** One to four frames washed out toward white or sunk toward black, in the middle of a take. */
function flash(made: Made, start: number, random: Random): void {
  const end = start + 1 + Math.floor(random() * 4);
  const flat = new Float32Array(WIDTH * HEIGHT).fill(random() < 0.7 ? 235 : 16);
  for (let i = start; i < end; i++) made.pictures[i] = mix(made.pictures[i]!, flat, 0.5 + 0.5 * random());
  made.flashes.push({ start, end });
}

function makeFilm(clips: readonly (readonly Uint8Array[])[], random: Random): Made {
  const made: Made = { pictures: [], cuts: [], dissolves: [], fades: [], flashes: [] };
  let previous = -1;
  for (let n = 0; n <= JOINS_PER_FILM; n++) {
    let which = Math.floor(random() * clips.length);
    if (which === previous) which = (which + 1) % clips.length;
    previous = which;
    const clip = clips[which]!;
    const draw = random();
    const join: Join = draw < 0.5 ? 'cut' : draw < 0.85 ? 'dissolve' : 'fade';
    const mixed = 5 + Math.floor(random() * 26);
    const short = join === 'cut' && random() < 0.12;
    // The take must outlast this join, a flash, and the longest join behind it.
    const next = take(
      clip,
      short ? 5 + Math.floor(random() * 6) : Math.min(clip.length - 1, 72 + Math.floor(random() * 30)),
      random,
    );
    const before = made.pictures.length;
    if (before === 0) made.pictures.push(...next);
    else append(made, next, made.pictures.length - (lastEdge(made) ?? 0) < 34 ? 'cut' : join, mixed, random);
    if (!short && random() < 0.4) flash(made, made.pictures.length - next.length + FLASH_AT, random);
  }
  return made;
}

function lastEdge(made: Made): number | undefined {
  const edges = [0, ...made.cuts, ...[...made.dissolves, ...made.fades, ...made.flashes].map(({ end }) => end)];
  return Math.max(...edges);
}

function main([folder, out, seedText]: string[]): void {
  if (!folder || !out) throw new Error('usage: make.js CLIPS OUT [seed]');
  mkdirSync(out, { recursive: true });
  const random = seededRandom(Number(seedText ?? 1));
  const names = readdirSync(folder)
    .filter(name => /\.(mp4|mkv|mov|webm)$/.test(name) && !name.startsWith('old_'))
    .sort();
  const labels: LabelledFilm[] = [];
  for (const half of ['tune', 'held-out'] as const) {
    const clips = names.filter((_, i) => i % 2 === (half === 'tune' ? 0 : 1)).map(name => readClip(join(folder, name)));
    for (let n = 0; n < FILMS_PER_HALF; n++) {
      const wear: Wear = (['clean', 'flicker', 'worn'] as const)[n % 3]!;
      const made = makeFilm(clips, random);
      const file = `${half}-${String(n).padStart(2, '0')}-${wear}.mkv`;
      writeFilm(join(out, file), wearFilm(made.pictures, { width: WIDTH, wear, random }));
      const { cuts, dissolves, fades, flashes } = made;
      labels.push({ file, half, wear, frames: made.pictures.length, cuts, dissolves, fades, flashes });
    }
  }
  writeFileSync(join(out, 'labels.json'), `${JSON.stringify(labels, undefined, 1)}\n`);
  const count = (pick: (film: LabelledFilm) => readonly unknown[]) => labels.reduce((sum, film) => sum + pick(film).length, 0);
  const frames = labels.reduce((sum, film) => sum + film.frames, 0);
  console.log(
    `${labels.length} films, ${frames} frames: ${count(f => f.cuts)} cuts, ${count(f => f.dissolves)} dissolves, ` +
      `${count(f => f.fades)} fades, ${count(f => f.flashes)} flashes`,
  );
}

main(process.argv.slice(2));
