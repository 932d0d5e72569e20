import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { FILM_KINDS, FRAMES, framesOf, makeFilm } from './films.ts';
import { lawsOf } from './laws.ts';
import { mutateBytes } from './mutate.ts';
import { type Bench, type Part, QUICK } from './part.ts';
import { type End, type Place, run } from './run.ts';

/** Films that something happened to: what is lost of their frames is told, and the exit code says so. */
export const films: Part = {
  name: 'films',
  cases: 160,
  async open({ folder, ffmpeg }) {
    const originals = new Map<string, Buffer>();
    for (const kind of FILM_KINDS) originals.set(kind, await readFile(await makeFilm(folder, kind)));
    return async (number, place, random) => {
      const kind = FILM_KINDS[number % FILM_KINDS.length]!;
      // The first of each kind is whole: it must come out whole.
      const mutant =
        number < FILM_KINDS.length ? { bytes: originals.get(kind)!, what: 'whole' } : mutateBytes(originals.get(kind)!, random);
      await writeFile(place.at(kind), mutant.bytes);
      const end = await run(['colorize', kind, '-o', 'out.mkv', ...QUICK], place);
      const faults = await lawsOf(end, place, { output: 'out.mkv', before: [kind] });
      if (end.code === 0 || end.code === 4) faults.push(...(await lost(end, place.at('out.mkv'), ffmpeg)));
      if (mutant.what === 'whole' && end.code !== 0) faults.push(`exit code ${end.code} for a whole film: ${end.stderr.trim()}`);
      return { what: `${kind}, ${mutant.what}`, faults, end: saying(end) };
    };
  },
};

/** Frames that are missing without a word. */
async function lost(end: End, output: string, ffmpeg: Bench['ffmpeg']): Promise<string[]> {
  const frames = await framesOf(output, ffmpeg).catch(() => 0);
  if (end.code === 0) return frames === FRAMES ? [] : [`${frames} of ${FRAMES} frames, exit code 0`];
  const text = end.events.some(event => event.type === 'warning' && /damaged|cut short|faults/.test(String(event.message)));
  return [...(frames > 0 ? [] : ['a result without a frame']), ...(text ? [] : ['exit code 4 without a warning'])];
}

const PICTURES = ['gray.jpg', 'gray16.png', 'gray.tif', 'gray.webp'] as const;
const SIZE = { width: 80, height: 60 } as const;

/** Pictures that something happened to. */
export const pictures: Part = {
  name: 'pictures',
  cases: 160,
  async open({ folder }) {
    const originals = new Map<string, Buffer>();
    for (const name of PICTURES) originals.set(name, await makePicture(folder, name));
    return async (number, place, random) => {
      const name = PICTURES[number % PICTURES.length]!;
      const whole = number < PICTURES.length;
      const mutant = whole ? { bytes: originals.get(name)!, what: 'whole' } : mutateBytes(originals.get(name)!, random);
      await writeFile(place.at(name), mutant.bytes);
      const output = `out.${name.split('.')[1]}`;
      const end = await run(['colorize', name, '-o', output, '--device', 'cpu', '--workers', '1'], place);
      const faults = await lawsOf(end, place, { output, before: [name] });
      if (whole && end.code !== 0) faults.push(`exit code ${end.code} for a whole picture`);
      if (end.code === 0) faults.push(...(await unreadable(place, output)));
      return { what: `${name}, ${mutant.what}`, faults, end: saying(end) };
    };
  },
};

async function unreadable(place: Place, output: string): Promise<string[]> {
  return sharp(place.at(output))
    .raw()
    .toBuffer()
    .then(
      () => [],
      (cause: Error) => [`the result cannot be read: ${cause.message}`],
    );
}

async function makePicture(folder: string, name: string): Promise<Buffer> {
  const deep = name.includes('16');
  const samples = deep ? new Uint16Array(SIZE.width * SIZE.height) : new Uint8Array(SIZE.width * SIZE.height);
  const most = deep ? 65_535 : 255;
  for (let i = 0; i < samples.length; i++)
    samples[i] = Math.round(most * (0.5 + 0.4 * Math.sin((i % SIZE.width) / 7) * Math.cos(Math.floor(i / SIZE.width) / 5)));
  const path = join(folder, name);
  const picture = sharp(samples, { raw: { ...SIZE, channels: 1 } }).toColourspace(deep ? 'grey16' : 'b-w');
  await picture.withMetadata({ density: 300 }).toFile(path);
  return readFile(path);
}

/** The exit code and the last words, for whoever reads the list. */
export function saying(end: End): string {
  return `exit ${end.code ?? end.signal}${end.stderr === '' ? '' : `: ${end.stderr.trim().split('\n').at(-1)}`}`;
}
