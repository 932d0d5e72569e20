import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openModels } from '../src/adapters/colorizer/colorizer-blend.ts';
import { chooseModels } from '../src/adapters/models/model-store.ts';
import { deviceNamed, runBenchmark, showPictures, wholeNumber, wrongUse } from './arguments.ts';
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
const { values: given } = parseArgs({
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

async function main(): Promise<void> {
  if (!given.stills) throw wrongUse('Expected --stills FOLDER with the shards stills-N.tar.');
  const [size, count] = [wholeNumber(given, 'size', { multiple: 16 }), wholeNumber(given, 'pictures')];
  sharp.concurrency(1);
  const files = await validationFiles(given.stills);
  const chosen = await Promise.all([given.model, ...(given.beside ? [given.beside] : [])].map(name => chooseModels(name)));
  const request = { device: deviceNamed(given.device), threads: wholeNumber(given, 'threads') };
  const models = await Promise.all(chosen.map(({ models }) => openModels(models, request)));
  try {
    const { pictures, without, figures } = await measureModels(models, {
      files,
      count,
      size,
      meanColor: await meanColor(given.stills),
      onPicture: done => showPictures(done, Math.min(count, files.length)),
    });
    if (given.page) await writePage(given.page, files, { models, size });
    const reports: ModelReport[] = [];
    for (const [which, { id, sha256, models: parts }] of chosen.entries()) {
      const milliseconds = given.timing === 'no' ? [] : await timeDevices(parts);
      const version = parts.map(({ card }) => card.version).join('+');
      reports.push({ id, version, sha256, device: models[which]!.device, ...figures[which]!, milliseconds256: milliseconds });
    }
    const report = { size, pictures, ...without, models: reports };
    console.log(given.json ? JSON.stringify(report, null, 2) : tableOf(report));
  } finally {
    await Promise.all(models.map(model => model.close()));
  }
}

await runBenchmark(main);
