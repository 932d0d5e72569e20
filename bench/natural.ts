import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openModels } from '../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../src/errors.ts';
import type { RgbPlanes } from '../src/kernels/color/rgb-planes.ts';
import { DEVICES } from '../src/options.ts';
import { openStageThreads } from '../src/stages/threads/stage-threads.ts';
import { writeSheet } from './model/sheet.ts';
import { VALIDATION_SHARD } from './model/stills.ts';
import { type FilmReport, measureFilm } from './natural/films.ts';
import { openJudge } from './natural/judge.ts';
import {
  type Labels,
  measurePictures,
  type Photograph,
  type PictureReport,
  photographsIn,
  photographsOfShard,
} from './natural/pictures.ts';
import { filmTable, pictureTable } from './natural/table.ts';

/**
 * How natural is automatic colour? bench/README.md says what is measured, and how.
 *   node dist/bench/natural.js (--pictures FOLDER | --stills FOLDER [--shard 7]) --judge FILE [--count 400] [--size 256] [--labels FILE.json]
 *   node dist/bench/natural.js --films FILE... [--frames 12]
 * Both: [--model ID|FILE.onnx] [--beside ID|FILE.onnx] [--sheet OUT.png] [--json FILE] [--device cpu] [--threads 1]
 */
const { values: asked, positionals } = parseArgs({
  options: {
    pictures: { type: 'string' },
    stills: { type: 'string' },
    shard: { type: 'string', default: String(VALIDATION_SHARD) },
    films: { type: 'string', multiple: true, default: [] },
    frames: { type: 'string', default: '12' },
    judge: { type: 'string' },
    labels: { type: 'string' },
    count: { type: 'string', default: '400' },
    size: { type: 'string', default: '256' },
    model: { type: 'string', default: 'kinemacolor-base' },
    beside: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '1' },
    sheet: { type: 'string' },
    json: { type: 'string' },
  },
  allowPositionals: true,
});

const COLUMNS = 3;
const films = [...asked.films, ...positionals];

const wrong = (message: string) => new KinemacolorError('usage', message);

function number(name: 'shard' | 'frames' | 'count' | 'size' | 'threads', { multiple = 1, least = 1 } = {}): number {
  const value = Number(asked[name]);
  if (Number.isInteger(value) && value >= least && value % multiple === 0) return value;
  throw wrong(`Expected --${name} as a multiple of ${multiple}, ${least} or more, received ${asked[name]}.`);
}

/** What the pictures show, from a JSON file: class numbers of ImageNet by the pictures' names. */
async function labels(): Promise<Labels> {
  if (asked.labels === undefined) return {};
  const text = await readFile(asked.labels, 'utf8').catch(cause => {
    throw wrong(`The labels ${asked.labels} cannot be read: ${(cause as Error).message}.`);
  });
  const found: unknown = JSON.parse(text);
  const valid = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1000;
  if (typeof found === 'object' && found !== null && Object.values(found).every(valid)) return found as Labels;
  throw wrong(`Expected ${asked.labels} to hold an object of class numbers 0..999 by picture name, such as {"a.jpg": 217}.`);
}

async function photographs(): Promise<Photograph[] | undefined> {
  if (asked.pictures && asked.stills) throw wrong('Expected --pictures or --stills, received both.');
  if (asked.pictures) return photographsIn(asked.pictures);
  return asked.stills ? photographsOfShard(asked.stills, number('shard', { least: 0 })) : undefined;
}

/** Where a terminal shows it, how far it is. */
function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} pictures${done === of ? '\n' : ''}`);
}

async function main(): Promise<void> {
  const [size, threadCount, frames, count] = [
    number('size', { multiple: 32 }),
    number('threads'),
    number('frames'),
    number('count'),
  ];
  const device = DEVICES.find(one => one === asked.device);
  if (!device) throw wrong(`Expected --device as one of ${DEVICES.join(', ')}, received ${asked.device}.`);
  const found = await photographs();
  if (!found && films.length === 0) throw wrong('Expected --pictures FOLDER, --stills FOLDER or --films FILE..., received none.');
  sharp.concurrency(1);
  const names = [asked.model, ...(asked.beside ? [asked.beside] : [])];
  const chosen = await Promise.all(names.map(name => chooseModels(name)));
  const known = await labels();
  const judge = found && (await openJudge(asked.judge, threadCount));
  const threads = openStageThreads(threadCount);
  const models = await Promise.all(chosen.map(one => openModels(one.models, { device, threads: threadCount })));
  try {
    const rows: RgbPlanes[][] = [];
    let pictures: PictureReport | undefined;
    if (found && judge) {
      const request = { count, size, labels: known, onPicture: showProgress };
      const measured = await measurePictures(found, { models, threads, judge }, request);
      pictures = measured.report;
      rows.push(...measured.rows);
    }
    const filmReports: FilmReport[] = [];
    for (const path of films) {
      const measured = await measureFilm(path, { models, threads }, { frames, size });
      filmReports.push(measured.report);
      rows.push(...measured.rows);
    }
    if (asked.sheet) await writeSheet(asked.sheet, rows, COLUMNS);
    const identity = chosen.map(({ id, sha256, models: parts }) => ({
      id,
      version: parts.map(({ card }) => card.version).join('+'),
      sha256,
    }));
    if (asked.json)
      await writeFile(asked.json, `${JSON.stringify({ models: identity, pictures, films: filmReports }, null, 2)}\n`);
    for (const [at, { id, version, sha256 }] of identity.entries())
      console.log(`model ${at + 1}: ${id} ${version}, ${sha256.slice(0, 10)}`);
    if (pictures) console.log(`\n${pictureTable(pictures)}`);
    if (filmReports.length > 0) console.log(`\n${filmTable(filmReports)}`);
  } finally {
    await Promise.all([threads.close(), judge?.close(), ...models.map(model => model.close())]);
  }
}

try {
  await main();
} catch (cause) {
  if (!(cause instanceof KinemacolorError)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}
