import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import PQueue from 'p-queue';
import { locateFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import { changes, descriptors, disks, kills } from './faults/machine.ts';
import { films, pictures } from './faults/mutant-films.ts';
import { json } from './faults/mutant-json.ts';
import type { Part } from './faults/part.ts';
import { randomOf } from './faults/random.ts';
import { makePlace } from './faults/run.ts';

/**
 * What happens to a run that things happen to: node dist/bench/faults.js [--only films,kills] [--count 20] [--case 37] [--seed 1] [--keep yes] [--jobs 2]
 * Every part tries one kind of fault on tiny films and pictures, through the built command line. A try is survived where no law is broken: an exit
 * code that README documents and that is no defect, one sentence, no stack trace, a result exactly where the exit code says so, no child and
 * nothing else left behind. See bench/README.md.
 */
const PARTS: readonly Part[] = [kills, films, pictures, json, disks, changes, descriptors];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.map(({ name }) => name).join() },
    count: { type: 'string' },
    case: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string', default: 'no' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    verbose: { type: 'string', default: 'no' },
  },
});

const wanted = values.only.split(',');
const unknown = wanted.filter(name => !PARTS.some(part => part.name === name));
if (unknown.length > 0) throw new Error(`expected parts of ${PARTS.map(({ name }) => name)}, received ${unknown}`);
const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-faults-'));
const ffmpeg = await locateFfmpeg();
const queue = new PQueue({ concurrency: Number(values.jobs) });
const rows: { part: string; tried: number; survived: number; seconds: number }[] = [];

for (const part of PARTS.filter(({ name }) => wanted.includes(name))) {
  const started = performance.now();
  const shared = join(folder, part.name);
  await mkdir(shared);
  const attempt = await part.open({ folder: shared, ffmpeg });
  const cases = Array.from({ length: Math.min(part.cases, Number(values.count ?? part.cases)) }, (_, number) => number);
  const numbers = values.case === undefined ? cases : values.case.split(',').map(Number);
  const state = { survived: 0 };
  await queue.addAll(
    numbers.map(number => async () => {
      const path = join(folder, `${part.name}-${number}`);
      const { what, faults, end } = await attempt(
        number,
        await makePlace(path),
        randomOf(Number(values.seed), part.name, number),
      );
      if (faults.length === 0) state.survived++;
      if (faults.length > 0 || values.verbose === 'yes')
        console.log(`${part.name} ${number} (${what}): ${faults.join('; ') || 'survived'} [${end ?? ''}]`);
      if (faults.length === 0 || values.keep !== 'yes') await rm(path, { recursive: true, force: true });
    }),
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  rows.push({ part: part.name, tried: numbers.length, survived: state.survived, seconds });
}

console.table(rows);
const survived = rows.every(row => row.tried === row.survived);
if (values.keep === 'yes' && !survived) console.log(`What failed lies in ${folder}`);
else await rm(folder, { recursive: true, force: true });
process.exitCode = survived ? 0 : 1;
