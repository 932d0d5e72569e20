import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openModels } from '../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../src/adapters/models/model-store.ts';
import { KinemacolorError } from '../src/errors.ts';
import { DEVICES, type DeviceChoice } from '../src/options.ts';
import { measureModels } from './model/measure.ts';
import { timeDevices } from './model/milliseconds.ts';
import { writePage } from './model/page.ts';
import { meanColor, validationFiles } from './model/stills.ts';
import { type ModelReport, tableOf } from './model/table.ts';

/**
 * How good is the bundled model on pictures that it never saw? node dist/bench/model.js --stills FOLDER [--size 128] [--pictures 400]
 * [--model ID|FILE.onnx] [--beside FILE.onnx] [--device cpu] [--threads 1] [--timing no] [--json] [--page OUT.png]
 * FOLDER holds the shards stills-N.tar (WebP pictures); only the seventh is measured, the others give the mean colour. Prints a table,
 * or JSON. A file named with --beside (its card beside it) is measured on the same pictures, hints, holes and grain.
 */
const { values: asked } = parseArgs({
  options: {
    stills: { type: 'string' },
    size: { type: 'string', default: '128' },
    pictures: { type: 'string', default: '400' },
    model: { type: 'string', default: 'kinemacolor-base' },
    beside: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '1' },
    timing: { type: 'string', default: 'yes' },
    json: { type: 'boolean', default: false },
    page: { type: 'string' },
  },
});

function number(name: 'size' | 'pictures' | 'threads', multiple = 1): number {
  const value = Number(asked[name]);
  if (Number.isInteger(value) && value > 0 && value % multiple === 0) return value;
  throw new Error(`Expected --${name} as a positive multiple of ${multiple}, received ${asked[name]}.`);
}

function device(): DeviceChoice {
  const found = DEVICES.find(one => one === asked.device);
  if (found) return found;
  throw new Error(`Expected --device as one of ${DEVICES.join(', ')}, received ${asked.device}.`);
}

/** Where a terminal shows it, how far it is; a picture may take a second. */
function showProgress(done: number, count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${count} pictures${done === count ? '\n' : ''}`);
}

async function main(): Promise<void> {
  if (!asked.stills) throw new Error('Expected --stills FOLDER with the shards stills-N.tar.');
  const [size, count] = [number('size', 16), number('pictures')];
  sharp.concurrency(1);
  const files = await validationFiles(asked.stills);
  const chosen = await Promise.all([asked.model, ...(asked.beside ? [asked.beside] : [])].map(name => chooseModels(name)));
  const request = { device: device(), threads: number('threads') };
  const models = await Promise.all(chosen.map(({ models }) => openModels(models, request)));
  try {
    const { pictures, without, figures } = await measureModels(models, {
      files,
      count,
      size,
      meanColor: await meanColor(asked.stills),
      onPicture: done => showProgress(done, Math.min(count, files.length)),
    });
    if (asked.page) await writePage(asked.page, files, { models, size });
    const reports: ModelReport[] = [];
    for (const [which, { id, sha256, models: parts }] of chosen.entries()) {
      const milliseconds = asked.timing === 'no' ? [] : await timeDevices(parts);
      const version = parts.map(({ card }) => card.version).join('+');
      reports.push({ id, version, sha256, device: models[which]!.device, ...figures[which]!, milliseconds256: milliseconds });
    }
    const report = { size, pictures, ...without, models: reports };
    console.log(asked.json ? JSON.stringify(report, null, 2) : tableOf(report));
  } finally {
    await Promise.all(models.map(model => model.close()));
  }
}

try {
  await main();
} catch (cause) {
  if (!(cause instanceof KinemacolorError)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}
