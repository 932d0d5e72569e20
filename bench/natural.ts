import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openModels } from '../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../src/adapters/models/model-store.ts';
import type { RgbPlanes } from '../src/kernels/color/rgb-planes.ts';
import { openStageThreads } from '../src/stages/threads/stage-threads.ts';
import { deviceNamed, runBenchmark, showPictures, wholeNumber, wrongUse } from './arguments.ts';
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
const { values: given, positionals } = parseArgs({
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
const films = [...given.films, ...positionals];

/** What the pictures show, from a JSON file: class numbers of ImageNet by the pictures' names. */
async function labels(): Promise<Labels> {
  if (given.labels === undefined) return {};
  const text = await readFile(given.labels, 'utf8').catch(cause => {
    throw wrongUse(`The labels ${given.labels} cannot be read: ${(cause as Error).message}.`);
  });
  const found: unknown = JSON.parse(text);
  const valid = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1000;
  if (typeof found === 'object' && found !== null && Object.values(found).every(valid)) return found as Labels;
  throw wrongUse(`Expected ${given.labels} to hold an object of class numbers 0..999 by picture name, such as {"a.jpg": 217}.`);
}

async function photographs(): Promise<Photograph[] | undefined> {
  if (given.pictures && given.stills) throw wrongUse('Expected --pictures or --stills, received both.');
  if (given.pictures) return photographsIn(given.pictures);
  return given.stills ? photographsOfShard(given.stills, wholeNumber(given, 'shard', { least: 0 })) : undefined;
}

async function main(): Promise<void> {
  const size = wholeNumber(given, 'size', { multiple: 32 });
  const threadCount = wholeNumber(given, 'threads');
  const frames = wholeNumber(given, 'frames');
  const count = wholeNumber(given, 'count');
  const device = deviceNamed(given.device);
  const found = await photographs();
  if (!found && films.length === 0)
    throw wrongUse('Expected --pictures FOLDER, --stills FOLDER or --films FILE..., received none.');
  sharp.concurrency(1);
  const names = [given.model, ...(given.beside ? [given.beside] : [])];
  const chosen = await Promise.all(names.map(name => chooseModels(name)));
  const known = await labels();
  const judge = found && (await openJudge(given.judge, threadCount));
  const threads = openStageThreads(threadCount);
  const models = await Promise.all(chosen.map(one => openModels(one.models, { device, threads: threadCount })));
  try {
    const rows: RgbPlanes[][] = [];
    let pictures: PictureReport | undefined;
    if (found && judge) {
      const request = { count, size, labels: known, onPicture: showPictures };
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
    if (given.sheet) await writeSheet(given.sheet, rows, COLUMNS);
    const identity = chosen.map(({ id, sha256, models: parts }) => ({
      id,
      version: parts.map(({ card }) => card.version).join('+'),
      sha256,
    }));
    if (given.json)
      await writeFile(given.json, `${JSON.stringify({ models: identity, pictures, films: filmReports }, null, 2)}\n`);
    for (const [at, { id, version, sha256 }] of identity.entries())
      console.log(`model ${at + 1}: ${id} ${version}, ${sha256.slice(0, 10)}`);
    if (pictures) console.log(`\n${pictureTable(pictures)}`);
    if (filmReports.length > 0) console.log(`\n${filmTable(filmReports)}`);
  } finally {
    await Promise.all([threads.close(), judge?.close(), ...models.map(model => model.close())]);
  }
}

await runBenchmark(main);
